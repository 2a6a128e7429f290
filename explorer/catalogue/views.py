"""The catalogue and the page of a layer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View

from explorer.catalogue import queries
from explorer.catalogue import queries as catalogue_queries
from explorer.catalogue.parsing import CatalogueSort, parse_catalogue, parse_list
from explorer.rasters.views import raster_page
from explorer.sketch.layer_picture import preview
from explorer.sketch.queries import OUTLINES
from interface import territory
from interface.requests import parameters_of
from interface.wording import deeds
from layers import access
from layers.errors import UnknownLayer
from layers.sql.catalogue import versions_read_once
from layers.visitor import visitor_of
from layers.vocabulary import LICENCE_URLS


class CatalogueView(View):
    """Every layer the visitor sees, searched by words, narrowed by facets, sorted."""

    @method_decorator(versions_read_once())
    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the catalogue."""
        query = parse_catalogue(parameters_of(request))
        entries = catalogue_queries.entries(visitor_of(request))
        corrected = catalogue_queries.corrected_text(entries, query.text)
        selection = replace(query, text=corrected or query.text)
        matching_entries = catalogue_queries.narrowed(entries, selection)
        context = {
            "query": query,
            "corrected": corrected,
            "total": len(entries),
            "matching_entries": matching_entries,
            "groups": catalogue_queries.by_theme(matching_entries),
            "facets": catalogue_queries.facets(entries, selection),
            "sortings": CatalogueSort.choices,
            "requestable": catalogue_queries.requestable(visitor_of(request), query),
        }
        return render(request, "explorer/catalogue/page.html", context)


class LayerView(View):
    """What a layer is, how to use it, and its features as a table."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the page of a layer."""
        visitor = visitor_of(request)
        try:
            scope = access.scope(visitor, layer)
        except UnknownLayer:  # a raster, or nothing that this visitor may know of
            return raster_page(request, access.raster_scope(visitor, layer))
        selection = queries.listed(scope, parse_list(parameters_of(request)))
        context = {
            "table": queries.TablePage(selection=selection, page=selection.page()),
            "columns": queries.table_columns(selection),
            "deeds": deeds(scope),
            "communes": territory.choices(visitor.portal),
            "preview": preview(territory.visible_communes(visitor), scope),
        }
        context = described(scope) | context
        return render(request, "explorer/catalogue/layer.html", context)


def described(scope: access.Scope) -> dict[str, Any]:
    """Return what the page of a layer shows of it, whatever the query."""
    return {
        "entry": catalogue_queries.entry(scope),
        "scope": scope,
        "fields": territory.label_communes(scope.fields),
        "columns": queries.columns(scope),
        "outlines": OUTLINES,
        "licence_url": LICENCE_URLS.get(scope.layer.licence, ""),
    }
