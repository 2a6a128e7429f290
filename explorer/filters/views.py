"""Filters of a layer of the map, values of a text field, and the extent of the answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views import View

from explorer.filters.presenters import field_form, filter_form
from explorer.filters.queries import choices, extent, first_opened, layer_filters, suggest
from explorer.map_state import queries
from explorer.map_state.queries import requested_layer
from interface.http.resources import with_age
from interface.requests import is_fragment, map_parameters
from interface.wording import data_age
from layers.queries.shared_answers import former_answers
from layers.visitor import visitor_of

OPENED, SOUGHT, TYPED = "champs", "valeurs", "debut"


class FiltersView(View):
    """The filters of a layer: a part of the panel for htmx, a page of its own without script."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the form; ``champs`` names the fields that are open, separated by commas.

        Only the values of the field ``valeurs`` that hold ``debut`` are listed.
        """
        scope, query, scopes = requested_layer(
            visitor_of(request), map_parameters(request), layer, OPENED, SOUGHT, TYPED
        )
        is_part, opened = is_fragment(request), _opened(request)
        if is_part and opened is None:
            opened = first_opened(scope, query)
        with former_answers(scope.visitor) as recency:
            filters = layer_filters(scope, query, scopes, opened=opened, sought=_sought(request))
        context: dict[str, Any] = {
            "query": query,
            "filters": filter_form(filters, scopes),
            "age": "" if recency.age_s is None else data_age(recency.age_s),
            "layers": [scopes[slug] for slug in query.layers if slug in scopes],
        }
        template = "explorer/filters/pane.html" if is_part else "explorer/filters/page.html"
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return with_age(response, recency.age_s)


def _opened(request: HttpRequest) -> tuple[str, ...] | None:
    names = request.GET.get(OPENED)
    return None if names is None else tuple(filter(None, names.split(",")))


def _sought(request: HttpRequest) -> dict[str, str]:
    field, text = request.GET.get(SOUGHT), request.GET.get(TYPED, "").strip()
    return {field: text} if field else {}


class ValuesView(View):
    """The values of a field that contain what was typed: suggestions of a text, boxes of a list of choices."""

    def get(self, request: HttpRequest, layer: str, field: str) -> HttpResponse:
        """Render the values as options of the field, or as suggestions of its text."""
        scope, query, scopes = requested_layer(visitor_of(request), map_parameters(request), layer, TYPED)
        typed = request.GET.get(TYPED, "").strip()
        with former_answers(scope.visitor) as recency:
            listed = choices(scope, query, scopes, field, typed)
            suggestions = suggest(scope, query, scopes, field, typed) if listed is None else ()
        if listed is not None:
            context = {"field": field_form(listed, query, scope)}
            response = render(request, "explorer/filters/options.html", context)
        else:
            response = render(request, "explorer/filters/values.html", {"values": suggestions})
        return with_age(response, recency.age_s)


class ExtentView(View):
    """The box around the features that answer, for « zoom to the layer »."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Answer west, south, east and north in degrees, or null."""
        scope, query, scopes = requested_layer(visitor_of(request), map_parameters(request), layer)
        return JsonResponse({"box": extent(queries.layer_query(scope, query, scopes))})
