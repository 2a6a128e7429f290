"""What is taken of one panel: its files, its map, the features behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from dashboards.documents.document import Panel
from dashboards.errors import ForbiddenDashboard, UnknownPanel
from dashboards.filters.presenters import features_address, sentences
from dashboards.panels.downloads import TABLES, panel_file
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.queries import features_of_records
from dashboards.reading.dashboard_page import DashboardPage, open_page
from dashboards.reading.frames import forms_of_panel
from dashboards.reading.panels import panel_request, read_or_raise
from dashboards.registry import PANEL_KINDS
from export_formats.services import export_sent, export_slot
from interface.requests import parameters_of
from interface.standalone.document import file_response
from layers.errors import InvalidParameter
from layers.visitor import visitor_of


class PanelDownloadView(View):
    """A panel as a file: its table, or its chart as a picture."""

    def get(self, request: HttpRequest, dashboard: str, panel: str, form: str) -> HttpResponse:
        """Write the panel under the filters of the address."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request))
        panel_of_page = page.panel(panel)
        answer = read_or_raise(page, panel_of_page)
        answer_with_filters = replace(
            answer, notes=(*sentences(page.state, page.rows, page.document), *answer.notes)
        )
        file = panel_file(panel_of_page, answer_with_filters, checked_form(page, panel_of_page, form))
        tell_export(page, panel_of_page, answer, form)
        response = HttpResponse(file.content, content_type=file.media_type)
        response["Content-Disposition"] = f'attachment; filename="{file.name}"'
        return response


def checked_form(page: DashboardPage, panel: Panel, form: str) -> str:
    """Return the form of a file that a panel has for the visitor.

    Raises:
        InvalidParameter: a form that the panel does not have.
        ForbiddenDashboard: its table, and the visitor may see the layer without taking its data away.
    """
    answer = read_or_raise(page, panel)
    offered = forms_of_panel(page, panel, answer)
    if form in offered:
        return form
    if form in TABLES and forms_of_panel(page, panel, answer, is_free=True) != offered:
        raise ForbiddenDashboard(
            _("Vos droits sur cette couche ne permettent pas d’en emporter les données.")
        )
    raise InvalidParameter(
        _("Ce panneau s’emporte en %(codes)s ; reçu « %(value)s ».")
        % {"codes": ", ".join(offered) or "–", "value": form[:20]},
        parameter="form",
    )


def tell_export(page: DashboardPage, panel: Panel, answer: PanelAnswer, form: str) -> None:
    """Signal that the rows of a layer were exported; groups and pictures of them are no rows."""
    if panel.question is None or form not in TABLES or not answer.table.features:
        return
    question = {name: [value] for name, value in page.filters_of(panel).parameters(panel.question.filter)}
    export_sent.send(
        sender=PanelDownloadView,
        scope=page.scopes[panel.question.layer],
        extension=form,
        rows=len(answer.table.rows),
        question=question,
    )


class StandaloneMapView(View):
    """The map of a panel as one file without requests."""

    def get(self, request: HttpRequest, dashboard: str, panel: str) -> HttpResponse:
        """Write the map under the filters of the address; a panel that is no map is a 404."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request))
        panel_of_page = page.panel(panel)
        kind = PANEL_KINDS[panel_of_page.kind]
        if panel_of_page.question is None or not kind.has_map_file(panel_of_page):
            raise UnknownPanel(panel)
        filters = sentences(page.state, page.rows, page.document)
        return standalone_response(
            kind, panel_request(page, panel_of_page, page.filters_of(panel_of_page)), filters=filters
        )


MAX_FEATURES = 300
"""What an address may name."""


class PanelFeaturesView(View):
    """``…/{panel}/objets/``: the explorer on the features whose records the panel selects."""

    def get(self, request: HttpRequest, dashboard: str, panel: str) -> HttpResponse:
        """Lead to them; a panel that is not about related records is a 404."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request))
        panel_of_page = page.panel(panel)
        if panel_of_page.question is None or not panel_of_page.question.relation:
            raise UnknownPanel(panel)
        query = panel_request(page, panel_of_page, page.filters_of(panel_of_page))
        ids, is_cut = features_of_records(query, MAX_FEATURES)
        if is_cut:
            messages.info(request, _("Ce panneau concerne plus d’objets : en voici %(n)d.") % {"n": len(ids)})
        return redirect(features_address(query.scope, ids or (0,)))


def standalone_response(
    kind: PanelKind, request: PanelRequest, *, filters: Sequence[str] = ()
) -> HttpResponse:
    """Return the file of a map panel; ``filters`` are those of the page, in words.

    An export of features sends ``export_sent``.

    Raises:
        LayersError: as ``PanelKind.map_file``.
        TooManyRequests, Busy: as ``export_slot``.
    """
    with export_slot(request.visitor):
        file = kind.map_file(request, filters=filters)
    question = {name: [text] for name, text in request.query.fingerprint}
    own_layer = request.scope.slug
    return file_response(
        file, {scope.slug: question if scope.slug == own_layer else {} for scope, _rows in file.exported}
    )
