"""Neighbours of a feature: what contains or touches it, and the nearest features of every visible layer.

One statement of all layers, each through the visitor's own scope: a hidden layer or row is not read. The GiST index of
``geom_3857`` gives the nearest candidates of a layer in a box (KNN); only their distances are measured on the spheroid,
since those of every row of the box would cost 25 ms among a million points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry, Point, Polygon
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, F, FloatField, Func, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from interface.territory import COMMUNES_LAYER
from interface.titles import counted, name_of, noun_of
from interface.wording import field_value
from layers import access
from layers.cache import BoundedCache
from layers.crs import STORAGE
from layers.definitions import FieldType, GeometryType
from layers.queries import error_field
from layers.sql.functions import And
from layers.sql.limits import one_read
from layers.sql.spatial import BBoxOverlaps, Geography, box_around, shape_value
from layers.sql.spatial_joins import Overlap, distance_error

RADIUS_M = 500
NEAREST = 3
MAX_HERE = 12
# More than are shown: Web Mercator ranks distances to 0.3 % at these latitudes, the spheroid has the last word.
CANDIDATES = 24
WEB_MERCATOR = 3857
# Bytes of the rows around features that are cached.
_MOST = 4 * 1024 * 1024
PLANNING = "urbanisme"  # the slug of a theme


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A feature around another: ``metres`` on the spheroid; ``is_here`` when they share more than a border.

    ``error`` is that of the distance, in metres, where that of a position is known.
    """

    pk: int
    title: str
    metres: float
    is_here: bool
    error: float | None = None


@dataclass(frozen=True, slots=True)
class LayerNeighbours:
    """The neighbours of one layer; ``is_cut`` when there are more than these within the radius."""

    scope: access.Scope
    rows: tuple[Neighbour, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """``here``: surfaces and lines that hold or cross the feature. ``near``: the nearest within ``radius_m``.

    ``absent`` are the layers of rules of planning of which no surface is here.
    """

    here: tuple[LayerNeighbours, ...]
    near: tuple[LayerNeighbours, ...]
    absent: tuple[access.Scope, ...] = ()
    radius_m: int = RADIUS_M

    @property
    def none_here(self) -> str:
        """What is not here: « aucune servitude, aucune prescription »."""
        return ", ".join(counted(noun_of(scope), 0) for scope in self.absent)


class MetresBetween(Func):
    """The distance between two geographies on the spheroid, in metres."""

    function = "ST_Distance"
    output_field = FloatField()


class Nearness(Func):
    """The KNN operator: an ORDER BY on it walks a GiST index from the nearest on."""

    template = "%(expressions)s"
    arg_joiner = " <-> "
    output_field = FloatField()


class SharesInside(Func):
    """Whether the insides of two geometries share a point."""

    function = "ST_Relate"
    template = "%(function)s(%(expressions)s, 'T********')"
    output_field = BooleanField()


class SharesPoint(Func):
    """Whether two geometries share any point."""

    function = "ST_Intersects"
    output_field = BooleanField()


class WebMercator(Func):
    """A literal brought to the CRS of ``geom_3857``."""

    function = "ST_Transform"
    template = f"%(function)s(%(expressions)s, {WEB_MERCATOR})"
    output_field = GeometryField(srid=WEB_MERCATOR)


def neighbours(scopes: Iterable[access.Scope], scope: access.Scope, record: Any) -> Neighbourhood | None:
    """Look around a feature that ``scope`` gave, in the layers of ``scopes``; None for a row without position.

    Raises:
        TooSlow: the database did not answer in time.
    """
    geometry = record.geom if scope.definition.geometry.is_located else None
    if geometry is None:
        return None
    located = [each for each in scopes if each.definition.geometry.is_located]
    own = error_field(scope)
    own_error = field_value(own, record) if own else None
    layers = _around(located, scope, geometry, record.pk, own_error)
    here = tuple(filter(None, (_here(around, rows) for around, rows in layers)))
    near = tuple(filter(None, (_near(around, rows) for around, rows in layers)))
    if not scope.definition.is_address:
        return Neighbourhood(here, near)
    here = tuple(
        sorted(here, key=lambda group: (not _is_planning(group.scope), group.scope.slug == COMMUNES_LAYER))
    )
    present = {group.scope.slug for group in here}
    rules = (each for each in located if _is_planning(each) and each.definition.geometry.is_surface)
    return Neighbourhood(here, near, absent=tuple(each for each in rules if each.slug not in present))


def _is_planning(scope: access.Scope) -> bool:
    """Whether a layer is of planning: what applies at an address."""
    return bool(scope.layer.theme.slug == PLANNING)


def _around(
    scopes: Sequence[access.Scope],
    scope: access.Scope,
    geometry: GEOSGeometry,
    pk: int,
    own_error: float | None,
) -> list[tuple[access.Scope, list[Neighbour]]]:
    """Return the candidates of each layer, the nearest first, without the feature ``pk`` of ``scope`` itself."""
    rows: list[list[Neighbour]] = [[] for _scope in scopes]
    key = (tuple((each.key, each.version) for each in scopes), scope.slug, pk)
    measured = _rows_around.recall(key, lambda: tuple(_measured(scopes, scope.slug, geometry, pk)))
    for index, row_pk, title, metres, is_here, error in measured:
        if metres <= RADIUS_M:
            name = name_of(scopes[index], row_pk, title)
            rows[index].append(Neighbour(row_pk, name, metres, is_here, distance_error(own_error, error)))
    ordered = (sorted(each, key=lambda row: (row.metres, row.title, row.pk)) for each in rows)
    return list(zip(scopes, ordered, strict=True))


_Measured = tuple[int, int, Any, float, bool, float | None]
# For all who read the same rows and fields of the same layers.
_rows_around: BoundedCache[tuple[_Measured, ...]] = BoundedCache(200, most=_MOST)


def _measured(
    scopes: Sequence[access.Scope], slug: str, geometry: GEOSGeometry, pk: int
) -> Iterable[_Measured]:
    """Return the index of the layer, id, title, distance, sharing and error of the candidates.

    Statements are written around a place like this one, and cached: of twenty layers the ORM writes them in 25 ms of
    processor, longer than PostgreSQL takes to look around.
    """
    box, is_point = box_around(geometry, RADIUS_M), geometry.dims == 0
    if box is None or geometry.srid != STORAGE.srid:
        for statement in _statements(scopes, slug, geometry, box, pk, is_point=is_point):
            yield from _rows(statement.text, statement.parameters)
        return
    key = (tuple(each.key for each in scopes), slug, is_point)
    written = _written.recall(
        key, lambda: tuple(_statements(scopes, slug, _PLACE, _PLACE_BOX, _PLACE_ID, is_point=is_point))
    )
    own = [
        (PostGISAdapter(_PLACE), PostGISAdapter(geometry)),
        (PostGISAdapter(_PLACE_BOX), PostGISAdapter(box)),
    ]
    changes = [*own, (_PLACE_ID, pk)]
    for statement in written:
        parameters = [
            next((ours for theirs, ours in changes if type(value) is type(theirs) and value == theirs), value)
            for value in statement.parameters
        ]
        yield from _rows(statement.text, parameters)


def _rows(text: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with one_read("page", text, parameters) as cursor:
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


# A place where no feature is, and the id of none: what cached statements are written around.
_PLACE = Point(0.123456789, 0.123456789, srid=STORAGE.srid)
_PLACE_BOX = Polygon.from_bbox((0.123456789, 0.123456789, 0.987654321, 0.987654321))
_PLACE_BOX.srid = STORAGE.srid
_PLACE_ID = -1_234_567_891


@dataclass(frozen=True, slots=True)
class _Statement:
    text: str
    parameters: tuple[Any, ...]


_written: BoundedCache[tuple[_Statement, ...]] = BoundedCache(200)


def _statements(
    scopes: Sequence[access.Scope],
    slug: str,
    geometry: GEOSGeometry,
    box: GEOSGeometry | None,
    pk: int,
    *,
    is_point: bool,
) -> Iterator[_Statement]:
    """Write the statements of the candidates, one for each type of title."""
    by_type: dict[str, list[QuerySet[Any]]] = {}
    for index, each in enumerate(scopes):
        title = each.filterable.get(each.definition.title_field)
        rows = _candidates(each, geometry, box, own=pk if each.slug == slug else None, is_point=is_point)
        error = error_field(each)
        rows = rows.annotate(
            error=Cast(F(error.source) if error else Value(None), FloatField()),
            layer_index=Value(index, IntegerField()),
            name=F(title.source) if title else Value("", TextField()),
        )
        kind = title.type.value if title else FieldType.TEXT.value
        by_type.setdefault(kind, []).append(
            rows.values_list("layer_index", "pk", "name", "metres", "is_here", "error")[:CANDIDATES]
        )
    for first, *other_rows in by_type.values():
        rows = first.union(*other_rows, all=True) if other_rows else first
        with suppress(EmptyResultSet):  # no row can match
            yield _Statement(*rows.query.get_compiler(connection.alias).as_sql())


def _candidates(
    scope: access.Scope,
    geometry: GEOSGeometry,
    box: GEOSGeometry | None,
    *,
    own: int | None,
    is_point: bool,
) -> QuerySet[Any]:
    """Select the rows of a layer in a box around a feature, the nearest first, with their distance."""
    shape, rows = shape_value(geometry), scope.queryset
    if box is not None:
        rows = rows.filter(BBoxOverlaps(F("geom_3857"), WebMercator(shape_value(box))))
    if own is not None:
        rows = rows.exclude(pk=own)
    ends = (F("geom"), shape)
    sharing = SharesPoint(*ends) if is_point else And(SharesInside(*ends), Overlap(*ends))
    candidates: QuerySet[Any] = rows.annotate(
        metres=MetresBetween(Geography(F("geom")), Geography(shape)), is_here=sharing
    ).order_by(Nearness(F("geom_3857"), WebMercator(shape)), "pk")
    return candidates


def _here(scope: access.Scope, rows: list[Neighbour]) -> LayerNeighbours | None:
    """Select the surfaces and lines that share a point with the feature."""
    here = () if _is_spots(scope) else tuple(row for row in rows if row.is_here)
    return LayerNeighbours(scope, here[:MAX_HERE], len(here) > MAX_HERE) if here else None


def _near(scope: access.Scope, rows: list[Neighbour]) -> LayerNeighbours | None:
    """Select the nearest others, without the communes around one and the zones next to its own."""
    if scope.slug == COMMUNES_LAYER or (not _is_spots(scope) and any(row.is_here for row in rows)):
        return None
    return LayerNeighbours(scope, tuple(rows[:NEAREST]), len(rows) > NEAREST) if rows else None


def _is_spots(scope: access.Scope) -> bool:
    """Whether the features are places, not extents."""
    return scope.definition.geometry in {GeometryType.POINT, GeometryType.MULTI_POINT}
