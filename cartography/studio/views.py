"""The studio: a page whose form works as it is, parts of it that follow each change with a script, links to it."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cartography.studio.changes import apply_inputs
from cartography.studio.parsing import RefusedInputs, style_inputs
from cartography.studio.pictograms import matching_pictograms
from cartography.studio.presenters import StyleWork, open_work, page_context, parts_context
from cartography.versions.views import StyledLayerView
from interface.page_parts import PagePart
from interface.requests import is_fragment, parameters_of
from layers.access import Scope, may_style
from layers.errors import InvalidStyle, LayersError, StaleStyle, status_of
from layers.parsing import single_values
from layers.styles.definitions import Style
from layers.visitor import Visitor
from styles.pictures import SvgPicture, pictogram
from styles.services import save_draft, style_of

MAX_DOCUMENT = 400_000
MAX_SEARCH = 60


class StudioView(StyledLayerView):
    """``/catalogue/{layer}/style/``: the draft, or the published style; each change goes into the draft."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page. It writes nothing."""
        single_values(parameters_of(request), allowed=())
        return render(request, "cartography/studio/page.html", page_context(open_work(self.scope)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store the values of the form in the draft, and render the parts that change."""
        work = open_work(self.scope)
        try:
            if work.fault:
                raise InvalidStyle(work.fault, parameter="draft")
            inputs = style_inputs(request.POST.dict(), self.scope.definition.geometry)
            return self._save(request, apply_inputs(self.scope, work.style, inputs))
        except LayersError as error:
            return self._refused(request, work, error)

    def _save(self, request: HttpRequest, style: Style) -> HttpResponse:
        save_draft(scope=self.scope, style=style, expected=request.POST.get("mark", ""))
        if not is_fragment(request):
            messages.success(request, _("Le brouillon est gardé."))
            return redirect("cartography:studio", self.scope.slug)
        return render(request, "cartography/studio/parts.html", parts_context(open_work(self.scope)))

    def _refused(self, request: HttpRequest, work: StyleWork, error: LayersError) -> HttpResponse:
        """Render each fault beside its input; the stored draft is unchanged."""
        faults = error.faults if isinstance(error, RefusedInputs) else {error.parameter: error.detail}
        status = 422 if isinstance(error, InvalidStyle) else int(status_of(error))
        if is_fragment(request):
            context = {
                "scope": self.scope,
                "faults": faults,
                "is_stale": isinstance(error, StaleStyle),
            }
            return render(request, "cartography/studio/faults.html", context, status=status)
        context = page_context(work) | {"faults": dict(faults)}
        return render(request, "cartography/studio/page.html", context, status=status)


class StyleDocumentView(StyledLayerView):
    """``…/style/document/``: a whole document in place of the draft, for undoing and doing again."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store the change, and render the parts that change."""
        text = request.POST.get("document", "")
        try:
            document = json.loads(text) if len(text) <= MAX_DOCUMENT else None
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise InvalidStyle(_("Le style est un objet JSON."), parameter="document")
        style = style_of(self.scope, document)
        save_draft(scope=self.scope, style=style, expected=request.POST.get("mark", ""))
        return render(request, "cartography/studio/parts.html", parts_context(open_work(self.scope)))


class PictogramsView(StyledLayerView):
    """``…/style/pictogrammes/``: those that a word finds, to choose one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render them."""
        text = single_values(parameters_of(request), allowed=("q",)).get("q", "")[:MAX_SEARCH]
        names, more = matching_pictograms(text)
        pictograms = [(name, _picture(name)) for name in names]
        return render(request, "cartography/studio/pictograms.html", {"pictograms": pictograms, "more": more})


def _picture(name: str) -> SvgPicture:
    icon = pictogram(name)
    assert icon is not None, name
    return SvgPicture(icon.side, icon.side, f"<g {icon.paint('@ink')}>{icon.shapes}</g>")


def studio_link(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the link to the studio of a layer, for its page."""
    return _link("cartography/studio/link.html", subject)


def studio_link_of_row(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the link to the studio of a layer, for the menu of its row beside the map."""
    return _link("cartography/studio/row_link.html", subject)


def _link(template: str, subject: object) -> PagePart | None:
    if not isinstance(subject, Scope) or not subject.definition.geometry.is_located or not may_style(subject):
        return None
    return PagePart(template, {"slug": subject.slug, "title": subject.layer.title})
