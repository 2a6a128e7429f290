"""Parcels inside the perimeters of the right of pre-emption, each with the area that is inside.

Areas are in m² on the spheroid. Perimeters that overlap count once; a share under 1 % and 1 m² is no share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast

from layers import access
from layers.access import Scope, in_commune
from layers.definitions import COMMUNE_COLUMN
from layers.sql.functions import And
from layers.sql.limits import time_limit
from layers.sql.spatial import BBoxOverlaps, Intersects, shape_value
from layers.visitor import Visitor
from planning.queries.locations import PARCELS, Location
from planning.tables.sql import MARK, area_sliver, batches, is_measured, row_source, touching
from planning.tool_layers.queries import RoleLayer, readable, role_layers
from planning.vocabulary import LocationKind, ToolRole

PAGE_PARCELS = 100
_COLUMNS = ("idu", "reference", "contenance")


@dataclass(frozen=True, slots=True)
class PreemptionLayers:
    """The parcels and the perimeters that a visitor reads."""

    parcels: Scope
    perimeters: Sequence[RoleLayer]

    @property
    def can_download(self) -> bool:
        """Whether the visitor may take all of them away."""
        return self.parcels.can_download and all(each.scope.can_download for each in self.perimeters)


@dataclass(frozen=True, slots=True)
class PreemptedParcel:
    """A parcel of which ``inside_m2`` of ``area_m2`` are inside perimeters, whose titles are joined in one text."""

    pk: int
    idu: str
    reference: str
    commune: str
    legal_area_m2: int | None
    area_m2: float
    inside_m2: float
    perimeters: str


@dataclass(frozen=True, slots=True)
class ParcelPage:
    """Parcels in the order of ids; ``next`` is the id that the following page comes after, None at the end."""

    parcels: Sequence[PreemptedParcel]
    next: int | None


def preemption_layers(visitor: Visitor) -> PreemptionLayers | None:
    """Return the parcels and the perimeters; None where the visitor reads no parcels, or no layer of the role."""
    parcels = readable(access.scopes_by_slug(visitor, [PARCELS]), PARCELS)
    perimeters = role_layers(visitor, ToolRole.PREEMPTION)
    if parcels is None or not perimeters or not parcels.filterable.keys() >= set(_COLUMNS):
        return None
    return PreemptionLayers(parcels, perimeters)


def parcels_of(layers: PreemptionLayers, location: Location | None, commune: str) -> QuerySet[Any]:
    """Return the parcels of a place and of a commune: a parcel is itself, a surface has those that it touches."""
    rows = layers.parcels.queryset
    if commune:
        rows = rows.filter(in_commune(layers.parcels.definition, commune))
    if location is None:
        return rows
    if location.kind is LocationKind.PARCEL:
        return rows.filter(pk=location.pk)
    shape = shape_value(location.geometry)
    return rows.filter(And(BBoxOverlaps(F("geom"), shape), Intersects(F("geom"), shape)))


@dataclass(frozen=True, slots=True)
class ParcelStatement:
    """A SELECT of parcels inside perimeters, in the order of the attributes of ``PreemptedParcel``."""

    sql: str
    parameters: tuple[Any, ...]


def parcel_statement(layers: PreemptionLayers, rows: QuerySet[Any]) -> ParcelStatement | None:
    """Return the statement of the parcels among ``rows`` that are inside; None when none can be."""
    parcels = row_source(rows, "pk", "geom", "idu", "reference", COMMUNE_COLUMN, "contenance")
    perimeters = [
        source for each in layers.perimeters if (source := row_source(each.rows, "geom", _title(each)))
    ]
    if parcels is None or not perimeters:
        return None
    each = " UNION ALL ".join(
        f"SELECT d.title, CASE WHEN ST_CoveredBy(p.geom, d.geom) THEN p.geom"  # noqa: S608 (names are ours, values bound)
        f" ELSE ST_CollectionExtract(ST_Intersection(p.geom, d.geom), 3) END AS part"
        f" FROM {source.sql} AS d(geom, title) WHERE {touching('p.geom', 'd.geom')}"
        f" {MARK.format(parameter='commune')}"
        for source in perimeters
    )
    sql = (
        "SELECT p.id, p.idu, p.reference, coalesce(p.commune, ''), p.legal, m.whole, m.inside, coalesce(m.titles, '')"  # noqa: S608 (names are ours, values bound)
        f" FROM {parcels.sql} AS p(id, geom, idu, reference, commune, legal)"
        " CROSS JOIN LATERAL (SELECT ST_Area(ST_Union(part)::geography) AS inside,"
        " string_agg(DISTINCT nullif(title, ''), ', ') AS titles, ST_Area(p.geom::geography) AS whole"
        f" FROM ({each}) AS each OFFSET 0) AS m"
        f" WHERE {is_measured('m.inside')} AND NOT {area_sliver('m.inside', 'm.whole')}"
    )
    bound = [value for source in (parcels, *perimeters) for value in source.parameters]
    return ParcelStatement(sql, tuple(bound))


def _title(each: RoleLayer) -> Cast:
    field = each.scope.filterable.get(each.scope.definition.title_field)
    return Cast(F(field.source) if field is not None else Value(""), TextField())


def parcel_page(layers: PreemptionLayers, rows: QuerySet[Any], after: int) -> ParcelPage:
    """Return the parcels inside that follow the id ``after``, 0 for the first page.

    Raises:
        TooSlow, TooCostly, Busy: the database did not answer in time, or would not.
    """
    parcels: list[PreemptedParcel] = []
    with time_limit("list"):
        for batch in batches(rows, after + 1):
            statement = parcel_statement(layers, batch)
            if statement is not None:
                parcels += _read(statement, PAGE_PARCELS + 1 - len(parcels))
            if statement is None or len(parcels) > PAGE_PARCELS:
                break
    is_followed = len(parcels) > PAGE_PARCELS
    return ParcelPage(parcels[:PAGE_PARCELS], parcels[PAGE_PARCELS - 1].pk if is_followed else None)


def _read(statement: ParcelStatement, limit: int) -> list[PreemptedParcel]:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement.sql} ORDER BY p.id LIMIT %s", [*statement.parameters, limit])
        return [PreemptedParcel(*row) for row in cursor.fetchall()]
