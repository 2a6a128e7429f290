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
from interface.requests import Parameters, is_fragment, map_parameters
from layers import access
from layers.parsing import single_values
from layers.parsing.choices import choice
from layers.visitor import visitor_of

USER_POSITION, YES = "moi", "oui"


class NearbyView(View):
    """The nearest features of the subject around ``near``; ``moi=oui`` when that is where the person is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the tab for htmx; anybody else is sent to the map that shows it."""
        values = map_parameters(request)
        query, is_user_position = parse_map(values, allowed=(USER_POSITION,)), _is_user_position(values)
        if not is_fragment(request):
            requested = request.GET.copy()
            requested.pop(USER_POSITION, None)
            requested[TAB] = "autour"
            return redirect(f"{reverse('explorer:map')}?{requested.urlencode()}")
        response = render(
            request, "explorer/nearby/pane.html", _context(request, query, is_user_position=is_user_position)
        )
        patch_vary_headers(response, ["HX-Request"])
        return response


def _is_user_position(parameters: Parameters) -> bool:
    """Read whether the point is where the person is.

    Raises:
        InvalidParameter: ``moi`` is something else than « oui », or given twice.
    """
    text = single_values(
        {name: parameters[name] for name in (USER_POSITION,) if name in parameters}, allowed=(USER_POSITION,)
    ).get(USER_POSITION, "")
    return choice(text, ["", YES], parameter=USER_POSITION) == YES


def _context(request: HttpRequest, query: MapQuery, *, is_user_position: bool) -> dict[str, Any]:
    visitor = visitor_of(request)
    shapes = territory.own(territory.visible_communes(visitor), visitor.portal)
    return {
        "nearby": nearby(access.visible(visitor), shapes, query),
        "is_user_position": is_user_position,
        "has_ground": bool(shapes),
    }
