"""The catalogue and the page of a layer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from explorer import queries
from explorer.parsing import parse_catalogue, parse_list
from explorer.parsing.catalogue import Sorting
from explorer.queries import catalogue
from explorer.queries.ground import OUTLINES, outlines
from explorer.serializers.pictures import preview
from explorer.views.requests import parameters_of
from layers import access
from layers.visitor import visitor_of
from layers.vocabulary import LICENCE_URLS


class CatalogueView(View):
    """Every layer the visitor sees, searched by words, narrowed by facets, sorted."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the catalogue."""
        query = parse_catalogue(parameters_of(request))
        entries = queries.entries(visitor_of(request))
        found = catalogue.narrowed(entries, query)
        context = {
            "query": query,
            "total": len(entries),
            "found": found,
            "groups": catalogue.by_theme(found),
            "facets": catalogue.facets(entries, query),
            "sortings": Sorting.choices,
        }
        return render(request, "explorer/catalogue.html", context)


class LayerView(View):
    """What a layer is, how to use it, and its features as a table."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the page of a layer."""
        visitor = visitor_of(request)
        scope = access.scope(visitor, layer)
        selection = queries.listed(scope, parse_list(parameters_of(request)))
        context = {
            "table": queries.TablePage(selection=selection, page=selection.page()),
            "communes": queries.choices(visitor.portal),
            "preview": preview(queries.ground(visitor), outlines(scope)),
        }
        return render(request, "explorer/layer.html", context | described(scope))


def described(scope: access.Scope) -> dict[str, Any]:
    """Return what the page of a layer says of it, whatever is asked."""
    return {
        "entry": queries.entry(scope),
        "scope": scope,
        "fields": queries.named(scope.fields),
        "columns": queries.columns(scope),
        "outlines": OUTLINES,
        "licence_url": LICENCE_URLS.get(scope.layer.licence, ""),
    }
