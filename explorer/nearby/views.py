"""What is around a point of the map, as a tab of its panel."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views import View

from explorer.map_state.parsing import TAB, MapQuery, parse_map
from explorer.nearby.queries import nearby
from interface import territory
from interface.requests import is_fragment, parameters_of
from layers import access
from layers.visitor import visitor_of

MINE = "moi"


class NearbyView(View):
    """The nearest features of the subject around ``near``; ``moi=oui`` when that is where the person is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the tab for htmx; anybody else is sent to the map that shows it."""
        query = parse_map(parameters_of(request), allowed=(MINE,))
        if not is_fragment(request):
            asked = request.GET.copy()
            asked.pop(MINE, None)
            asked[TAB] = "autour"
            return redirect(f"{reverse('explorer:map')}?{asked.urlencode()}")
        response = render(request, "explorer/nearby/pane.html", _context(request, query))
        patch_vary_headers(response, ["HX-Request"])
        return response


def _context(request: HttpRequest, query: MapQuery) -> dict[str, Any]:
    visitor = visitor_of(request)
    shapes = territory.own(territory.ground(visitor), visitor.portal)
    return {
        "nearby": nearby(access.visible(visitor), shapes, query),
        "is_mine": request.GET.get(MINE) == "oui",
        "has_ground": bool(shapes),
    }
