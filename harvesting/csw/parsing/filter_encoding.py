"""Constraints in Filter Encoding 1.1 (OGC 04-095) and its SortBy: one element becomes a condition on records."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from harvesting.csw.parsing.conditions import (
    all_of,
    any_of,
    between,
    comparison,
    in_box,
    is_null,
    like,
    negation,
)
from harvesting.csw.queryables import Kind, Queryable, queryable
from harvesting.csw.requests import Condition, SortKey
from layers.crs import CRS84
from layers.errors import FilterTooComplex, InvalidFilter, UnreadableRequest
from layers.parsing.cql2.bounds import MAX_NESTING, too_deep
from layers.parsing.cql2.nodes import read_boolean
from layers.parsing.cql2.parser import MAX_NODES
from layers.parsing.cql2.patterns import Wildcards, cql2_pattern
from layers.parsing.srs_names import parse_srs_name
from layers.parsing.xml import Element

OGC = "http://www.opengis.net/ogc"
GML = "http://www.opengis.net/gml"
COMPARISONS = {
    "PropertyIsEqualTo": "=",
    "PropertyIsNotEqualTo": "<>",
    "PropertyIsLessThan": "<",
    "PropertyIsGreaterThan": ">",
    "PropertyIsLessThanOrEqualTo": "<=",
    "PropertyIsGreaterThanOrEqualTo": ">=",
}
_DIRECTIONS = {"": False, "ASC": False, "DESC": True}


def read_filter(element: Element, *, parameter: str) -> Condition:
    """Return the condition of an ``ogc:Filter``.

    Raises:
        UnreadableRequest: not the XML of the standard, or an operator that is not served.
        InvalidFilter: an unknown property, or a value that it does not compare with.
        FilterTooComplex: too many conditions, or too deep.
        InvalidBbox, InvalidDatetime, UnknownCrs: a literal that is not what its operator or property expects.
    """
    reader = _Reader(parameter)
    reader.check(element, "Filter")
    (child,) = reader.children(element, 1)
    return reader.condition(child, 1)


def read_sort(element: Element, *, parameter: str) -> tuple[SortKey, ...]:
    """Return the keys of an ``ogc:SortBy``.

    Raises:
        UnreadableRequest: not the XML of the standard.
        InvalidFilter: a property that is unknown, or has no order.
    """
    reader = _Reader(parameter)
    reader.check(element, "SortBy")
    keys = []
    for child in element.children:
        reader.check(child, "SortProperty")
        name = child.child("PropertyName")
        order = child.child("SortOrder")
        if name is None:
            raise reader.unreadable(child)
        direction = order.text.strip().upper() if order is not None else ""
        keys.append(sort_key(name.text, direction, parameter=parameter))
    return tuple(keys)


def sort_key(name: str, direction: str, *, parameter: str) -> SortKey:
    """Return the key of a property and ``ASC``, ``DESC`` or nothing.

    Raises:
        InvalidFilter: a property that is unknown or has no order, or another direction.
    """
    prop = queryable(name, parameter=parameter)
    if prop.kind in {Kind.BOX, Kind.FULL_TEXT}:
        raise InvalidFilter(_("« %s » n’a pas d’ordre.") % prop.name, parameter=parameter)
    if direction not in _DIRECTIONS:
        raise InvalidFilter(
            _("SortOrder attend ASC ou DESC ; reçu « %s ».") % direction[:20], parameter=parameter
        )
    return SortKey(prop, _DIRECTIONS[direction])


class _Reader:
    """Reads one filter; counts its conditions."""

    def __init__(self, parameter: str) -> None:
        self.parameter = parameter
        self.conditions = 0
        self.readers: Mapping[str, Callable[[Element, int], Condition]] = {
            "And": lambda element, depth: all_of(self._parts(element, depth)),
            "Or": lambda element, depth: any_of(self._parts(element, depth)),
            "Not": self._negation,
            **dict.fromkeys(COMPARISONS, self._comparison),
            "PropertyIsLike": self._like,
            "PropertyIsBetween": self._between,
            "PropertyIsNull": self._null,
            "BBOX": self._box,
        }

    def condition(self, element: Element, depth: int) -> Condition:
        """Return the condition of an operator."""
        self.conditions += 1
        if depth > MAX_NESTING:
            raise too_deep(self.parameter)
        if self.conditions > MAX_NODES:
            raise FilterTooComplex(
                _("Le filtre compte plus de %d termes.") % MAX_NODES, parameter=self.parameter
            )
        reader = self.readers.get(element.name)
        if reader is None or element.namespace not in {OGC, ""}:
            raise UnreadableRequest(
                _("%(element)s n’est pas un opérateur qui est servi. Opérateurs servis : %(names)s.")
                % {"element": element, "names": ", ".join(self.readers)},
                parameter=self.parameter,
            )
        return reader(element, depth)

    def check(self, element: Element, name: str) -> None:
        """Refuse another element of the filter than ``name``."""
        if element.name != name or element.namespace not in {OGC, ""}:
            raise self.unreadable(element)

    def children(self, element: Element, count: int) -> list[Element]:
        """Return the children of an element, which has so many."""
        if len(element.children) != count:
            raise UnreadableRequest(
                _("Éléments attendus dans %(element)s : %(expected)d ; reçus : %(count)d.")
                % {"element": element, "expected": count, "count": len(element.children)},
                parameter=self.parameter,
            )
        return element.children

    def unreadable(self, element: Element) -> UnreadableRequest:
        """Return the fault of an element that is not where the standard has it."""
        return UnreadableRequest(
            _("%s n’est pas attendu à cet endroit du filtre.") % element, parameter=self.parameter
        )

    def property(self, element: Element) -> Queryable:
        """Return the property that a ``PropertyName`` names."""
        self.check(element, "PropertyName")
        return queryable(element.text, parameter=self.parameter)

    def literal(self, element: Element) -> str:
        """Return the text of a ``Literal``."""
        self.check(element, "Literal")
        return element.text.strip()

    def _parts(self, element: Element, depth: int) -> list[Condition]:
        if not element.children:
            raise UnreadableRequest(
                _("%s est vide : des conditions sont attendues.") % element, parameter=self.parameter
            )
        return [self.condition(child, depth + 1) for child in element.children]

    def _negation(self, element: Element, depth: int) -> Condition:
        (child,) = self.children(element, 1)
        return negation(self.condition(child, depth + 1))

    def _comparison(self, element: Element, _depth: int) -> Condition:
        name, literal = self.children(element, 2)
        return comparison(
            self.property(name),
            COMPARISONS[element.name],
            self.literal(literal),
            parameter=self.parameter,
            matches_case=self._matches_case(element),
        )

    def _like(self, element: Element, _depth: int) -> Condition:
        name, literal = self.children(element, 2)
        attributes = element.attributes
        wildcards = Wildcards(
            attributes.get("wildCard", "%"),
            attributes.get("singleChar", "_"),
            attributes.get("escapeChar", attributes.get("escape", "\\")),
        )
        if not wildcards.are_distinct:
            raise InvalidFilter(
                _("%s : wildCard, singleChar et escapeChar doivent différer.") % element,
                parameter=self.parameter,
            )
        return like(
            self.property(name),
            cql2_pattern(self.literal(literal), wildcards),
            parameter=self.parameter,
            matches_case=self._matches_case(element),
        )

    def _between(self, element: Element, _depth: int) -> Condition:
        name, low, high = self.children(element, 3)
        self.check(low, "LowerBoundary")
        self.check(high, "UpperBoundary")
        ends = [self.literal(self.children(end, 1)[0]) for end in (low, high)]
        return between(self.property(name), *ends, parameter=self.parameter)

    def _null(self, element: Element, _depth: int) -> Condition:
        (name,) = self.children(element, 1)
        return is_null(self.property(name))

    def _box(self, element: Element, _depth: int) -> Condition:
        """Read a ``gml:Envelope``; without ``srsName`` it is longitude, latitude, as GeoNetwork and OWSLib write it."""
        name, envelope = self.children(element, 2)
        if envelope.name != "Envelope" or not envelope.namespace.startswith(GML):
            raise self.unreadable(envelope)
        corners = [envelope.child(corner) for corner in ("lowerCorner", "upperCorner")]
        numbers = [number for corner in corners if corner is not None for number in corner.text.split()]
        srs_name = envelope.attributes.get("srsName", "")
        crs = parse_srs_name(srs_name, parameter=self.parameter).crs if srs_name else CRS84
        return in_box(self.property(name), numbers, crs, parameter=self.parameter)

    def _matches_case(self, element: Element) -> bool:
        text = element.attributes.get("matchCase", "true").strip()
        try:
            return read_boolean(text)
        except ValueError:
            raise UnreadableRequest(
                _("%(element)s : matchCase attend true ou false ; reçu « %(value)s ».")
                % {"element": element, "value": text[:20]},
                parameter=self.parameter,
            ) from None
