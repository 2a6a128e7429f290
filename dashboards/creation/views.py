"""The pages that make, copy, write and delete dashboards, and their documents as files. They need no script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from dashboards import access
from dashboards.creation.forms import CopyForm, DocumentTextForm, NewDashboardForm
from dashboards.creation.queries import (
    add_refusal,
    deletion_summary,
    form_choices,
    producers_offered,
    starter_cards,
    starters_for,
    versions_to_copy,
)
from dashboards.creation.services import (
    Start,
    create_from,
    document_of_text,
    document_text,
    document_to_copy,
    free_slug,
    text_faults,
)
from dashboards.documents.schema import build_schema
from dashboards.errors import EditConflict, InvalidDocument
from dashboards.filters.parsing import version_number
from dashboards.forms import REVISION, revision_of
from dashboards.models import Dashboard
from dashboards.registry import PANEL_KINDS
from dashboards.services.dashboards import delete_dashboard, duplicate_dashboard
from dashboards.services.versions import export_dashboard, readable_version, save_draft, version_of
from interface.forms import form_errors
from interface.http.media_types import SCHEMA
from interface.http.resources import Resource
from interface.requests import parameters_of
from layers.access import scope
from layers.errors import LayersError
from layers.parsing import single_values
from layers.visitor import visitor_of

LAYER, LOOK, CHECK = "couche", "voir", "verifier"


@method_decorator(never_cache, name="dispatch")
class MakerView(View):
    """Shared part of the pages of making, for who may make dashboards; others are sent to the sign-in page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Require the right to make dashboards."""
        visitor = visitor_of(request)
        if visitor.is_anonymous:
            return redirect_to_login(request.get_full_path())
        access.check_create(visitor)
        return super().dispatch(request, *args, **kwargs)


class NewDashboardView(MakerView):
    """``/tableaux-de-bord/nouveau/``: a title, and what to start from; ``couche`` names the layer."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form."""
        parameters = single_values(parameters_of(request), allowed=(LAYER,))
        if LAYER in parameters:
            scope(visitor_of(request), parameters[LAYER])  # a layer that is not there is told, not left out
        start = {"start": Start.LAYER.value, "layer": parameters.get(LAYER, "")}
        return self._page(request, start)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the dashboard and open it to be changed; ``voir`` shows the models of the layer first."""
        visitor = visitor_of(request)
        if LOOK in request.POST:
            return self._page(request, request.POST.dict())
        starters = starters_for(visitor, request.POST.get("layer", ""))
        form = NewDashboardForm(
            request.POST, request.FILES, form_choices=form_choices(visitor), starters=starters
        )
        if form.is_valid():
            try:
                return redirect("dashboards:edit", create_from(form.parameters, visitor).slug)
            except LayersError as error:
                add_refusal(form, error, text="file")
        return self._page(request, request.POST.dict(), form=form)

    def _page(
        self, request: HttpRequest, values: dict[str, Any], *, form: NewDashboardForm | None = None
    ) -> HttpResponse:
        """Render the form with its values, and the reason of a refusal."""
        visitor = visitor_of(request)
        starters = starters_for(visitor, values.get("layer", ""))
        page = form or NewDashboardForm(initial=values, form_choices=form_choices(visitor), starters=starters)
        context = {
            "form": page,
            "faults": form_errors(page),
            "start": values.get("start", ""),
            "starters": starter_cards(starters, values.get("starter", "")),
        }
        status = 422 if form is not None else 200
        return render(request, "dashboards/creation/new.html", context, status=status)


class DuplicateView(MakerView):
    """``…/dupliquer/``: a copy of a dashboard that one reads, as a draft of one's own."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the form."""
        row, form = self._form(request, dashboard, None)
        return self._page(request, row, form)

    def post(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Make the copy, and open it to be changed."""
        row, form = self._form(request, dashboard, request.POST)
        made = self._copied(row, form) if form.is_valid() else None
        if made is None:
            return self._page(request, row, form, status=422)
        messages.success(request, _("La copie est un brouillon : vous seul et votre groupe la voyez."))
        return redirect("dashboards:edit", made.slug)

    def _copied(self, row: Dashboard, form: CopyForm) -> Dashboard | None:
        """Make the copy; None when it is refused, with the reason in the form."""
        visitor, cleaned = visitor_of(self.request), form.cleaned_data
        chosen = cleaned.get("version")
        version = version_of(row, int(chosen)) if chosen else readable_version(row, visitor)
        try:
            return duplicate_dashboard(
                dashboard=row,
                content=document_to_copy(row, visitor, version=version),
                slug=cleaned["slug"] or free_slug(cleaned["title"]),
                title=cleaned["title"],
                producer=cleaned["producer"],
                visitor=visitor,
            )
        except LayersError as error:
            add_refusal(form, error)
            return None

    def _form(self, request: HttpRequest, dashboard: str, posted: Any) -> tuple[Dashboard, CopyForm]:
        visitor = visitor_of(request)
        row = access.get_dashboard(visitor, dashboard)
        versions = versions_to_copy(row, may_edit=access.may_edit(visitor, row))
        initial = {"title": (_("Copie de %s") % row.title)[:120]}
        return row, CopyForm(
            posted, form_choices=producers_offered(visitor), versions=versions, initial=initial
        )

    def _page(
        self, request: HttpRequest, row: Dashboard, form: CopyForm, *, status: int = 200
    ) -> HttpResponse:
        context = {"dashboard": row, "form": form, "faults": form_errors(form)}
        return render(request, "dashboards/creation/duplicate.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class DeleteView(View):
    """``…/supprimer/``: lists the effects of the deletion, then deletes."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """List the effects of the deletion."""
        visitor = visitor_of(request)
        row = access.get_editable(visitor, dashboard)
        context = {"dashboard": row, "summary": deletion_summary(row, visitor)}
        return render(request, "dashboards/creation/delete.html", context)

    def post(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Delete it, and go back to the list."""
        visitor = visitor_of(request)
        row = access.get_editable(visitor, dashboard)
        delete_dashboard(dashboard=row, expected=revision_of(request), visitor=visitor)
        messages.success(request, _("« %s » est supprimé.") % row.title)
        return redirect("dashboards:list")


@method_decorator(never_cache, name="dispatch")
class DocumentTextView(View):
    """``…/texte/``: the document in YAML, checked and saved as the draft."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Show the text."""
        single_values(parameters_of(request), allowed=())
        row = access.get_editable(visitor_of(request), dashboard)
        schema = request.build_absolute_uri(reverse("dashboards:schema"))
        return self._page(request, row, DocumentTextForm(initial={"text": document_text(row, schema=schema)}))

    def post(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Save the text as the draft; ``verifier`` only checks it."""
        visitor = visitor_of(request)
        row = access.get_editable(visitor, dashboard)
        form = DocumentTextForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, form, status=422)
        try:
            return self._save(request, row, form)
        except InvalidDocument as error:
            faults = text_faults(error, form.cleaned_data["text"])
            return self._page(request, row, form, text_faults=faults, status=422)
        except EditConflict:
            now = access.get_editable(visitor, dashboard)
            return self._page(request, now, form, conflict=True, status=412)

    def _save(self, request: HttpRequest, row: Dashboard, form: DocumentTextForm) -> HttpResponse:
        """Save the text as the draft, or only check it.

        Raises:
            InvalidDocument, EditConflict: why it is not kept.
        """
        document = document_of_text(row, form.cleaned_data["text"])
        if CHECK in request.POST:
            return self._page(request, row, form, is_checked=True)
        made = save_draft(
            dashboard=row, document=document, expected=revision_of(request), visitor=visitor_of(request)
        )
        number = made.draft.number if made.draft else 0
        messages.success(request, _("Le brouillon %d est enregistré.") % number)
        return redirect("dashboards:text", made.slug)

    def _page(
        self,
        request: HttpRequest,
        row: Dashboard,
        form: DocumentTextForm,
        *,
        status: int = 200,
        **messages: Any,
    ) -> HttpResponse:
        """Render the text with its faults; after a conflict, the text of the current state."""
        is_fresh = not form.is_bound or messages.get("conflict")
        context = {
            "dashboard": row,
            "form": form,
            "faults": form_errors(form),
            "revision": row.revision if is_fresh else request.POST.get(REVISION, ""),
        }
        return render(request, "dashboards/creation/text.html", context | messages, status=status)


YAML = "application/yaml"  # RFC 9512


class DocumentSchemaView(Resource):
    """``/tableaux-de-bord/schema.json``: the schema of documents, in the language of the visitor."""

    offered = (SCHEMA,)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the schema."""
        self.check_parameters()
        schema = build_schema(PANEL_KINDS.values(), address=self.reverse("dashboards:schema"))
        response = self.document(schema, SCHEMA, is_private=False)
        patch_vary_headers(response, ["Accept-Language"])
        return response


class DashboardDocumentView(View):
    """``/tableaux-de-bord/{slug}/document.yaml``: what ``import_dashboard`` reads; ``version`` names another one."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Answer with the document as a file."""
        parameters = single_values(parameters_of(request), allowed=("version",))
        visitor = visitor_of(request)
        row = access.get_dashboard(visitor, dashboard)
        version = (
            version_of(row, version_number(parameters["version"]))
            if "version" in parameters
            else readable_version(row, visitor)
        )
        schema = request.build_absolute_uri(reverse("dashboards:schema"))
        text = export_dashboard(dashboard=row, visitor=visitor, version=version, schema=schema)
        response = HttpResponse(text, content_type=f"{YAML}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{row.slug}.yaml"'
        response["Cache-Control"] = "private, no-store"
        return response
