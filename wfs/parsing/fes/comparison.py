"""Comparisons: PropertyIsEqualTo and its five like, Like, Between, Null, Nil."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import Literal, Node, Operation, Property, Untyped, read_boolean
from wfs.parsing.fes import identifiers
from wfs.parsing.fes.expressions import REFERENCES, reference, value, values
from wfs.parsing.fes.patterns import Wildcards, cql2_pattern
from wfs.parsing.fes.reader import FilterReader, Handler
from wfs.parsing.fes.references import GML_ID
from wfs.parsing.xml import Element

_OPERATORS = {
    "PropertyIsEqualTo": "=",
    "PropertyIsNotEqualTo": "<>",
    "PropertyIsLessThan": "<",
    "PropertyIsGreaterThan": ">",
    "PropertyIsLessThanOrEqualTo": "<=",
    "PropertyIsGreaterThanOrEqualTo": ">=",
}
_ACTIONS = {"Any": "any_of", "All": "all_of", "One": "one_of"}


def _binary(reader: FilterReader, element: Element, depth: int) -> Node:
    operator = _OPERATORS[element.name]
    left, right = values(reader, element, 2, depth)
    if Property(GML_ID) in {left, right}:
        return identifiers.compared(reader, operator, left, right)
    if not _matches_case(reader, element):
        left, right = (Operation("anycase", (node,)) for node in (left, right))
    return _of_items(reader, element, Operation(operator, (left, right)))


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
    if not _matches_case(reader, element):
        node, compared = (Operation("anycase", (each,)) for each in (node, compared))
    return _of_items(reader, element, Operation("like", (node, compared)))


def _between(reader: FilterReader, element: Element, depth: int) -> Node:
    reader.check_count(element, 3)
    first, low, high = element.children
    if (low.name, high.name) != ("LowerBoundary", "UpperBoundary"):
        raise reader.unreadable(_("%s attend une valeur, puis <LowerBoundary> et <UpperBoundary>.") % element)
    ends = [values(reader, end, 1, depth + 1)[0] for end in (low, high)]
    return Operation("between", (value(reader, first, depth + 1), *ends))


def _null(reader: FilterReader, element: Element, depth: int) -> Node:
    if "nilReason" in element.attributes:
        raise reader.unreadable(_("%s : nilReason n’est pas servi ; aucune valeur n’a de raison.") % element)
    (node,) = values(reader, element, 1, depth)
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
    """Say how many values of a list have to compare: any of them unless ``matchAction`` says otherwise."""
    action = element.attributes.get("matchAction", "Any")
    if action not in _ACTIONS:
        raise reader.unreadable(
            _("%(element)s : matchAction attend Any, All ou One ; reçu « %(value)s ».")
            % {"element": element, "value": action[:20]}
        )
    return Operation(_ACTIONS[action], (comparison,))


PREDICATES: Mapping[str, Handler] = {
    **dict.fromkeys(_OPERATORS, _binary),
    "PropertyIsLike": _like,
    "PropertyIsBetween": _between,
    "PropertyIsNull": _null,
    "PropertyIsNil": _null,
    # QGIS writes a boolean property that stands alone so, which the standard has no operator for.
    **dict.fromkeys(REFERENCES, reference),
}
