"""``/urbanisme/superposition/``: what a layer shares with the surfaces of another; its files and its JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from interface import territory
from interface.http.resources import not_modified
from interface.requests import filled, parameters_of, stated_parameters
from layers.errors import Busy, LayersError, MissingParameter, TooCostly, TooSlow, UnknownLayer
from layers.visitor import Visitor, visitor_of
from planning.overlaps.parsing import API_NAMES, PAGE_NAMES, OverlapQuery, parse_overlap
from planning.overlaps.presenters import (
    map_address,
    notice,
    overlap_document,
    overlap_page,
    overlap_statement,
)
from planning.overlaps.queries import (
    OverlapLayers,
    Total,
    located_layers,
    overlap_layers,
    pair_page,
    surface_layers,
    totals,
)
from planning.tables.services import check_download, check_form, table_file
from planning.tables.views import file_response, freshness, json_response

FORMS = ("csv", "xlsx", "geojson")
_STATUS = {UnknownLayer: HTTPStatus.NOT_FOUND, TooSlow: HTTPStatus.SERVICE_UNAVAILABLE}


class OverlapsView(View):
    """The page: a form of both layers, the totals, then the pairs."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page; a fault of the question is written over its form."""
        visitor = visitor_of(request)
        context: dict[str, Any] = {"query": OverlapQuery(), "status": HTTPStatus.OK}
        try:
            query = parse_overlap(filled(parameters_of(request)))
            context["query"] = query
            if query.layer:
                context |= _answer(visitor, query)
        except UnknownLayer:
            context |= {"is_hidden": True, "status": HTTPStatus.NOT_FOUND}
        except (Busy, TooCostly, TooSlow):
            raise
        except LayersError as error:
            context |= {"fault": str(error), "status": HTTPStatus.BAD_REQUEST}
        context |= {
            "layers": located_layers(visitor),
            "surfaces": surface_layers(visitor),
            "communes": territory.choices(visitor.portal),
        }
        return render(request, "planning/overlaps/page.html", context, status=context.pop("status"))


def _answer(visitor: Visitor, query: OverlapQuery) -> dict[str, Any]:
    layers = overlap_layers(visitor, query, PAGE_NAMES)
    page = pair_page(layers, query, PAGE_NAMES)
    sums, refusal = _totals(layers, query)
    path = reverse("planning-tools:overlaps-file", args=["csv"]).removesuffix("csv")
    return {
        "both": layers,
        "page": overlap_page(layers, query, PAGE_NAMES, page, sums),
        "refusal": refusal,
        "map_address": map_address(query),
        "files": [(form.upper(), query.address(f"{path}{form}")) for form in FORMS if layers.can_download],
        "api_address": query.address(reverse("planning-tools-api:overlaps"), API_NAMES),
    }


def _totals(layers: OverlapLayers, query: OverlapQuery) -> tuple[list[Total], str]:
    """Return the totals of the first page, or why there are none: the page is worth reading without them."""
    if query.after:
        return [], ""
    try:
        return totals(layers, query, PAGE_NAMES), ""
    except (Busy, TooCostly, TooSlow) as error:
        return [], str(error)


class OverlapsFileView(View):
    """``/urbanisme/superposition/table.csv?couche=…``: every pair as a file."""

    def get(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Send the file."""
        check_form(form, FORMS)
        query, visitor = parse_overlap(filled(parameters_of(request))), visitor_of(request)
        if not query.layer:
            raise MissingParameter(_("Il manque une couche."), parameter=PAGE_NAMES.layer)
        layers = overlap_layers(visitor, query, PAGE_NAMES)
        check_download(layers.can_download)
        statement = overlap_statement(layers, query, PAGE_NAMES, has_geometry=form == "geojson")
        name = f"{query.layer}-{query.other}"
        return file_response(
            table_file(visitor, statement, form=form, name=name, notice=notice(layers, query))
        )


class OverlapsApiView(View):
    """``/api/planning/overlaps?layer=parcelles&with=plui-zones``: pairs as JSON, page by page."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a page, or word that the client has it already."""
        query = parse_overlap(stated_parameters(request), API_NAMES)
        if not query.layer:
            raise MissingParameter(_("Il manque une couche."), parameter=API_NAMES.layer)
        layers = overlap_layers(visitor_of(request), query, API_NAMES)
        fresh = freshness(request, layers.joined)
        if (response := not_modified(request, fresh)) is not None:
            return response
        page = pair_page(layers, query, API_NAMES)
        parameters = query.parameters(API_NAMES) | {API_NAMES.cursor: page.next}
        following = request.build_absolute_uri(f"{request.path}?{urlencode(parameters)}") if page.next else ""
        return json_response(overlap_document(layers, query, page, following), fresh)
