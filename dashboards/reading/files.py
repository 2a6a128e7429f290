"""Files of a panel: what it shows under the filters of the page, to take away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import View

from dashboards.documents.document import Panel
from dashboards.errors import ForbiddenDashboard, UnknownPanel
from dashboards.filters.chips import chips
from dashboards.maps.views import standalone_response
from dashboards.panels.downloads import panel_file
from dashboards.reading.dashboard_page import DashboardPage, open_page
from dashboards.reading.panel_reading import panel_request, read_or_raise
from dashboards.reading.presenters import MAP, forms_of_panel
from interface.requests import parameters_of
from layers.errors import InvalidParameter
from layers.visitor import visitor_of


class PanelDownloadView(View):
    """A panel as a file: its table, or its chart as a picture."""

    def get(self, request: HttpRequest, dashboard: str, panel: str, form: str) -> HttpResponse:
        """Write the panel under the filters of the address."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request))
        asked = page.panel(panel)
        found = panel_file(asked, read_or_raise(page, asked), checked_form(page, asked, form))
        response = HttpResponse(found.content, content_type=found.media_type)
        response["Content-Disposition"] = f'attachment; filename="{found.name}"'
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
    if form in {"csv", "xlsx"} and forms_of_panel(page, panel, answer, is_free=True) != offered:
        raise ForbiddenDashboard(
            _("Vos droits sur cette couche ne permettent pas d’en emporter les données.")
        )
    raise InvalidParameter(
        _("Ce panneau s’emporte en %(codes)s ; reçu « %(value)s ».")
        % {"codes": ", ".join(offered) or "–", "value": form[:20]},
        parameter="form",
    )


class StandaloneMapView(View):
    """The map of a panel as one file that asks nobody for anything."""

    def get(self, request: HttpRequest, dashboard: str, panel: str) -> HttpResponse:
        """Write the map under the filters of the address; a panel that is no map is a 404."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request))
        asked = page.panel(panel)
        if asked.kind != MAP or asked.question is None:
            raise UnknownPanel(panel)
        said = [chip.sentence for chip in chips(page.state, page.rows, page.document)]
        return standalone_response(panel_request(page, asked, page.filters_of(asked)), filters=said)
