"""Space: the S_ relations, and S_DWITHIN for a distance in metres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import Literal, Node, Property, Shape
from layers.sql.filters.operands import Compiler, Handler, Kind, Operand, truth
from layers.sql.spatial import (
    Contains,
    Crosses,
    Disjoint,
    Intersects,
    Overlaps,
    SameShape,
    SpatialRelation,
    Touches,
    Within,
    nearer_than,
)

MAX_DISTANCE_M = 1_000_000
_RELATIONS: Mapping[str, type[SpatialRelation]] = {
    "s_intersects": Intersects,
    "s_within": Within,
    "s_contains": Contains,
    "s_disjoint": Disjoint,
    "s_crosses": Crosses,
    "s_overlaps": Overlaps,
    "s_touches": Touches,
    "s_equals": SameShape,
}
_UNITS = {"meters": 1, "metres": 1, "m": 1, "kilometers": 1_000, "kilometres": 1_000, "km": 1_000}


def _relation(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    left, right = (compiler.expect(node, Kind.GEOMETRY) for node in arguments)
    return truth(_RELATIONS[operator](left.sql, right.sql), operator)


def _distance(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    """S_DWITHIN(geom, POINT(…), 300) or (…, 0.3, 'km'), the geometries in either order."""
    match arguments[:2]:
        case (Property() as column, Shape(value)) | (Shape(value), Property() as column):
            found = compiler.expect(column, Kind.GEOMETRY)
        case _:
            raise compiler.fault(_("S_DWITHIN attend la propriété géométrique et une géométrie."))
    assert isinstance(found.sql, F)
    return truth(nearer_than(found.sql, value, _metres(compiler, arguments[2:])), operator)


def _metres(compiler: Compiler, arguments: Sequence[Node]) -> float:
    distance, *units = arguments
    unit = units[0] if units else Literal("meters")
    if not isinstance(unit, Literal) or unit.value not in _UNITS:
        raise compiler.fault(_("L’unité de S_DWITHIN est 'meters' ou 'kilometers'."))
    is_number = isinstance(distance, Literal) and not isinstance(distance.value, str | bool)
    metres = float(distance.value) * _UNITS[unit.value] if is_number else -1.0
    if not 0 <= metres <= MAX_DISTANCE_M:
        raise compiler.fault(_("La distance de S_DWITHIN va de 0 à %d mètres.") % MAX_DISTANCE_M)
    return metres


HANDLERS: Mapping[str, Handler] = {**dict.fromkeys(_RELATIONS, _relation), "s_dwithin": _distance}
