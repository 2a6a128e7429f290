"""Files of a panel: what it shows under the filters of the page, to take away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views import View

from dashboards.errors import UnknownPanel
from dashboards.filters.chips import chips
from dashboards.maps.views import standalone_response
from dashboards.reading.dashboard_page import open_page
from dashboards.reading.panel_reading import panel_request
from interface.requests import parameters_of
from layers.visitor import visitor_of

MAP = "map"


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
