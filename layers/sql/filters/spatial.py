"""Space: the S_ relations, and S_DWITHIN for a distance in metres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db.models import F
from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import GeometryLiteral, Literal, Node, Property
from layers.sql.filters.compiler import Compiler, Handler, Kind, Operand, truth
from layers.sql.grouping import GroundArea, GroundLength
from layers.sql.spatial import (
    WIDEST_DEGREES,
    Contains,
    Crosses,
    Disjoint,
    Intersects,
    Overlaps,
    SpatialEquals,
    SpatialRelation,
    Touches,
    Within,
    is_local,
    within_distance,
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
    "s_equals": SpatialEquals,
}
_UNITS = {"meters": 1, "metres": 1, "m": 1, "kilometers": 1_000, "kilometres": 1_000, "km": 1_000}


def _relation(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    left, right = (compiler.expect(node, Kind.GEOMETRY) for node in arguments)
    return truth(_RELATIONS[operator](left.sql, right.sql), operator)


def _equality(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    """S_EQUALS, the literal last: PostGIS finds the index of the first argument only."""
    return _relation(
        compiler, operator, sorted(arguments, key=lambda node: isinstance(node, GeometryLiteral))
    )


_MEASURES: Mapping[str, type[GroundArea] | type[GroundLength]] = {
    "s_area": GroundArea,
    "s_length": GroundLength,
}


def _measure(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    """S_AREA(geom) in square metres and S_LENGTH(geom) in metres, on the spheroid."""
    operand = compiler.expect(arguments[0], Kind.GEOMETRY)
    if not isinstance(operand.sql, F):
        raise compiler.fault(_("%s mesure la propriété géométrique.") % operator.upper())
    return Operand(_MEASURES[operator]("geom"), Kind.NUMBER, operator)


def _distance(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    """S_DWITHIN(geom, POINT(…), 300) or (…, 0.3, 'km'), the geometries in either order."""
    match arguments[:2]:
        case (Property() as column, GeometryLiteral(value)) | (GeometryLiteral(value), Property() as column):
            operand = compiler.expect(column, Kind.GEOMETRY)
        case _:
            raise compiler.fault(_("S_DWITHIN attend la propriété géométrique et une géométrie."))
    if not is_local(value):
        raise compiler.fault(
            _("S_DWITHIN mesure depuis une géométrie de moins de %d degrés.") % WIDEST_DEGREES
        )
    assert isinstance(operand.sql, F)
    return truth(within_distance(operand.sql, value, _metres(compiler, arguments[2:])), operator)


def _metres(compiler: Compiler, arguments: Sequence[Node]) -> float:
    match arguments:
        case (Literal(int() | Decimal() as distance),):
            metres = float(distance)
        case (Literal(int() | Decimal() as distance), Literal(str() as unit)) if unit in _UNITS:
            metres = float(distance) * _UNITS[unit]
        case _:
            raise compiler.fault(
                _("S_DWITHIN attend une distance en nombre, puis au besoin 'meters' ou 'kilometers'.")
            )
    if not 0 <= metres <= MAX_DISTANCE_M:
        raise compiler.fault(_("La distance de S_DWITHIN va de 0 à %d mètres.") % MAX_DISTANCE_M)
    return metres


HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(_RELATIONS, _relation),
    "s_equals": _equality,
    "s_dwithin": _distance,
    **dict.fromkeys(_MEASURES, _measure),
}
