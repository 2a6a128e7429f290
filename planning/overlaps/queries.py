"""Pairs of a feature and a surface of another layer that share something, measured by PostgreSQL.

Areas are in m² and lengths in m, on the spheroid; geometries in EPSG:4326. Both layers are read under the rights of the
visitor: their rows, their readable fields and their portal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope, in_commune, joined
from layers.definitions import Field
from layers.errors import InvalidParameter, UnknownLayer
from layers.parsing.cql2 import Expression
from layers.sql.filters import compile_filter
from layers.sql.limits import time_limit
from layers.visitor import Visitor
from planning.overlaps.parsing import OverlapNames, OverlapQuery, cursor_of
from planning.tables.sql import (
    MARK,
    RowSource,
    area_sliver,
    batches,
    is_measured,
    length_sliver,
    row_source,
    shared_area,
    shared_length,
    touching,
)

PAGE_PAIRS = 100
MAX_TOTALS = 200


class Measure(Enum):
    """What a feature shares with a surface."""

    AREA = 2
    LENGTH = 1
    NOTHING = 0


@dataclass(frozen=True, slots=True)
class OverlapLayers:
    """The two layers of a question, and the rows of each that it is about."""

    scope: Scope
    other: Scope
    rows: QuerySet[Any]
    other_rows: QuerySet[Any]

    @property
    def measure(self) -> Measure:
        """What is measured: areas of surfaces, lengths of lines; of points, in which surface they are."""
        return Measure(self.scope.definition.geometry.dimension)

    @property
    def joined(self) -> Scope:
        """The scope that stands for both."""
        return joined(self.scope, [self.other])

    @property
    def can_download(self) -> bool:
        """Whether the visitor may take both away."""
        return self.scope.can_download and self.other.can_download


@dataclass(frozen=True, slots=True)
class Pair:
    """A feature and a surface; ``shared`` is in m² or m, shares from 0 to 1; None where nothing is measured."""

    pk: int
    title: str
    code: str
    other_pk: int
    other_title: str
    other_code: str
    shared: float | None
    share: float | None
    other_share: float | None


@dataclass(frozen=True, slots=True)
class PairPage:
    """A page of pairs in the order of ids; ``next`` is the token of the page that follows, empty at the end."""

    pairs: Sequence[Pair]
    next: str


@dataclass(frozen=True, slots=True)
class Total:
    """What the surfaces of one title share with the layer; ``share`` is of all these surfaces, those alone included."""

    title: str
    code: str
    features: int
    shared: float | None
    share: float | None


def overlap_layers(visitor: Visitor, query: OverlapQuery, names: OverlapNames) -> OverlapLayers:
    """Return the two layers of a question with the rows that it is about.

    Raises:
        UnknownLayer: the visitor reads no rows of one of them.
        InvalidParameter: one has no geometry, the second no surface, or they are the same.
        InvalidFilter: a filter does not fit its layer.
    """
    if query.layer == query.other:
        raise InvalidParameter(
            _("Choisissez deux couches différentes : « %s » est des deux côtés.") % query.layer,
            parameter=names.other,
        )
    scopes = access.scopes_by_slug(visitor, [query.layer, query.other])
    for slug in (query.layer, query.other):
        if slug not in scopes or not scopes[slug].can_read_rows:
            raise UnknownLayer(slug)
    scope, other = scopes[query.layer], scopes[query.other]
    if not scope.definition.geometry.is_located:
        raise InvalidParameter(
            _("La couche « %s » n’a pas de géométrie : rien ne peut la toucher.") % scope.slug,
            parameter=names.layer,
        )
    if not other.definition.geometry.is_surface:
        raise InvalidParameter(
            _("La couche « %s » n’a pas de surface : on ne s’y superpose pas.") % other.slug,
            parameter=names.other,
        )
    return OverlapLayers(
        scope,
        other,
        _rows(scope, query.filter, query.commune),
        _rows(other, query.other_filter, query.commune),
    )


def surface_layers(visitor: Visitor) -> list[Scope]:
    """Return the layers of surfaces whose rows the visitor reads."""
    return [scope for scope in located_layers(visitor) if scope.definition.geometry.is_surface]


def located_layers(visitor: Visitor) -> list[Scope]:
    """Return the layers with a geometry whose rows the visitor reads."""
    return [
        scope
        for scope in access.visible(visitor)
        if scope.can_read_rows and scope.definition.geometry.is_located
    ]


def _rows(scope: Scope, expression: Expression | None, commune: str) -> QuerySet[Any]:
    rows = scope.queryset.filter(geom__isnull=False)
    if commune:
        rows = rows.filter(in_commune(scope.definition, commune))
    if expression is not None:
        rows = rows.filter(
            compile_filter(expression, scope.filterable, geometry=scope.definition.geometry_path)
        )
    return rows


def title_field(scope: Scope) -> Field | None:
    """Return the field of the title of a layer, None where the visitor does not read it."""
    return scope.filterable.get(scope.definition.title_field)


def code_field(scope: Scope) -> Field | None:
    """Return the field that the layer is drawn by; None where it is that of the title, or is not read."""
    field = scope.filterable.get(scope.definition.style.field)
    return field if field is not None and field is not title_field(scope) else None


def _text(field: Field | None) -> Cast:
    return Cast(F(field.source) if field is not None else Value(""), TextField())


def _source(scope: Scope, rows: QuerySet[Any]) -> RowSource | None:
    return row_source(rows, "pk", "geom", _text(title_field(scope)), _text(code_field(scope)))


def _measures(measure: Measure) -> str:
    """Return what the lateral join computes of a pair: the shared amount, and the whole of each side."""
    if measure is Measure.AREA:
        whole, shared = "ST_Area(a.geom::geography)", shared_area("a.geom", "b.geom")
        return f"{shared} AS shared, {whole} AS whole, ST_Area(b.geom::geography) AS other_whole"
    if measure is Measure.LENGTH:
        whole, shared = "ST_Length(a.geom::geography)", shared_length("a.geom", "b.geom")
        return f"{shared} AS shared, {whole} AS whole, NULL::float8 AS other_whole"
    return "NULL::float8 AS shared, NULL::float8 AS whole, NULL::float8 AS other_whole"


def _condition(measure: Measure, *, has_slivers: bool) -> str:
    if measure is Measure.NOTHING:
        return "true"
    sliver = area_sliver if measure is Measure.AREA else length_sliver
    condition = is_measured("m.shared")
    return condition if has_slivers else f"{condition} AND NOT {sliver('m.shared', 'm.whole')}"


@dataclass(frozen=True, slots=True)
class PairStatement:
    """A SELECT of pairs: ids, titles and codes of both sides, the shared amount and its shares."""

    sql: str
    parameters: tuple[Any, ...]


def pair_statement(
    layers: OverlapLayers,
    query: OverlapQuery,
    names: OverlapNames,
    *,
    rows: QuerySet[Any] | None = None,
    has_geometry: bool = False,
) -> PairStatement | None:
    """Return the statement of pairs of ``rows``, by default all of the first layer; None when no pair can be.

    With ``has_geometry`` the last column is what the two share, in EPSG:4326.
    """
    first = _source(layers.scope, layers.rows if rows is None else rows)
    other = _source(layers.other, layers.other_rows)
    if first is None or other is None:
        return None
    shape = f", {_shape(layers.measure)}" if has_geometry else ""
    sql = (
        "SELECT a.id, a.title, a.code, b.id, b.title, b.code, m.shared, m.shared / nullif(m.whole, 0),"  # noqa: S608 (names are ours, values bound)
        f" m.shared / nullif(m.other_whole, 0){shape} FROM {first.sql} AS a(id, geom, title, code)"
        f" JOIN {other.sql} AS b(id, geom, title, code) ON {touching('a.geom', 'b.geom')}"
        f" {MARK.format(parameter=names.layer)}"
        f" CROSS JOIN LATERAL (SELECT {_measures(layers.measure)} OFFSET 0) AS m"
        f" WHERE {_condition(layers.measure, has_slivers=query.has_slivers)}"
    )
    return PairStatement(sql, (*first.parameters, *other.parameters))


def _shape(measure: Measure) -> str:
    if measure is Measure.NOTHING:
        return "a.geom"
    return f"ST_CollectionExtract(ST_Intersection(a.geom, b.geom), {measure.value + 1})"


def pair_page(layers: OverlapLayers, query: OverlapQuery, names: OverlapNames) -> PairPage:
    """Return the pairs that follow those of the page before, by ids.

    Features are joined some hundreds at a time until the page is full: the first page of a large layer costs little.

    Raises:
        TooSlow, TooCostly, Busy: the database did not answer in time, or would not.
    """
    pairs: list[Pair] = []
    after = query.after or (-1, -1)
    with time_limit("list"):
        for rows in batches(layers.rows, after[0]):
            statement = pair_statement(layers, query, names, rows=rows)
            if statement is not None:
                pairs += _read(statement, after, PAGE_PAIRS + 1 - len(pairs))
            if statement is None or len(pairs) > PAGE_PAIRS:
                break
    last = pairs[PAGE_PAIRS - 1] if len(pairs) > PAGE_PAIRS else None
    return PairPage(pairs[:PAGE_PAIRS], cursor_of((last.pk, last.other_pk)) if last else "")


def _read(statement: PairStatement, after: tuple[int, int], limit: int) -> list[Pair]:
    sql = f"{statement.sql} AND (a.id, b.id) > (%s, %s) ORDER BY a.id, b.id LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*statement.parameters, *after, limit])
        return [
            Pair(pk, title or "", code or "", other, other_title or "", other_code or "", *amounts)
            for pk, title, code, other, other_title, other_code, *amounts in cursor.fetchall()
        ]


def totals(layers: OverlapLayers, query: OverlapQuery, names: OverlapNames) -> list[Total]:
    """Return what the surfaces of each title share with the layer, the largest first; one more than ``MAX_TOTALS``.

    Raises:
        TooSlow, TooCostly, Busy: as ``pair_page``.
    """
    statement = pair_statement(layers, query, names)
    other = _source(layers.other, layers.other_rows)
    if statement is None or other is None:
        return []
    sql = (
        "SELECT pair.title, pair.code, pair.features, pair.shared, pair.shared / nullif(own.area, 0) FROM"  # noqa: S608 (names are ours, values bound)
        " (SELECT title, min(code) AS code, count(DISTINCT first) AS features, sum(shared) AS shared"
        f" FROM ({statement.sql}) AS each(first, c1, c2, c3, title, code, shared, c7, c8) GROUP BY title) AS pair"
        f" LEFT JOIN (SELECT title, sum({_own_area(layers.measure)}) AS area"
        f" FROM {other.sql} AS b(id, geom, title, code) GROUP BY title) AS own"
        " ON own.title IS NOT DISTINCT FROM pair.title"
        " ORDER BY pair.shared DESC NULLS LAST, pair.features DESC, pair.title LIMIT %s"
    )
    with time_limit("aggregate"), connection.cursor() as cursor:
        cursor.execute(sql, [*statement.parameters, *other.parameters, MAX_TOTALS + 1])
        return [Total(title or "", code or "", *rest) for title, code, *rest in cursor.fetchall()]


def _own_area(measure: Measure) -> str:
    return "ST_Area(b.geom::geography)" if measure is Measure.AREA else "NULL::float8"
