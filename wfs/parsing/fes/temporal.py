"""Time: the fourteen relations of FES 2.0, between properties, literals, instants and periods."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import GeometryLiteral, Instant, Node, Operation, Untyped
from layers.parsing.datetimes import parse_local_moment
from wfs.parsing.fes.expressions import values
from wfs.parsing.fes.reader import FilterReader, Handler
from wfs.parsing.gml.times import read_span
from wfs.parsing.xml import Element

_RELATIONS = {
    "After": "t_after",
    "Before": "t_before",
    "Begins": "t_starts",
    "BegunBy": "t_startedby",
    "TContains": "t_contains",
    "During": "t_during",
    "EndedBy": "t_finishedby",
    "Ends": "t_finishes",
    "TEquals": "t_equals",
    "Meets": "t_meets",
    "MetBy": "t_metby",
    "TOverlaps": "t_overlaps",
    "OverlappedBy": "t_overlappedby",
    "AnyInteracts": "t_intersects",
}


def _relation(reader: FilterReader, element: Element, depth: int) -> Node:
    found = [_time(reader, node) for node in values(reader, element, 2, depth)]
    if any(isinstance(node, GeometryLiteral) for node in found):
        raise reader.unreadable(_("%s attend deux dates, instants ou périodes.") % element)
    return Operation(_RELATIONS[element.name], tuple(found))


def _time(reader: FilterReader, node: Node) -> Node:
    """Read a literal as an instant, or as an interval when it has two ends: ``2024-01-01/2024-12-31``."""
    if not isinstance(node, Untyped):
        return node
    parts = node.value.strip().split("/")
    if len(parts) != 2:
        return Instant(parse_local_moment(node.value, parameter=reader.parameter))
    start, end = (
        None if part in {"", ".."} else Instant(parse_local_moment(part, parameter=reader.parameter))
        for part in parts
    )
    return read_span(start, end, parameter=reader.parameter)


PREDICATES: Mapping[str, Handler] = dict.fromkeys(_RELATIONS, _relation)
