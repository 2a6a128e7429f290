"""What lies around the objects that a question names, for the map to draw."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View

from explorer.filters.views import asked_layer
from explorer.map_state.filter_expression import ask
from explorer.surroundings.presenters import drawing
from explorer.surroundings.queries import answer_matches, outlines


class SurroundingsView(View):
    """``/carte/alentours/{layer}/``: around other layers' objects, from the answers to the nearest, and these."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Answer in GeoJSON, in longitude and latitude."""
        scope, query, beside = asked_layer(request, layer)
        ask(scope, query, beside)  # refuses what cannot be read, where nothing is drawn too
        found = drawing(scope, outlines(scope, query, beside), answer_matches(scope, query, beside))
        response = JsonResponse(found, content_type="application/geo+json")
        response["Cache-Control"] = "private, no-store"
        return response
