"""What the dialog of the divider offers: on each side a layer that is on, a period of its date or a version of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from explorer.map_state.parsing import MapQuery, Side, parse_map
from explorer.map_state.queries import drop_unavailable, on_map, version_words, with_default_layers
from interface.conditions import RANGE
from interface.requests import parameters_of
from layers import access
from layers.access import RasterScope, Scope
from layers.visitor import visitor_of


@dataclass(frozen=True, slots=True)
class ComparedLayer:
    """A layer that may be on a side: whether it has a date, and its versions by number."""

    slug: str
    title: str
    has_date: bool
    versions: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class SideForm:
    """A side as the dialog shows it: ``name`` is that of its fields, ``first`` and ``last`` are days as texts."""

    name: str
    legend: str
    layers: tuple[ComparedLayer, ...]
    chosen: Side
    first: str
    last: str


def comparison(
    query: MapQuery, scopes: Iterable[Scope], rasters: Iterable[RasterScope]
) -> tuple[SideForm, SideForm]:
    """Return both sides, as the divider has them or else on the first layer that is on."""
    located = {scope.slug: scope for scope in scopes if scope.slug in query.layers}
    by_slug = {slug: _layer(scope) for slug, scope in located.items()}
    for raster in rasters:
        by_slug[raster.slug] = ComparedLayer(
            raster.slug, str(raster.layer.title), has_date=False, versions=()
        )
    layers = tuple(by_slug[slug] for slug in query.layers if slug in by_slug)
    default = Side(layers[0].slug if layers else "")
    swipe = query.swipe
    return (
        _form("left", _("À gauche"), layers, swipe.left if swipe else default),
        _form("right", _("À droite"), layers, (swipe.right if swipe else default) or Side("")),
    )


def _layer(scope: Scope) -> ComparedLayer:
    versions = tuple((version.number, version_words(version)) for version in access.versions(scope))
    return ComparedLayer(scope.slug, str(scope.layer.title), scope.time_field is not None, versions)


def _form(name: str, legend: str, layers: tuple[ComparedLayer, ...], side: Side) -> SideForm:
    first, _range, last = side.period.partition(RANGE)
    return SideForm(name, legend, layers, side, first, last)


class ComparisonView(View):
    """``/carte/comparer/``: what may be on each side of the divider, of the layers that are on."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the fields of the dialog."""
        visitor = visitor_of(request)
        scopes, rasters = on_map(access.visible(visitor)), access.visible_rasters(visitor)
        query, _missing = drop_unavailable(
            scopes, parse_map(parameters_of(request)), {one.slug for one in rasters}
        )
        context = {"sides": comparison(with_default_layers(scopes, query), scopes, rasters)}
        return render(request, "explorer/swipe/compare.html", context)
