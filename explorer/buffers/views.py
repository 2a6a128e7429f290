"""What lies around the objects that a question names, for the map to draw."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View

from explorer.buffers.presenters import drawing
from explorer.buffers.queries import answer_matches, outlines
from explorer.map_state.queries import layer_query, requested_layer
from interface.requests import map_parameters
from layers.visitor import visitor_of


class SurroundingsView(View):
    """``/carte/alentours/{layer}/``: around other layers' objects, from the answers to the nearest, and these."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Answer in GeoJSON, in longitude and latitude."""
        scope, query, scopes = requested_layer(visitor_of(request), map_parameters(request), layer)
        layer_query(scope, query, scopes)  # refuses what cannot be read, where nothing is drawn too
        document = drawing(scope, outlines(scope, query, scopes), answer_matches(scope, query, scopes))
        response = JsonResponse(document, content_type="application/geo+json")
        response["Cache-Control"] = "private, no-store"
        return response
