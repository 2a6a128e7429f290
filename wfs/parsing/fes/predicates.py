"""Operators of filters by their element: logic, comparisons, space, time, and identifiers of features."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from layers.definitions import ID
from layers.parsing.cql2.nodes import (
    GeometryLiteral,
    Instant,
    Literal,
    Node,
    Operation,
    Property,
    Untyped,
    read_boolean,
    read_number,
)
from layers.parsing.cql2.patterns import Wildcards, cql2_pattern
from layers.parsing.datetimes import parse_local_moment
from layers.parsing.xml import Element
from wfs.errors import UnsupportedComparison
from wfs.names import read_resource_id
from wfs.parsing.fes.expressions import REFERENCES, reference, text_of, value, values
from wfs.parsing.fes.reader import BOUNDED_BY, GML_ID, GML_PROPERTIES, FilterReader, Handler
from wfs.parsing.gml.geometries import read_span


# Logic. Desktop tools write long lists as pairs in pairs: those of one operator are read as one level.
def _chain(reader: FilterReader, element: Element, depth: int) -> Node:
    conditions = tuple(reader.predicate(part, depth + 1) for part in _parts(reader, element))
    return conditions[0] if len(conditions) == 1 else Operation(element.name.lower(), conditions)


def _parts(reader: FilterReader, element: Element) -> Iterator[Element]:
    """Yield the conditions of an operator and of those of the same name right below it, in their order."""
    waiting = [element]
    while waiting:
        part = waiting.pop()
        if part.name != element.name:
            yield part
            continue
        reader.check_namespace(part)
        if not part.children:
            raise reader.unreadable(_("%s est vide : des conditions sont attendues.") % part)
        waiting += reversed(part.children)


def _not(reader: FilterReader, element: Element, depth: int) -> Node:
    reader.check_count(element, 1)
    reader.negations += 1
    condition = reader.predicate(element.children[0], depth + 1)
    reader.negations -= 1
    return Operation("not", (condition,))


LOGIC: Mapping[str, Handler] = {"And": _chain, "Or": _chain, "Not": _not}


_COMPARISON_OPERATORS = {
    "PropertyIsEqualTo": "=",
    "PropertyIsNotEqualTo": "<>",
    "PropertyIsLessThan": "<",
    "PropertyIsGreaterThan": ">",
    "PropertyIsLessThanOrEqualTo": "<=",
    "PropertyIsGreaterThanOrEqualTo": ">=",
}
_ACTIONS = {"Any": "any_of", "All": "all_of", "One": "one_of"}


def _binary(reader: FilterReader, element: Element, depth: int) -> Node:
    operator = _COMPARISON_OPERATORS[element.name]
    left, right = values(reader, element, 2, depth)
    if Property(GML_ID) in {left, right}:
        return compare_identifier(reader, operator, left, right)
    unknown = _of_gml(reader, element, left, right)
    if not _matches_case(reader, element):
        left, right = (Operation("anycase", (node,)) for node in (left, right))
    comparison = _of_items(reader, element, Operation(operator, (left, right)))
    return unknown or comparison


def _of_gml(reader: FilterReader, element: Element, *operands: Node) -> Node | None:
    """Return the comparison of a property of GML, which has no value; None when there is none among the operands.

    Raises:
        UnsupportedComparison: the envelope of a feature.
    """
    names = {node.name for node in operands if isinstance(node, Property)} & GML_PROPERTIES
    if BOUNDED_BY in names:
        raise UnsupportedComparison(
            _("%(element)s ne compare pas « %(name)s », qui est une emprise : BBOX le fait.")
            % {"element": element, "name": BOUNDED_BY},
            parameter=reader.parameter,
        )
    return reader.unknown() if names else None


def _like(reader: FilterReader, element: Element, depth: int) -> Node:
    node, pattern = values(reader, element, 2, depth)
    if not isinstance(pattern, Untyped):
        raise reader.unreadable(_("%s attend une valeur, puis un modèle dans <Literal>.") % element)
    wildcards = Wildcards(
        reader.attribute(element, "wildCard"),
        reader.attribute(element, "singleChar"),
        reader.attribute(element, "escapeChar", "escape"),
    )
    if not wildcards.are_distinct:
        raise reader.fault(_("%s : wildCard, singleChar et escapeChar doivent différer.") % element)
    compared: Node = Literal(cql2_pattern(pattern.value, wildcards))
    unknown = _of_gml(reader, element, node)
    if not _matches_case(reader, element):
        node, compared = (Operation("anycase", (each,)) for each in (node, compared))
    comparison = _of_items(reader, element, Operation("like", (node, compared)))
    return unknown or comparison


def _between(reader: FilterReader, element: Element, depth: int) -> Node:
    reader.check_count(element, 3)
    first, low, high = element.children
    if (low.name, high.name) != ("LowerBoundary", "UpperBoundary"):
        raise reader.unreadable(_("%s attend une valeur, puis <LowerBoundary> et <UpperBoundary>.") % element)
    ends = [values(reader, end, 1, depth + 1)[0] for end in (low, high)]
    operands = (value(reader, first, depth + 1), *ends)
    return _of_gml(reader, element, *operands) or Operation("between", operands)


def _null(reader: FilterReader, element: Element, depth: int) -> Node:
    if "nilReason" in element.attributes:
        raise reader.unreadable(_("%s : nilReason n’est pas servi ; aucune valeur n’a de raison.") % element)
    (node,) = values(reader, element, 1, depth)
    if isinstance(node, Property) and node.name in GML_PROPERTIES:
        return Literal(True)
    return Literal(False) if node == Property(GML_ID) else Operation("isnull", (node,))


def _matches_case(reader: FilterReader, element: Element) -> bool:
    text = element.attributes.get("matchCase", "true").strip()
    try:
        return read_boolean(text)
    except ValueError:
        raise reader.unreadable(
            _("%(element)s : matchCase attend true ou false ; reçu « %(value)s ».")
            % {"element": element, "value": text[:20]}
        ) from None


def _of_items(reader: FilterReader, element: Element, comparison: Operation) -> Node:
    """Return how many values of a list have to compare: any of them without ``matchAction``."""
    action = element.attributes.get("matchAction", "Any")
    if action not in _ACTIONS:
        raise reader.unreadable(
            _("%(element)s : matchAction attend Any, All ou One ; reçu « %(value)s ».")
            % {"element": element, "value": action[:20]}
        )
    return Operation(_ACTIONS[action], (comparison,))


COMPARISON: Mapping[str, Handler] = {
    **dict.fromkeys(_COMPARISON_OPERATORS, _binary),
    "PropertyIsLike": _like,
    "PropertyIsBetween": _between,
    "PropertyIsNull": _null,
    "PropertyIsNil": _null,
    # QGIS writes a boolean property that stands alone so, which the standard has no operator for.
    **dict.fromkeys(REFERENCES, reference),
}


_METRE, _KILOMETRE = Decimal(1), Decimal(1000)
_FOOT, _MILE, _NAUTICAL_MILE = Decimal("0.3048"), Decimal("1609.344"), Decimal(1852)
# EPSG 9001, 9036, 9002, 9093 and 9030; UCUM's codes; and the words of the desktop tools.
_UNITS: Mapping[str, Decimal] = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "mètre", "mètres", "9001"), _METRE),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers", "9036"), _KILOMETRE),
    **dict.fromkeys(("ft", "foot", "feet", "[ft_i]", "9002"), _FOOT),
    **dict.fromkeys(("mi", "mile", "miles", "statute miles", "[mi_i]", "9093"), _MILE),
    **dict.fromkeys(("nmi", "nautical miles", "[nmi_i]", "9030"), _NAUTICAL_MILE),
}
_SYSTEMS = (
    "urn:ogc:def:uom:",
    "urn:x-ogc:def:uom:",
    "http://www.opengis.net/def/uom/",
    "#",
    "http:",
    "https:",
)


def metres(unit: str) -> Decimal | None:
    """Return how many metres a unit is: a word, a URN or an address of the OGC; None when it is not known."""
    name = unit.lower()
    if name.startswith(_SYSTEMS):
        name = name.rstrip("/").replace("#", "/").replace(":", "/").rpartition("/")[2]
    return _UNITS.get(name)


# Without a property, an operator is about the geometry of the feature.
_SPATIAL_OPERATORS = {
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


def _spatial(reader: FilterReader, element: Element, depth: int) -> Node:
    return Operation(_SPATIAL_OPERATORS[element.name], _geometries(reader, element, element.children, depth))


def _distance(reader: FilterReader, element: Element, depth: int) -> Node:
    *operands, last = element.children or [element]
    if last.name != "Distance":
        raise reader.unreadable(_("%s attend une distance (<Distance>) en dernier.") % element)
    reader.check_namespace(last)
    arguments = _geometries(reader, element, operands, depth)
    near = Operation("s_dwithin", (*arguments, Literal(_metres(reader, last))))
    return near if element.name == "DWithin" else Operation("not", (near,))


def _geometries(reader: FilterReader, element: Element, parts: list[Element], depth: int) -> tuple[Node, ...]:
    """Return the two geometries that an operator compares; the first is that of the feature when one is given."""
    operands = [_located(reader, element, value(reader, part, depth + 1)) for part in parts]
    if len(operands) == 1 and isinstance(operands[0], GeometryLiteral):
        operands = [Property(reader.geometry), operands[0]]
    if len(operands) != 2 or not all(isinstance(node, Property | GeometryLiteral) for node in operands):
        raise reader.unreadable(_("%s attend une propriété géométrique et une géométrie.") % element)
    return tuple(operands)


def _located(reader: FilterReader, element: Element, node: Node) -> Node:
    """Return an operand, the geometry for the envelope of a feature: a box touches one as it touches the other.

    Raises:
        InvalidFilter: a property of GML that is no geometry, or the envelope beside another operator.
    """
    if not isinstance(node, Property) or node.name not in GML_PROPERTIES:
        return node
    if node.name == BOUNDED_BY and element.name == "BBOX":
        return Property(reader.geometry)
    raise reader.fault(
        _("%(element)s ne porte pas sur « %(name)s » ; la géométrie s’appelle « %(geometry)s ».")
        % {"element": element, "name": node.name, "geometry": reader.geometry}
    )


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


SPATIAL: Mapping[str, Handler] = {
    **dict.fromkeys(_SPATIAL_OPERATORS, _spatial),
    "DWithin": _distance,
    "Beyond": _distance,
}


# The fourteen relations of FES 2.0, between properties, literals, instants and periods.
_TEMPORAL_OPERATORS = {
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


def _temporal(reader: FilterReader, element: Element, depth: int) -> Node:
    operands = [_time(reader, node) for node in values(reader, element, 2, depth)]
    if any(isinstance(node, GeometryLiteral) for node in operands):
        raise reader.unreadable(_("%s attend deux dates, instants ou périodes.") % element)
    return Operation(_TEMPORAL_OPERATORS[element.name], tuple(operands))


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


TEMPORAL: Mapping[str, Handler] = dict.fromkeys(_TEMPORAL_OPERATORS, _temporal)


_GML_IDS = ("{http://www.opengis.net/gml}id", "{http://www.opengis.net/gml/3.2}id", "id")
_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "ResourceId": ("rid",),
    "FeatureId": ("fid",),
    "GmlObjectId": _GML_IDS,
}


def read_identifier(reader: FilterReader, element: Element) -> str:
    """Return the identifier that an element names.

    Raises:
        UnreadableRequest: not of this version, without identifier, or asking for versions of the feature.
    """
    reader.check_namespace(element)
    if not reader.has(element.name):
        raise reader.unreadable(
            _("%(element)s n’est pas un opérateur des filtres %(version)s.")
            % {"element": element, "version": reader.version.value}
        )
    names = _ATTRIBUTES[element.name]
    unread = set(element.attributes) - set(names)
    if unread:
        raise reader.unreadable(
            _("%(element)s : l’attribut « %(name)s » n’est pas servi ; un objet n’a qu’une version.")
            % {"element": element, "name": min(unread)[:40]}
        )
    return reader.attribute(element, *names)


def compare_identifier(reader: FilterReader, operator: str, left: Node, right: Node) -> Node:
    """Return the comparison of ``@gml:id`` with an identifier.

    Raises:
        InvalidFilter: another operator than equality, or another value than a literal.
    """
    literal = next((node for node in (left, right) if isinstance(node, Untyped)), None)
    if operator not in {"=", "<>"} or literal is None:
        raise reader.fault(_("%s se compare par égalité à un identifiant, et à rien d’autre.") % GML_ID)
    condition = _is_feature(reader, literal.value.strip())
    return condition if operator == "=" else Operation("not", (condition,))


def _identified(reader: FilterReader, element: Element, _depth: int) -> Node:
    """One identifier among other conditions."""
    return _is_feature(reader, read_identifier(reader, element))


def _is_feature(reader: FilterReader, text: str) -> Node:
    """Return the condition to be this feature: nothing is when it is of another type."""
    name, pk = read_resource_id(text, parameter=reader.parameter)
    if name not in reader.types:
        return Literal(False)
    return Operation("=", (Property(ID.name), Literal(pk)))


IDENTIFIERS: Mapping[str, Handler] = dict.fromkeys(_ATTRIBUTES, _identified)
PREDICATES: Mapping[str, Handler] = {**LOGIC, **COMPARISON, **SPATIAL, **TEMPORAL, **IDENTIFIERS}
