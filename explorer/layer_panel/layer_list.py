"""What the map shows and what it leaves out: a question asked of every layer, the first rows of those that are on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from explorer.catalogue.queries import matches_words
from explorer.layer_panel.legend_counts import class_counts
from explorer.layer_panel.nearest import METRES, first_rows, nearest_rows
from explorer.map_state.filter_expression import LayerQuestion, ask, filter_counts, questions
from explorer.map_state.missing import Missing, on_map, without_missing
from explorer.map_state.parsing import MAP_LIST_LIMIT, MapQuery
from explorer.map_state.sides import Side
from explorer.map_state.variants import Variant, variants
from explorer.rasters.queries import MapRaster, PlaceReading, asked_areas, by_theme, map_rasters
from interface.text import fold
from interface.titles import feature_title
from layers.access import RasterScope, Scope
from layers.models import Theme
from layers.parsing import FeatureQuery
from layers.queries import feature, select
from layers.sql.limits import time_limit

# Layers that are on where the address names none: fewer than an address may name, for others to be switched on.
MOST_AT_FIRST = 40


@dataclass(frozen=True, slots=True)
class LayerList:
    """What the list beside the map shows of a layer: ``rows`` are the first of ``matched``, out of ``total``.

    ``opacity`` is in percent. ``classes`` counts the features that answer behind each line of the legend, and is
    None for a layer that is off. ``nearest`` is the row nearest to the point asked where its radius holds none.
    """

    question: LayerQuestion
    matched: int
    total: int
    is_on: bool
    opacity: int
    rows: tuple[dict[str, Any], ...]
    classes: Mapping[str, int | None] | None = None
    nearest: dict[str, Any] | None = None

    @property
    def nearest_metres(self) -> float:
        """How far ``nearest`` is."""
        return float(self.nearest[METRES]) if self.nearest else 0.0

    @property
    def scope(self) -> Scope:
        """What the visitor may know of the layer."""
        return self.question.scope

    @property
    def is_cut(self) -> bool:
        """Whether more features match than the list shows."""
        return len(self.rows) < self.matched


@dataclass(frozen=True, slots=True)
class MapLayers:
    """What the map shows: ``groups`` by theme, ``missing`` what the address names and this visitor does not have.

    ``raster_readings`` are what the rasters that are on hold in the places that the map is asked with. ``versions``
    are those drawn instead of what is online, ``sides`` what is on either side of the divider, rasters left out.
    """

    query: MapQuery
    groups: tuple[tuple[Theme, tuple[LayerList, ...]], ...]
    missing: Missing
    rasters: tuple[MapRaster, ...] = ()
    raster_readings: tuple[PlaceReading, ...] = ()
    versions: tuple[Variant, ...] = ()
    sides: tuple[Variant, ...] = ()

    @property
    def everything(self) -> list[LayerList]:
        """Every layer that the map may show."""
        return [found for _theme, inside in self.groups for found in inside]

    @property
    def lists(self) -> list[LayerList]:
        """The layers that are on, the one above the others first."""
        on = {found.scope.slug: found for found in self.everything if found.is_on}
        return [on[slug] for slug in self.query.layers if slug in on]

    @property
    def rasters_on(self) -> list[MapRaster]:
        """The rasters that are on, the one above the others first."""
        on = {found.scope.slug: found for found in self.rasters if found.is_on}
        return [on[slug] for slug in self.query.layers if slug in on]

    @property
    def everything_on(self) -> list[LayerList | MapRaster]:
        """The layers that are on, then the rasters, which lie under them."""
        return [*self.lists, *self.rasters_on]

    @property
    def number_on(self) -> int:
        """How many layers and rasters are on."""
        return len(self.everything_on)

    @property
    def asked(self) -> int:
        """How many filters the address holds, for every layer together."""
        shared = [name for name, _value in self.query.shared if name not in {"bbox", "radius"}]
        return len(shared) + sum(filter_counts(self.query).values())

    @property
    def matched(self) -> int:
        """How many features match in the layers that are on."""
        return sum(found.matched for found in self.lists)

    @property
    def total(self) -> int:
        """How many features there are in the layers that are on."""
        return sum(found.total for found in self.lists)


def default_layers(scopes: Iterable[Scope]) -> tuple[str, ...]:
    """Choose what is on when the address says nothing: the first layers that have points, which hide nothing."""
    points = (scope for scope in scopes if scope.definition.geometry.is_point)
    with_rows = (scope.slug for scope in points if select(scope, FeatureQuery()).count())
    return tuple(islice(with_rows, MOST_AT_FIRST))


def chosen(shown: Sequence[Scope], query: MapQuery) -> MapQuery:
    """Return the question; when its address names no layer, those the portal chooses and that of the sheet are on."""
    if not query.is_default:
        return query
    on = default_layers(shown)
    below = [scope.slug for scope in shown if scope.slug == query.sheet and scope.slug not in on]
    return query.with_layers([*on, *below])


def named_feature(scope: Scope, pk: int) -> str:
    """Return what a feature is called.

    Raises:
        UnknownFeature: no such feature for this visitor.
    """
    return feature_title(scope, feature(scope, pk))


def map_layers(scopes: Sequence[Scope], query: MapQuery, rasters: Sequence[RasterScope] = ()) -> MapLayers:
    """Ask the map's question of every layer, and list the first rows of those that are on; and of the rasters.

    Raises:
        UnknownProperty: a value is asked of a field that the visitor does not have.
        InvalidParameter: a value that cannot be read, naming its parameter.
        TooSlow: a layer did not answer in the time given to a map.
    """
    shown = on_map(scopes)
    query, missing = without_missing(scopes, query, {scope.slug for scope in rasters})
    groups: dict[Theme, list[LayerList]] = {}
    with time_limit("map"):
        query = chosen(shown, query)
        asked = questions(shown, query, limit=MAP_LIST_LIMIT)
        by_slug = {scope.slug: scope for scope in shown}
        for scope in shown:
            groups.setdefault(scope.layer.theme, []).append(_list(asked[scope.slug], query, by_slug))
        versions = variants(versions_on(query), query, by_slug)
        sides = variants(query.swipe.sides if query.swipe else (), query, by_slug)
    found = MapLayers(
        query,
        tuple((theme, tuple(inside)) for theme, inside in groups.items()),
        missing,
        tuple(map_rasters(rasters, query.layers, query.opacity, query.renderings)),
        versions=versions,
        sides=sides,
    )
    return replace(found, raster_readings=tuple(_place_readings(found)))


def versions_on(query: MapQuery) -> list[Side]:
    """Return the versions asked of the layers that are on."""
    return [Side(slug, number) for slug, number in query.versions.items() if slug in query.layers]


def _place_readings(found: MapLayers) -> Iterator[PlaceReading]:
    shared = dict(found.query.shared)
    for raster in found.rasters_on:
        yield PlaceReading(raster.scope, None, asked_areas(raster.scope, found.query.features, shared))


def _list(question: LayerQuestion, query: MapQuery, beside: Mapping[str, Scope]) -> LayerList:
    scope = question.scope
    is_on = scope.slug in query.layers
    matched = question.selection.count()
    return LayerList(
        question=question,
        matched=matched,
        total=select(scope, FeatureQuery()).count(),
        is_on=is_on,
        opacity=query.opacity.get(scope.slug, 100),
        rows=tuple(first_rows(question.selection)) if is_on else (),
        classes=class_counts(question) if is_on else None,
        nearest=_beyond(scope, query, beside) if is_on and not matched else None,
    )


def _beyond(scope: Scope, query: MapQuery, beside: Mapping[str, Scope]) -> dict[str, Any] | None:
    """Return the nearest row that answers to all but the radius; None where no point is asked, or nothing answers."""
    near = query.features.near
    if near is None:
        return None
    everywhere = ask(scope, query.without_place(), beside)
    return next(iter(nearest_rows(everywhere.selection, near.point, 1)), None)


@dataclass(frozen=True, slots=True)
class PanelTheme:
    """A theme of the panel: its layers, then its rasters."""

    theme: Theme
    layers: tuple[LayerList, ...]
    rasters: tuple[MapRaster, ...]

    @property
    def is_all_on(self) -> bool:
        """Whether each of them is on: the panel lists those first, apart from their themes."""
        found: tuple[LayerList | MapRaster, ...] = (*self.layers, *self.rasters)
        return all(each.is_on for each in found)


def named_like(view: MapLayers, text: str) -> list[PanelTheme]:
    """Return the layers and rasters by theme whose texts hold each word of ``text``, and those that are on."""
    words = fold(text).split()

    def is_shown(found: LayerList | MapRaster) -> bool:
        return found.is_on or matches_words(found.scope, words)

    layers, rasters = dict(view.groups), by_theme(view.rasters)
    themes = sorted(dict.fromkeys([*layers, *rasters]), key=lambda theme: theme.rank)
    groups = (
        PanelTheme(
            theme,
            tuple(filter(is_shown, layers.get(theme, ()))),
            tuple(filter(is_shown, rasters.get(theme, ()))),
        )
        for theme in themes
    )
    return [group for group in groups if group.layers or group.rasters]
