"""The rows that answer the map's question of a layer: their table, what may be done with them, their statistics."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views import View

from explorer.map_state.parsing import BY
from explorer.map_state.queries import on_map, with_default_layers
from explorer.table import presenters as table_presenters
from explorer.table.queries import TableQuery, parse_table, table
from explorer.table.statistics import statistics
from interface.requests import is_fragment, map_parameters, parameters_of
from layers import access
from layers.access import Scope
from layers.errors import UnknownLayer
from layers.services.features import is_writable
from layers.visitor import visitor_of


def _table_query(request: HttpRequest, slug: str) -> tuple[Scope, TableQuery, dict[str, Scope]]:
    """Read the address of an answer for one of the layers that a map may show."""
    scopes = {scope.slug: scope for scope in on_map(access.visible(visitor_of(request)))}
    query = parse_table(map_parameters(request))
    if slug not in scopes:
        raise UnknownLayer(slug)
    return scopes[slug], query, scopes


class TableView(View):
    """A page of the table as texts: the first describes the table, the others continue it."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Answer the rows in JSON."""
        scope, query, scopes = _table_query(request, layer)
        rows = table(scope, query, scopes)
        return JsonResponse(table_presenters.page(rows) if query.after else table_presenters.first_page(rows))


class TableMenusView(View):
    """What may be done with the table: choose its columns, take its rows away."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the menus."""
        scope, query, scopes = _table_query(request, layer)
        rows = table(scope, query, scopes)
        items = request.build_absolute_uri(reverse("ogc:items", args=[layer]))
        values = rows.question.query
        context = table_presenters.menus(rows) | {
            "scope": scope,
            "api": f"{items}?{values}" if values else items,
            "editing_query": values,
            "is_editable": not scope.visitor.is_anonymous and is_writable(scope),
        }
        context["all_layers_link"] = query.map.narrowed_link if len(query.map.layers) > 1 else ""
        return render(request, "explorer/table/menus.html", context)


class StatisticsView(View):
    """The statistics of the rows that answer: a part of the drawer for htmx, a page of its own without script."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the figures."""
        scope, query, scopes = _table_query(request, layer)
        result = statistics(scope, query, scopes)
        context: dict[str, Any] = {
            "scope": scope,
            "result": result,
            "bars": table_presenters.bars(result),
            "figures": table_presenters.figure_rows(result),
            "hidden_fields": _hidden_fields(request),
            "link": with_default_layers(list(scopes.values()), query.map).link,
        }
        name = "statistics" if is_fragment(request) else "statistics_page"
        response = render(request, f"explorer/table/{name}.html", context)
        patch_vary_headers(response, ["HX-Request"])
        return response


def _hidden_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the hidden fields of a form, which repeat the question."""
    return [
        (name, value) for name, values in parameters_of(request).items() if name != BY for value in values
    ]
