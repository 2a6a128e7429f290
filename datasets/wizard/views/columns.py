"""The second step: what the portal understood of a file, corrected by the person who gave it, then loaded."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from datasets.access import may_create
from datasets.imports.orders import abandon, order_loading, order_partial, order_reading
from datasets.imports.preview import preview
from datasets.imports.proposal import Proposal, settled_of, understood_of
from datasets.imports.queries import upload_of
from datasets.models import Upload
from datasets.versions.requests import form_number, steps
from datasets.wizard.forms.reading import ReadingForm
from datasets.wizard.forms.wizard import WizardForms
from datasets.wizard.presenters import (
    finding_groups,
    findings_of_taken,
    raw_lines,
    stored_rows,
    understood_columns,
)
from interface.forms import FormError
from interface.map_config import features_map_config
from layers.errors import LayersError
from layers.visitor import visitor_of

MEDIA_TYPE = "application/geo+json"


class ColumnsView(View):
    """Columns, roles and geometry in one form; sending it loads and checks the file."""

    def get(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Render the form, or go where the work that is under way is told."""
        upload = upload_of(visitor_of(request), key)
        if upload.is_busy or not upload.is_understood:
            return redirect("datasets:state", key)
        return self._page(request, upload, _forms(request, upload))

    def post(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Order the loading that the form describes; the same form sent twice is one loading."""
        upload = upload_of(visitor_of(request), key)
        if upload.is_busy or not upload.is_understood:
            return redirect("datasets:state", key)
        forms = _forms(request, upload)
        if not forms.is_valid():
            return self._page(request, upload, forms)
        try:
            _load(request, upload, forms)
        except LayersError as error:
            forms.refuse(error)
            return self._page(request, upload, forms)
        return redirect("datasets:state", key)

    def _page(self, request: HttpRequest, upload: Upload, forms: WizardForms) -> HttpResponse:
        understood, faults = forms.understood, forms.faults()
        stopped = [FormError(upload.fault)] if upload.fault and not faults else []
        context = page_context(upload, understood) | {
            "takes_parts": may_create(visitor_of(request)),
            "formset": forms.formset,
            "columns": forms.columns,
            "roles": forms.roles,
            "place": forms.place,
            "identity": forms.identity,
            "faults": faults or stopped,
        }
        return render(request, "datasets/wizard/columns.html", context, status=400 if faults else 200)


class ReadingView(View):
    """Order that the file is read again: another sheet, another delimiter, another encoding."""

    def post(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Order it, and show how far it is."""
        upload = upload_of(visitor_of(request), key)
        form = ReadingForm(request.POST, understood=understood_of(upload))
        if not form.is_valid():
            messages.error(request, _("Ce réglage de lecture n’existe pas."))
            return redirect("datasets:columns", key)
        order_reading(upload=upload, reading=form.cleaned_data)
        return redirect("datasets:state", key)


class PreviewView(View):
    """The first positions of the file."""

    def get(self, request: HttpRequest, key: UUID) -> JsonResponse:
        """Answer GeoJSON, for the owner's map alone."""
        upload = upload_of(visitor_of(request), key)
        settled = settled_of(upload)
        recipe = settled[1] if settled else understood_of(upload).recipe
        response = JsonResponse(preview(upload, recipe), content_type=MEDIA_TYPE)
        response["Cache-Control"] = "private, no-store"
        return response


class PartialView(View):
    """Load a refused file again, without its rows in error."""

    def post(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Order it, and show how far it is."""
        upload = upload_of(visitor_of(request), key)
        try:
            order_partial(upload=upload, visitor=visitor_of(request), after=form_number(request, "after"))
        except LayersError as error:
            messages.error(request, error.detail)
        return redirect("datasets:state", key)


class AbandonView(View):
    """Forget a file."""

    def post(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Take the file away."""
        upload = upload_of(visitor_of(request), key)
        abandon(upload=upload)
        messages.success(request, _("L’import de « %s » est abandonné, le fichier est effacé.") % upload)
        return redirect("datasets:home")


def _load(request: HttpRequest, upload: Upload, forms: WizardForms) -> None:
    order_loading(
        upload=upload,
        schema=forms.schema,
        recipe=forms.place.value,
        visitor=visitor_of(request),
        after=form_number(request, "after"),
        identity=forms.said_identity,
    )


def _forms(request: HttpRequest, upload: Upload) -> WizardForms:
    return WizardForms(
        understood_of(upload),
        visitor=visitor_of(request),
        is_new=upload.dataset is None,
        settled=settled_of(upload),
        posted=request.POST if request.method == "POST" else None,
    )


def page_context(upload: Upload, understood: Proposal) -> dict[str, object]:
    """Return what the page shows beside its forms."""
    schema, recipe = settled_of(upload) or (understood.proposal, understood.recipe)
    positions = features_map_config(reverse("datasets:preview", args=[upload.pk]))
    return {
        "upload": upload,
        "dataset": upload.dataset,
        "lines": raw_lines(understood),
        "totals": understood.layout.total_lines,
        "other_parts": [part for part in understood.parts if part != understood.part],
        "is_certain": understood.layout.is_certain,
        "understood": understood_columns(understood, schema, recipe),
        "stored": stored_rows(understood, schema),
        "findings": finding_groups(findings_of_taken(understood, schema, recipe)),
        "unknown": understood.unknown,
        "known_schema": understood.schema.known_schema,
        "reading": ReadingForm(initial=upload.options.get("reading"), understood=understood),
        "preview_map": positions if understood.recipe.kind != "none" else None,
        "map_caption": _("Les 1 000 premières positions du fichier, au plus."),
    } | steps(2)
