"""Figures of zones: areas from the parts in communes that the database stores, parcels and buildings by joins.

Areas are in m² on the spheroid. A zone is counted in each commune that it goes into, and once on the whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, FloatField, Func, QuerySet

from interface.territory import COMMUNES_LAYER
from layers import access
from layers.access import Scope, in_commune, joined
from layers.definitions import COMMUNE_COLUMN
from layers.errors import TooCostly, TooSlow, UnknownLayer
from layers.queries.shared_answers import SharedAnswers, answer_key
from layers.sql.limits import time_limit
from layers.sql.spatial import Geography
from layers.visitor import Visitor
from planning.queries.locations import PARCELS
from planning.statistics.parsing import StatisticsQuery
from planning.tables.sql import (
    MARK,
    area_sliver,
    is_measured,
    row_source,
    shared_area,
    touching,
)
from planning.tool_layers.queries import RoleLayer, readable, role_layers
from planning.vocabulary import ToolRole

ZONES = "plui-zones"
_ZONE_FIELDS = frozenset({"typezone", "libelle"})

Keys = tuple[str, ...]


@dataclass(slots=True)
class Figures:
    """Figures of a group of zones; None where they were not counted.

    ``main_parcels`` have their largest share there, ``parcels`` a share that is no sliver, ``slivers`` only slivers.
    """

    keys: list[str]
    zones: int = 0
    area_m2: float = 0.0
    built_m2: float | None = None
    main_parcels: int | None = None
    parcels: int | None = None
    slivers: int | None = None


@dataclass(slots=True)
class ZoneStatistics:
    """Groups, and all of them together (``total``, without keys).

    ``ground_m2`` is the area of each commune on the whole. ``is_long``: parcels or buildings would take too long.
    """

    groups: list[Figures]
    total: Figures
    ground_m2: dict[str, float] = field(default_factory=dict)
    has_parcels: bool = False
    has_buildings: bool = False
    is_long: bool = False

    def share(self, figures: Figures, *, of_commune: bool) -> float | None:
        """Return the part of the territory, or of the commune of the group, from 0 to 1; None without its outline."""
        if of_commune and figures.keys:
            ground = self.ground_m2.get(figures.keys[0], 0.0)
        else:
            ground = sum(self.ground_m2.values())
        return figures.area_m2 / ground if ground else None


@dataclass(frozen=True, slots=True)
class StatisticsLayers:
    """The layers that the figures are made of, as a visitor reads them."""

    zones: Scope
    communes: Scope | None
    parcels: Scope | None
    buildings: Sequence[RoleLayer]

    @property
    def joined(self) -> Scope:
        """The scope that stands for all of them."""
        extra = [each for each in (self.communes, self.parcels) if each is not None]
        return joined(self.zones, [*extra, *(each.scope for each in self.buildings)])

    @property
    def identity(self) -> tuple[str, ...]:
        """What the figures depend on beside the scopes."""
        return tuple(each.identity for each in self.buildings)


def statistics_layers(visitor: Visitor) -> StatisticsLayers:
    """Return the layers that the figures are made of.

    Raises:
        UnknownLayer: the visitor does not read the zones, their type or their label.
    """
    scopes = access.scopes_by_slug(visitor, [ZONES, COMMUNES_LAYER, PARCELS])
    zones = readable(scopes, ZONES)
    if zones is None or not zones.filterable.keys() >= _ZONE_FIELDS:
        raise UnknownLayer(ZONES)
    return StatisticsLayers(
        zones,
        readable(scopes, COMMUNES_LAYER),
        readable(scopes, PARCELS),
        role_layers(visitor, ToolRole.BUILDINGS),
    )


def _encode(statistics: ZoneStatistics) -> bytes:
    return json.dumps(asdict(statistics)).encode()


def _decode(content: bytes) -> ZoneStatistics:
    values = json.loads(content)
    groups = [Figures(**each) for each in values.pop("groups")]
    return ZoneStatistics(groups, Figures(**values.pop("total")), **values)


_answers: SharedAnswers[ZoneStatistics] = SharedAnswers(
    "zone statistics 1", 100, encode=_encode, decode=_decode
)


def zone_statistics(layers: StatisticsLayers, query: StatisticsQuery) -> ZoneStatistics:
    """Return the figures of a question: computed once until the data change, for all processes.

    Raises:
        TooSlow: the areas themselves take too long.
    """
    parts = (*layers.identity, query.grouping.value, query.commune)
    try:
        key = answer_key(layers.joined, "whole", *parts)
        return _answers.recall(key, lambda: _computed(layers, query, has_joins=True))
    except (TooCostly, TooSlow):  # what was refused is not stored: it may be quick another time
        key = answer_key(layers.joined, "areas", *parts)
        return _answers.recall(key, lambda: _computed(layers, query, has_joins=False))


def _computed(layers: StatisticsLayers, query: StatisticsQuery, *, has_joins: bool) -> ZoneStatistics:
    with time_limit("aggregate"):
        figures = _areas(layers, query)
        statistics = ZoneStatistics([], Figures([]), _grounds(layers, query), is_long=not has_joins)
        if has_joins and layers.parcels is not None:
            _count_parcels(layers, layers.parcels, query, figures)
            statistics.has_parcels = True
        for each in layers.buildings if has_joins else ():
            _measure_buildings(layers, each, query, figures)
            statistics.has_buildings = True
    statistics.total = figures.pop((), Figures([]))
    statistics.groups = [figures[keys] for keys in sorted(figures)]
    return statistics


def _narrowed(scope: Scope, rows: QuerySet[Any], query: StatisticsQuery) -> QuerySet[Any]:
    return rows.filter(in_commune(scope.definition, query.commune)) if query.commune else rows


def _commune_of(query: StatisticsQuery, scope: Scope) -> str:
    return query.commune or scope.visitor.portal


def _areas(layers: StatisticsLayers, query: StatisticsQuery) -> dict[Keys, Figures]:
    """Return the count and the area of each group, of the parts of zones in communes."""
    zones, code = layers.zones, _commune_of(query, layers.zones)
    rows = zones.measured_rows if zones.visitor.portal else zones.queryset
    source = row_source(rows, "pk", "typezone", "libelle", "communes", "commune_shares")
    keys = query.grouping.keys
    figures: dict[Keys, Figures] = {(): Figures([])}
    if source is None:
        return figures
    columns = {"typezone": "z.typezone", "libelle": "z.libelle", "commune": "part.key"}
    grouped = ", ".join(columns[key] for key in keys)
    is_outside = "" if query.grouping.has_communes else " OR part.key = ''"
    statement = (
        f"SELECT {grouped}, count(DISTINCT z.id) FILTER (WHERE part.key = ANY(z.communes){is_outside}),"  # noqa: S608 (names are ours, values bound)
        f" sum(part.value::float8), GROUPING({columns[keys[0]]})"
        f" FROM {source.sql} AS z(id, typezone, libelle, communes, shares)"
        " CROSS JOIN LATERAL jsonb_each_text(z.shares) AS part"
        f" WHERE {'part.key = %s' if code else 'true'}"
        f" GROUP BY GROUPING SETS (({grouped}), ())"
    )
    for *values, count, area, is_total in _rows(statement, [*source.parameters, *([code] if code else [])]):
        group = () if is_total else tuple(str(value) for value in values)
        if count or area:
            figures[group] = Figures(list(group), count, area or 0.0)
    # What is outside every commune is a part of the whole, and of no commune.
    if query.grouping.has_communes:
        figures = {group: each for group, each in figures.items() if not group or group[0]}
    return figures


def _rows(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _grounds(layers: StatisticsLayers, query: StatisticsQuery) -> dict[str, float]:
    if layers.communes is None:
        return {}
    rows = _narrowed(layers.communes, layers.communes.queryset, query)
    area = Func(Geography(F("geom")), function="ST_Area", output_field=FloatField())
    return dict(rows.values_list("code", area))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Rows of a layer joined to zones: (keys of the group, id, shared m², m² of the row)."""

    sql: str
    parameters: tuple[Any, ...]


def _pairs(
    layers: StatisticsLayers, scope: Scope, rows: QuerySet[Any], query: StatisticsQuery
) -> _Pairs | None:
    """Join the rows of a layer to the zones, each with the area that it shares with the zones of its group."""
    zones = row_source(_narrowed(layers.zones, layers.zones.queryset, query), "geom", "typezone", "libelle")
    other = row_source(_narrowed(scope, rows, query), "pk", "geom", COMMUNE_COLUMN)
    if zones is None or other is None:
        return None
    columns = {"typezone": "z.typezone", "libelle": "z.libelle", "commune": "coalesce(o.commune, '')"}
    keys = ", ".join(f"{columns[key]} AS {key}" for key in query.grouping.keys)
    names = ", ".join(query.grouping.keys)
    sql = (
        f"SELECT {names}, id, sum(shared) AS shared, min(whole) AS whole FROM ("  # noqa: S608 (names are ours, values bound)
        f"SELECT {keys}, o.id, m.shared, m.whole FROM {other.sql} AS o(id, geom, commune)"
        f" JOIN {zones.sql} AS z(geom, typezone, libelle) ON {touching('o.geom', 'z.geom')}"
        f" {MARK.format(parameter='commune')}"
        f" CROSS JOIN LATERAL (SELECT {shared_area('o.geom', 'z.geom')} AS shared,"
        " ST_Area(o.geom::geography) AS whole OFFSET 0) AS m"
        f" WHERE {is_measured('m.shared')}) AS each GROUP BY {names}, id"
    )
    return _Pairs(sql, (*other.parameters, *zones.parameters))


def _count_parcels(
    layers: StatisticsLayers, parcels: Scope, query: StatisticsQuery, figures: Mapping[Keys, Figures]
) -> None:
    pairs = _pairs(layers, parcels, parcels.queryset, query)
    if pairs is None:
        return
    names = ", ".join(query.grouping.keys)
    statement = (
        f"SELECT {names}, count(DISTINCT id) FILTER (WHERE rank = 1),"  # noqa: S608 (names are ours, values bound)
        " count(DISTINCT id) FILTER (WHERE NOT sliver), count(DISTINCT id) FILTER (WHERE sliver),"
        f" GROUPING({query.grouping.keys[0]}) FROM (SELECT pair.*,"
        f" row_number() OVER (PARTITION BY id ORDER BY shared DESC, {names}) AS rank,"
        f" {area_sliver('shared', 'whole')} AS sliver FROM ({pairs.sql}) AS pair) AS ranked"
        f" GROUP BY GROUPING SETS (({names}), ())"
    )
    for each in figures.values():
        each.main_parcels = each.parcels = each.slivers = 0
    for *values, main, touched, slivers, is_total in _rows(statement, pairs.parameters):
        group = figures.get(() if is_total else tuple(str(value) for value in values))
        if group is not None:
            group.main_parcels, group.parcels, group.slivers = main, touched, slivers


def _measure_buildings(
    layers: StatisticsLayers, buildings: RoleLayer, query: StatisticsQuery, figures: Mapping[Keys, Figures]
) -> None:
    pairs = _pairs(layers, buildings.scope, buildings.rows, query)
    for each in figures.values():
        each.built_m2 = each.built_m2 or 0.0
    if pairs is None:
        return
    names = ", ".join(query.grouping.keys)
    statement = (
        f"SELECT {names}, sum(shared), GROUPING({query.grouping.keys[0]})"  # noqa: S608 (names are ours, values bound)
        f" FROM ({pairs.sql}) AS pair GROUP BY GROUPING SETS (({names}), ())"
    )
    for *values, shared, is_total in _rows(statement, pairs.parameters):
        group = figures.get(() if is_total else tuple(str(value) for value in values))
        if group is not None:
            group.built_m2 = (group.built_m2 or 0.0) + (shared or 0.0)
