"""The library of panels: its pages, and the choice that the builder shows."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from dashboards import access
from dashboards.documents.parsing import parse_library_panel
from dashboards.errors import EditConflict, ForbiddenDashboard, InvalidDocument, SlugTaken
from dashboards.forms import revision_of
from dashboards.library.forms import SharedPanelForm, panel_text
from dashboards.library.queries import (
    free_panel_slug,
    includable,
    includable_dashboards,
    library_lines,
    one_panel,
    readable_library,
    uses,
)
from dashboards.library.services import (
    LibraryPanelWords,
    change_library_panel,
    create_library_panel,
    delete_library_panel,
)
from dashboards.models import LibraryPanel
from dashboards.registry import PANEL_KINDS, TEXT
from interface.forms import form_errors
from interface.requests import parameters_of
from layers.access import producer_groups
from layers.errors import InvalidParameter, LayersError, status_of
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of

SEARCH = "q"
_EXAMPLE = {"kind": TEXT.name, "options": {"text": "…"}}


@method_decorator(never_cache, name="dispatch")
class LibraryPage(View):
    """What the pages of the library share: they are for who makes or changes dashboards."""

    visitor: Visitor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Require the right to make dashboards; others are sent to the sign-in page."""
        self.visitor = visitor_of(request)
        if self.visitor.is_anonymous:
            return redirect_to_login(request.get_full_path())
        if not access.is_maker(self.visitor):
            raise ForbiddenDashboard(
                _("La bibliothèque de panneaux est pour ceux qui font des tableaux de bord.")
            )
        return super().dispatch(request, *args, **kwargs)

    def form(self, data: Any, panel: LibraryPanel | None, **initial: Any) -> SharedPanelForm:
        """Return the form of a panel, or of a new one."""
        current = panel.producer_id if panel else None
        names = tuple(producer_groups(self.visitor, current=current).values_list("name", flat=True))
        return SharedPanelForm(
            data,
            producers=names,
            may_be_nobody=self.visitor.is_administrator,
            is_new=panel is None,
            initial=initial,
        )

    def page(
        self, request: HttpRequest, form: SharedPanelForm, panel: LibraryPanel | None, *, status: int = 200
    ) -> HttpResponse:
        """Render the form, with what is to be corrected."""
        context = {
            "panel": panel,
            "form": form,
            "faults": form_errors(form),
            "uses": uses(self.visitor, panel) if panel else None,
        }
        return render(request, "dashboards/library/panel.html", context, status=status)


class LibraryView(LibraryPage):
    """``/tableaux-de-bord/bibliotheque/``: the panels that several dashboards use."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the list; ``q`` searches the titles."""
        words = single_values(parameters_of(request), known=(SEARCH,)).get(SEARCH, "")
        lines = library_lines(readable_library(self.visitor, words), self.visitor)
        context = {"lines": lines, "words": words, "may_share": access.may_share(self.visitor)}
        return render(request, "dashboards/library/list.html", context)


class NewLibraryPanelView(LibraryPage):
    """``…/bibliotheque/nouveau/``: a panel for the library."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form."""
        access.check_share(self.visitor)
        return self.page(request, self.form(None, None, text=panel_text(_EXAMPLE)), None)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save it."""
        form = self.form(request.POST, None)
        if form.is_valid():
            cleaned = form.cleaned_data
            words = LibraryPanelWords(
                cleaned["title"], cleaned["producer"], cleaned["slug"] or free_panel_slug(cleaned["title"])
            )
            try:
                made = create_library_panel(panel=cleaned["text"], words=words, visitor=self.visitor)
            except SlugTaken as error:
                form.add_error("slug", error.detail)
            else:
                messages.success(request, _("« %s » est dans la bibliothèque.") % made.title)
                return redirect("dashboards:library")
        return self.page(request, form, None, status=422)


class LibraryPanelView(LibraryPage):
    """``…/bibliotheque/{panel}/``: a library panel, changed for every dashboard that uses it."""

    def get(self, request: HttpRequest, panel: str) -> HttpResponse:
        """Render the form."""
        row = self._own(panel)
        producer = row.producer.name if row.producer else ""
        values = {name: value for name, value in row.document.items() if name != "title"}
        return self.page(
            request, self.form(None, row, title=row.title, producer=producer, text=panel_text(values)), row
        )

    def post(self, request: HttpRequest, panel: str) -> HttpResponse:
        """Write it."""
        row = self._own(panel)
        form = self.form(request.POST, row)
        if not form.is_valid():
            return self.page(request, form, row, status=422)
        try:
            self._write(row, form)
        except EditConflict as error:
            form.add_error(None, error.detail)
            return self.page(request, form, row, status=status_of(error))
        messages.success(request, _("« %s » est changé, partout où il sert.") % form.cleaned_data["title"])
        return redirect("dashboards:library")

    def _write(self, row: LibraryPanel, form: SharedPanelForm) -> None:
        cleaned = form.cleaned_data
        change_library_panel(
            row=row,
            panel=cleaned["text"],
            words=LibraryPanelWords(cleaned["title"], cleaned["producer"]),
            expected=revision_of(self.request),
            visitor=self.visitor,
        )

    def _own(self, panel: str) -> LibraryPanel:
        row = one_panel(self.visitor, panel)
        access.check_edit_panel(self.visitor, row)
        return row


class DeleteLibraryPanelView(LibraryPanelView):
    """``…/bibliotheque/{panel}/supprimer/``: where it is used, then it is gone."""

    def get(self, request: HttpRequest, panel: str) -> HttpResponse:
        """Say where it is used."""
        row = self._own(panel)
        context = {"panel": row, "uses": uses(self.visitor, row)}
        return render(request, "dashboards/library/delete.html", context)

    def post(self, request: HttpRequest, panel: str) -> HttpResponse:
        """Delete it."""
        row = self._own(panel)
        delete_library_panel(row=row, expected=revision_of(request), visitor=self.visitor)
        messages.success(request, _("« %s » est supprimé de la bibliothèque.") % row.title)
        return redirect("dashboards:library")


@method_decorator(never_cache, name="dispatch")
class PanelLibraryView(View):
    """``{slug}/bibliotheque/``: what the builder may add from elsewhere; a posted panel is added to the library."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the choice; ``q`` searches the titles."""
        words = single_values(parameters_of(request), known=(SEARCH,)).get(SEARCH, "")
        visitor = visitor_of(request)
        row = access.one_to_edit(visitor, dashboard)
        context = {
            "dashboard": row,
            "words": words,
            "lines": library_lines(readable_library(visitor, words), visitor),
            "includes": includable_dashboards(includable(row, visitor, words)),
        }
        return render(request, "dashboards/library/choice.html", context)

    def post(self, request: HttpRequest, dashboard: str) -> JsonResponse:
        """Add a panel (``panel``, in JSON) under a title; answer with its identifier."""
        try:
            visitor = visitor_of(request)
            row = access.one_to_edit(visitor, dashboard)
            title = request.POST.get("title", "").strip()
            panel = parse_library_panel(_sent(request, title), PANEL_KINDS.values())
            producer = row.producer.name if row.producer else ""
            words = LibraryPanelWords(title or panel.title, producer, free_panel_slug(title or panel.title))
            made = create_library_panel(panel=panel, words=words, visitor=visitor)
        except LayersError as error:
            return _refusal(error)
        return JsonResponse({"slug": made.slug, "panel": {"library": made.slug}}, status=201)


def _sent(request: HttpRequest, title: str) -> dict[str, Any]:
    """Return the values of the posted panel, as the library stores them.

    Raises:
        InvalidParameter: they are no JSON object.
    """
    try:
        values = json.loads(request.POST.get("panel", ""))
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise InvalidParameter(_("« panel » n’est pas un panneau en JSON."), parameter="panel")
    own = {name: value for name, value in values.items() if name not in {"id", "library"}}
    return {**own, "title": title or own.get("title", "")}


def _refusal(error: LayersError) -> JsonResponse:
    status = 422 if isinstance(error, InvalidDocument) else status_of(error)
    answer = {"title": _(error.title), "detail": error.detail, "parameter": error.parameter}
    return JsonResponse(answer, status=status, content_type="application/problem+json")
