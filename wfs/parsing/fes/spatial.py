"""Space: the eight relations, BBOX, DWithin and Beyond; without a property, about the geometry of the feature."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import GeometryLiteral, Literal, Node, Operation, Property, read_number
from wfs.parsing.fes.expressions import text_of, value
from wfs.parsing.fes.reader import FilterReader, Handler
from wfs.parsing.fes.units import metres
from wfs.parsing.xml import Element

_RELATIONS = {
    "Equals": "s_equals",
    "Disjoint": "s_disjoint",
    "Touches": "s_touches",
    "Within": "s_within",
    "Overlaps": "s_overlaps",
    "Crosses": "s_crosses",
    "Intersects": "s_intersects",
    "Contains": "s_contains",
    "BBOX": "s_intersects",
}


def _relation(reader: FilterReader, element: Element, depth: int) -> Node:
    return Operation(_RELATIONS[element.name], _geometries(reader, element, element.children, depth))


def _distance(reader: FilterReader, element: Element, depth: int) -> Node:
    *others, last = element.children or [element]
    if last.name != "Distance":
        raise reader.unreadable(_("%s attend une distance (<Distance>) en dernier.") % element)
    reader.check_namespace(last)
    arguments = _geometries(reader, element, others, depth)
    near = Operation("s_dwithin", (*arguments, Literal(_metres(reader, last))))
    return near if element.name == "DWithin" else Operation("not", (near,))


def _geometries(reader: FilterReader, element: Element, parts: list[Element], depth: int) -> tuple[Node, ...]:
    """Return the two geometries that an operator compares; the first is that of the feature when one is given."""
    found = [value(reader, part, depth + 1) for part in parts]
    if len(found) == 1 and isinstance(found[0], GeometryLiteral):
        found = [Property(reader.geometry), found[0]]
    if len(found) != 2 or not all(isinstance(node, Property | GeometryLiteral) for node in found):
        raise reader.unreadable(_("%s attend une propriété géométrique et une géométrie.") % element)
    return tuple(found)


def _metres(reader: FilterReader, element: Element) -> int | Decimal:
    """Return a distance in metres; FES 2.0 calls its unit ``uom``, 1.1 and 1.0 ``units``, GDAL ``unit``."""
    unit = reader.attribute(element, "uom", "units", "unit").strip()
    factor = metres(unit)
    if factor is None:
        raise reader.fault(
            _("%(element)s : l’unité « %(unit)s » n’est pas servie ; m, km, ft ou mi sont attendus.")
            % {"element": element, "unit": unit[:60]}
        )
    text = text_of(reader, element).strip()
    try:
        distance = read_number(text) * factor
    except ValueError:
        raise reader.fault(
            _("%(element)s : « %(value)s » n’est pas un nombre.") % {"element": element, "value": text[:40]}
        ) from None
    return int(distance) if distance == int(distance) else distance


PREDICATES: Mapping[str, Handler] = {
    **dict.fromkeys(_RELATIONS, _relation),
    "DWithin": _distance,
    "Beyond": _distance,
}
