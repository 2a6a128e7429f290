"""``/urbanisme/statistiques/``: figures of zones by type, label and commune; their files and their JSON."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from interface import territory
from interface.http.resources import not_modified
from interface.requests import filled, parameters_of, stated_parameters
from layers.errors import UnknownLayer
from layers.visitor import visitor_of
from planning.statistics.parsing import BY, StatisticsQuery, parse_statistics
from planning.statistics.presenters import (
    GROUPINGS,
    statistics_document,
    statistics_page,
    statistics_statement,
)
from planning.statistics.queries import StatisticsLayers, statistics_layers, zone_statistics
from planning.tables.services import check_download, check_form, table_file
from planning.tables.views import file_response, freshness, json_response

FORMS = ("csv", "xlsx")
_API_BY = "by"


class StatisticsView(View):
    """The page: a table, its bars, and the ways to its files."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page; a layer that is hidden and one that is absent give the same words."""
        query = parse_statistics(filled(parameters_of(request)))
        visitor = visitor_of(request)
        context = {"query": query, "groupings": GROUPINGS, "communes": territory.choices(visitor.portal)}
        try:
            layers = statistics_layers(visitor)
        except UnknownLayer:
            return render(request, "planning/statistics/page.html", context, status=HTTPStatus.NOT_FOUND)
        context["page"] = statistics_page(zone_statistics(layers, query), layers, query)
        context["files"] = _files(query) if layers.zones.can_download else []
        context["api_address"] = _api_address(query)
        return render(request, "planning/statistics/page.html", context)


def _files(query: StatisticsQuery) -> list[tuple[str, str]]:
    return [
        (
            form.upper(),
            f"{reverse('planning-tools:statistics-file', args=[form])}?{urlencode(query.parameters)}",
        )
        for form in FORMS
    ]


def _api_address(query: StatisticsQuery) -> str:
    values = {_API_BY if name == BY else name: value for name, value in query.parameters.items()}
    return f"{reverse('planning-tools-api:statistics')}?{urlencode(values)}"


class StatisticsFileView(View):
    """``/urbanisme/statistiques/zones.csv``: the table as a file."""

    def get(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Send the file."""
        check_form(form, FORMS)
        query = parse_statistics(filled(parameters_of(request)))
        visitor = visitor_of(request)
        layers = statistics_layers(visitor)
        check_download(layers.zones.can_download)
        statement = statistics_statement(zone_statistics(layers, query), query)
        notice = _notice(layers, query)
        return file_response(
            table_file(visitor, statement, form=form, name="zones-statistiques", notice=notice)
        )


def _notice(layers: StatisticsLayers, query: StatisticsQuery) -> list[tuple[str, str]]:
    sources = [
        layers.zones,
        *([layers.parcels] if layers.parcels else []),
        *(b.scope for b in layers.buildings),
    ]
    return [
        (_("Tableau"), _("Statistiques des zones du PLUi")),
        (_("Couches"), ", ".join(str(each.layer.title) for each in sources)),
        (_("Commune"), query.commune or layers.zones.visitor.portal or _("toutes")),
        (_("Surfaces"), _("Mesurées sur l’ellipsoïde, d’après les dessins.")),
    ]


class StatisticsApiView(View):
    """``/api/planning/statistics?by=type&commune=92048``: the same as JSON."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the figures, or word that the client has them already."""
        query = parse_statistics(stated_parameters(request), by=_API_BY)
        layers = statistics_layers(visitor_of(request))
        fresh = freshness(request, layers.joined, layers.identity)
        return not_modified(request, fresh) or json_response(
            statistics_document(zone_statistics(layers, query), query), fresh
        )
