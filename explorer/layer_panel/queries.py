"""The result of the map for each layer: counts, first or nearest rows, counts of the lines of its legend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import F
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from explorer.map_state.availability import Missing, drop_unavailable
from explorer.map_state.parsing import MapQuery, Side
from explorer.map_state.queries import (
    LayerQuery,
    Variant,
    filter_counts,
    layer_queries,
    layer_query,
    on_map,
    variants,
    with_default_layers,
)
from explorer.rasters.queries import MapRaster, RasterReading, map_rasters, query_areas
from explorer.sheet.neighbours import MetresBetween, Nearness, WebMercator
from layers.access import RasterScope, Scope
from layers.aggregates import facet, interval_counts
from layers.definitions import ID, Field, FieldType
from layers.models import Theme
from layers.parsing import FeatureQuery
from layers.queries import Selection, error_field, select, selection_counts, whole_counts
from layers.queries.paging import RowOrder
from layers.sql.limits import time_limit
from layers.sql.spatial import Geography, shape_value
from layers.sql.spatial_joins import DistanceError, distance_error
from layers.styles.definitions import Category, NumberInterval

MAX_VALUES = 200
# No field has such a name: Django refuses one that ends with an underscore (fields.E001).
METRES = "metres_"
# How far a row of a table is. No field of a layer is called so; the ORM reads no name that ends with an underscore.
DISTANCE = Field("_distance", FieldType.NUMBER, _("distance"), path="_metres", unit="m")
# How sure that is where the positions of the layer have an error, and whether the radius is within it.
_ERROR = Field("_incertitude", FieldType.NUMBER, _("incertitude"), path="_error", unit="m")
_NEAR_LIMIT = Field("_limite", FieldType.BOOLEAN, _("proche de la limite"), path="_near_limit")
DISTANCE_FIELDS = (DISTANCE, _ERROR, _NEAR_LIMIT)


def position_error(scope: Scope, row: Mapping[str, Any]) -> float | None:
    """Return the probable error of the position of a row, as that of a distance from it; None where none is known."""
    field = error_field(scope)
    return distance_error(row.get(field.name)) if field else None


def is_near_radius(query: MapQuery, metres: float, error_m: float | None) -> bool:
    """Whether the radius around the place of the question is within the error of a distance."""
    near = query.features.near
    return near is not None and error_m is not None and abs(near.radius_m - metres) < error_m


def is_surely_first(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the first of some rows, by distance, is the nearest whatever the errors of their positions."""
    far = [(float(row[METRES]), position_error(scope, row) or 0.0) for row in rows]
    return all(metres - error >= far[0][0] + far[0][1] for metres, error in far[1:])


@dataclass(frozen=True, slots=True)
class LayerResult:
    """What the list beside the map shows of a layer: ``rows`` are the first of ``matched``, out of ``total``.

    ``opacity`` is in percent. ``classes`` counts the features that answer behind each line of the legend, and is None
    for a layer that is off. ``nearest`` is the row nearest to the point when the radius has none, ``is_nearest_sure``
    whether no other may be nearer.
    """

    question: LayerQuery
    matched: int
    total: int
    is_on: bool
    opacity: int
    rows: tuple[dict[str, Any], ...]
    classes: Mapping[str, int | None] | None = None
    nearest: dict[str, Any] | None = None
    is_nearest_sure: bool = True

    @property
    def nearest_metres(self) -> float:
        """How far ``nearest`` is."""
        return float(self.nearest[METRES]) if self.nearest else 0.0

    @property
    def nearest_error(self) -> float | None:
        """How sure that is."""
        return position_error(self.scope, self.nearest) if self.nearest else None

    @property
    def scope(self) -> Scope:
        """What the visitor may know of the layer."""
        return self.question.scope

    @property
    def is_cut(self) -> bool:
        """Whether more features match than the list shows."""
        return self.rest > 0

    @property
    def rest(self) -> int:
        """How many features match and are not listed."""
        return self.matched - len(self.rows)


@dataclass(frozen=True, slots=True)
class MapResult:
    """What the map shows: ``groups`` by theme, ``missing`` the names in the address that this visitor cannot see.

    ``raster_readings`` are the values of the visible rasters in the places of the question. ``versions`` are those
    drawn instead of what is online, ``sides`` what is on either side of the divider, rasters left out.
    """

    query: MapQuery
    groups: tuple[tuple[Theme, tuple[LayerResult, ...]], ...]
    missing: Missing
    rasters: tuple[MapRaster, ...] = ()
    raster_readings: tuple[RasterReading, ...] = ()
    versions: tuple[Variant, ...] = ()
    sides: tuple[Variant, ...] = ()

    @property
    def everything(self) -> list[LayerResult]:
        """Every layer that the map may show."""
        return [result for _theme, inside in self.groups for result in inside]

    @property
    def lists(self) -> list[LayerResult]:
        """The layers that are on, the one above the others first."""
        on = {result.scope.slug: result for result in self.everything if result.is_on}
        return [on[slug] for slug in self.query.layers if slug in on]

    @property
    def rasters_on(self) -> list[MapRaster]:
        """The rasters that are on, the one above the others first."""
        on = {result.scope.slug: result for result in self.rasters if result.is_on}
        return [on[slug] for slug in self.query.layers if slug in on]

    @property
    def everything_on(self) -> list[LayerResult | MapRaster]:
        """The layers that are on, then the rasters, which lie under them."""
        return [*self.lists, *self.rasters_on]

    @property
    def number_on(self) -> int:
        """How many layers and rasters are on."""
        return len(self.everything_on)

    @property
    def dated(self) -> list[LayerResult]:
        """The layers that are on of which the map draws the rows of the day of plans."""
        return [result for result in self.lists if result.question.base]

    @property
    def filter_count(self) -> int:
        """How many filters the address holds, for every layer together."""
        shared = [name for name, _value in self.query.shared if name not in {"bbox", "radius"}]
        return len(shared) + sum(filter_counts(self.query).values())

    @property
    def matched(self) -> int:
        """How many features match in the layers that are on."""
        return sum(result.matched for result in self.lists)

    @property
    def total(self) -> int:
        """How many features there are in the layers that are on."""
        return sum(result.total for result in self.lists)


def map_layers(scopes: Sequence[Scope], query: MapQuery, rasters: Sequence[RasterScope] = ()) -> MapResult:
    """Apply the map's question to every layer, and list the first rows of the visible ones; and read the rasters.

    Raises:
        UnknownProperty: a value is asked of a field that the visitor does not have.
        InvalidParameter: a value that cannot be read, naming its parameter.
        TooSlow: a layer did not answer in the time given to a map.
    """
    visible = on_map(scopes)
    query, missing = drop_unavailable(scopes, query, {scope.slug for scope in rasters})
    groups: dict[Theme, list[LayerResult]] = {}
    with time_limit("map"):
        if query.is_default:  # which layers are on depends on which have features
            whole_counts([scope for scope in visible if scope.definition.is_in_overview])
        query = with_default_layers(visible, query)
        requested = layer_queries(visible, query, limit=query.features.limit)
        numbers = _numbers(requested.values())
        by_slug = {scope.slug: scope for scope in visible}
        for scope in visible:
            groups.setdefault(scope.layer.theme, []).append(
                _list(requested[scope.slug], numbers[scope.slug], query, by_slug)
            )
        versions = variants(versions_on(query), query, by_slug)
        sides = variants(query.swipe.sides if query.swipe else (), query, by_slug)
    view = MapResult(
        query,
        tuple((theme, tuple(inside)) for theme, inside in groups.items()),
        missing,
        tuple(map_rasters(rasters, query.layers, query.opacity, query.renderings)),
        versions=versions,
        sides=sides,
    )
    return replace(view, raster_readings=tuple(_point_readings(view)))


def versions_on(query: MapQuery) -> list[Side]:
    """Return the requested versions of the visible layers."""
    return [Side(slug, number) for slug, number in query.versions.items() if slug in query.layers]


def _point_readings(view: MapResult) -> Iterator[RasterReading]:
    shared = dict(view.query.shared)
    for raster in view.rasters_on:
        yield RasterReading(raster.scope, None, query_areas(raster.scope, view.query.features, shared))


def _numbers(questions: Iterable[LayerQuery]) -> dict[str, tuple[int, int]]:
    """Return how many rows of each layer answer and how many there are, by slug, in one statement."""
    listed = list(questions)
    narrowed = [each for each in listed if each.parameters]
    whole = [select(each.scope, FeatureQuery()) for each in narrowed]
    counts = selection_counts([*(each.selection for each in listed), *whole])
    totals = {each.scope.slug: total for each, total in zip(narrowed, counts[len(listed) :], strict=True)}
    matched = zip(listed, counts, strict=False)
    return {each.scope.slug: (count, totals.get(each.scope.slug, count)) for each, count in matched}


def _list(
    question: LayerQuery, numbers: tuple[int, int], query: MapQuery, scopes: Mapping[str, Scope]
) -> LayerResult:
    scope, (matched, total) = question.scope, numbers
    is_on = scope.slug in query.layers
    beyond = _beyond(scope, query, scopes) if is_on and not matched else []
    return LayerResult(
        question=question,
        matched=matched,
        total=total,
        is_on=is_on,
        opacity=query.opacity.get(scope.slug, 100),
        rows=tuple(first_rows(question.selection)) if is_on else (),
        classes=class_counts(question) if is_on else None,
        nearest=next(iter(beyond), None),
        is_nearest_sure=is_surely_first(scope, beyond),
    )


def _beyond(scope: Scope, query: MapQuery, scopes: Mapping[str, Scope]) -> list[dict[str, Any]]:
    """Return the two nearest rows that match all but the radius; none without a point or a match."""
    near = query.features.near
    if near is None:
        return []
    everywhere = layer_query(scope, query.without_point(), scopes)
    return nearest_rows(everywhere.selection, near.point, 2)


def has_classes(scope: Scope) -> bool:
    """Whether the legend of a layer has a line for each class of a field that the visitor reads."""
    return bool(classes_of(scope)) and scope.style.field in scope.filterable


def classes_of(scope: Scope) -> tuple[Category, ...] | tuple[NumberInterval, ...]:
    """Return the classes that a layer is drawn by, in their order; none for sizes and densities."""
    style = scope.style
    if style.proportion or style.heat:
        return ()
    return style.intervals or style.categories


def class_key(legend_class: Category | NumberInterval) -> str:
    """Return what names a class among the others of its style."""
    return (
        str(legend_class.value)
        if isinstance(legend_class, Category)
        else f"{legend_class.low:g}..{legend_class.high:g}"
    )


def overlay_counts(question: LayerQuery) -> tuple[int | None, ...]:
    """Return how many features that answer each overlay lies over; None for a count that the layer suppresses."""
    style = question.scope.style
    counts: list[int | None] = []
    for overlay in () if style.heat else style.overlays:
        facet_values = facet(question.selection, overlay.field, MAX_VALUES)
        values = [value.count for value in facet_values.values if _text(value.value) in overlay.values]
        value_counts = [count for count in values if count is not None]
        is_complete = len(value_counts) == len(values) and not (
            facet_values.more and len(values) < len(overlay.values)
        )
        counts.append(sum(value_counts) if is_complete else None)
    return tuple(counts)


def class_counts(question: LayerQuery) -> Mapping[str, int | None]:
    """Return how many features that answer are in each class, by its key.

    None stands for a count that the layer suppresses.
    """
    scope = question.scope
    if not has_classes(scope):
        return {}
    if scope.style.intervals:
        limits = [(one.low, one.high) for one in scope.style.intervals]
        counts = interval_counts(question.selection, scope.style.field, limits)
        return {class_key(one): count for one, count in zip(scope.style.intervals, counts, strict=True)}
    facet_values = facet(question.selection, scope.style.field, MAX_VALUES)
    return {_text(value.value): value.count for value in facet_values.values}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


# Distances are on the spheroid. A list takes the nearest rows by the GiST index of ``geom_3857`` (KNN); a table goes by
# pages through all of them, which that index cannot, and measures each row within the distance.
def first_rows(selection: Selection) -> list[dict[str, Any]]:
    """Return the rows of a list: the nearest to the place with their ``METRES``, else in the requested order.

    The fields are those of ``Selection.page``.
    """
    near = selection.query.near
    if near is None:
        return selection.page().rows
    return nearest_rows(selection, near.point, selection.query.limit)


def nearest_rows(selection: Selection, point: GEOSGeometry, count: int) -> list[dict[str, Any]]:
    """Return the ``count`` rows of a selection that are nearest to a point (EPSG:4326), with their ``METRES``.

    Rows without position are not among them. The fields are those of ``Selection.page``.
    """
    here = shape_value(point)
    rows = selection.rows.filter(geom_3857__isnull=False).annotate(
        **{METRES: MetresBetween(Geography(F("geom")), Geography(here))}
    )
    ordered = rows.order_by(Nearness(F("geom_3857"), WebMercator(here)), "pk")[:count]
    sources = {ID.name: ID.source} | {field.name: field.source for field in selection.fields}
    result = [
        {name: row[source] for name, source in sources.items()} | {METRES: row[METRES]}
        for row in ordered.values(*sources.values(), METRES)
    ]
    return sorted(result, key=lambda row: (row[METRES], row[ID.name]))


def measured(selection: Selection) -> Selection:
    """Return the same rows with their distance from the place, as those of ``DISTANCE_FIELDS`` that are known.

    Raises:
        ValueError: no place is asked.
    """
    near, error = selection.query.near, error_field(selection.scope)
    if near is None:
        raise ValueError("no place is asked")
    fields: tuple[Field, ...] = (DISTANCE,)
    rows = selection.queryset.annotate(
        **{DISTANCE.source: MetresBetween(Geography(F("geom")), Geography(shape_value(near.point)))}
    )
    if error is not None:
        far = F(DISTANCE.source) + F(_ERROR.source)
        rows = rows.annotate(**{_ERROR.source: DistanceError(F(error.source))})
        rows = rows.annotate(**{_NEAR_LIMIT.source: GreaterThan(far, near.radius_m)})
        fields = DISTANCE_FIELDS
    return replace(selection, queryset=rows, fields=(*selection.fields, *fields))


def by_distance(selection: Selection, distance: Field, *, is_descending: bool) -> Selection:
    """Return rows in the order of a distance that they have, ``DISTANCE`` or that of a match, then of their id."""
    return replace(selection, order=RowOrder.of([(distance, is_descending)]))
