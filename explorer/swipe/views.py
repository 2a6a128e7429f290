"""What the dialog of the divider offers: on each side a layer that is on, a period of its date or a version of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from explorer.map_state.availability import drop_unavailable
from explorer.map_state.parsing import MapQuery, Side, parse_map
from explorer.map_state.queries import on_map, version_words, with_default_layers
from explorer.timeline.presenters import time_bar
from explorer.timeline.queries import timeline
from interface.conditions import RANGE
from interface.requests import map_parameters
from layers import access
from layers.access import RasterScope, Scope
from layers.parsing import single_values
from layers.visitor import visitor_of

OPENED = "cote"


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
    query: MapQuery, scopes: Iterable[Scope], rasters: Iterable[RasterScope], *, opened: str = ""
) -> tuple[SideForm, SideForm]:
    """Return both sides: those of the divider, else two different things, the first of them on the layer ``opened``.

    Raises:
        LayersError: as ``explorer.timeline.queries.timeline``.
    """
    by_slug = {scope.slug: scope for scope in scopes}
    compared = {slug: _layer(scope) for slug, scope in by_slug.items() if slug in query.layers}
    for raster in rasters:
        compared[raster.slug] = ComparedLayer(
            raster.slug, str(raster.layer.title), has_date=False, versions=()
        )
    layers = tuple(compared[slug] for slug in query.layers if slug in compared)
    swipe = query.swipe
    if swipe is None or opened not in {"", swipe.left.layer}:
        left, right = _first_sides(query, layers, by_slug, opened)
    else:
        left, right = swipe.left, swipe.right or Side("")
    return (
        _form("left", _("À gauche"), layers, left),
        _form("right", _("À droite"), layers, right),
    )


def _first_sides(
    query: MapQuery, layers: Sequence[ComparedLayer], scopes: Mapping[str, Scope], opened: str
) -> tuple[Side, Side]:
    """Return a layer and another one; of a layer alone both halves of its dates, else the version before and its own.

    What is under it stays for a layer that has neither.
    """
    slugs = [layer.slug for layer in layers]
    slug = opened if opened in slugs else next(iter(slugs), "")
    if other := next((one for one in slugs if one != slug), ""):
        return Side(slug), Side(other)
    if slug not in scopes:
        return Side(slug), Side("")
    if halves := _halves(query, scopes[slug], scopes):
        return Side(slug, period=halves[0]), Side(slug, period=halves[1])
    past = [version.number for version in access.versions(scopes[slug]) if not version.is_online]
    return (Side(slug, max(past)), Side(slug)) if past else (Side(slug), Side(""))


def _halves(query: MapQuery, scope: Scope, scopes: Mapping[str, Scope]) -> tuple[str, str] | None:
    """Return the chosen period of a layer cut in two, as the bar of time cuts it; None of one period, or of none."""
    if scope.event_field is None:
        return None
    bar = time_bar(timeline(scope, query, scopes), query, ())
    if bar.first >= bar.last:
        return None
    middle = (bar.first + bar.last) // 2

    def period(first: int, last: int) -> str:
        return f"{bar.periods[first]['first']}{RANGE}{bar.periods[last]['last']}"

    return period(bar.first, middle), period(middle + 1, bar.last)


def _layer(scope: Scope) -> ComparedLayer:
    versions = tuple((version.number, version_words(version)) for version in access.versions(scope))
    return ComparedLayer(scope.slug, str(scope.layer.title), scope.event_field is not None, versions)


def _form(name: str, legend: str, layers: tuple[ComparedLayer, ...], side: Side) -> SideForm:
    first, _range, last = side.period.partition(RANGE)
    return SideForm(name, legend, layers, side, first, last)


class ComparisonView(View):
    """``/carte/comparer/``: what may be on each side of the divider, of the layers that are on.

    ``cote`` names the layer that the dialog opens on.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the fields of the dialog."""
        visitor = visitor_of(request)
        scopes, rasters = on_map(access.visible(visitor)), access.visible_rasters(visitor)
        parameters = map_parameters(request)
        query, _missing = drop_unavailable(
            scopes, parse_map(parameters, allowed=(OPENED,)), {one.slug for one in rasters}
        )
        own = single_values(
            {name: parameters[name] for name in (OPENED,) if name in parameters}, allowed=(OPENED,)
        )
        query = with_default_layers(scopes, query)
        context = {"sides": comparison(query, scopes, rasters, opened=own.get(OPENED, ""))}
        return render(request, "explorer/swipe/compare.html", context)
