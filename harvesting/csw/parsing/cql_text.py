"""Constraints in CQL text: logic, comparisons, LIKE and ILIKE, BETWEEN, IN, IS NULL, and ``BBOX(property, …)``.

The text is parsed within the bounds of the filters of the API (``layers.parsing.cql2``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

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
from harvesting.csw.queryables import Queryable, queryable
from harvesting.csw.requests import Condition
from layers.crs import CRS84
from layers.errors import InvalidFilter
from layers.parsing.cql2 import text_to_json
from layers.parsing.srs_names import parse_srs_name

# What ``a < b`` is called when it is written ``b > a``.
_REVERSED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def read_cql_text(text: str, *, parameter: str) -> Condition:
    """Return the condition of a text.

    Raises:
        InvalidFilter: not CQL, an operator that is not served, or an unknown property.
        FilterTooComplex: over the bounds.
        InvalidBbox, InvalidDatetime, UnknownCrs: a literal that is not what its operator or property expects.
    """
    return _Reader(parameter).condition(text_to_json(text, parameter=parameter))


class _Reader:
    """Reads the CQL2-JSON of one text, which its parser has bounded in depth and length."""

    def __init__(self, parameter: str) -> None:
        self.parameter = parameter
        self.readers: Mapping[str, Callable[[str, list[Any]], Condition]] = {
            "and": lambda _name, parts: all_of(list(map(self.condition, parts))),
            "or": lambda _name, parts: any_of(list(map(self.condition, parts))),
            "not": lambda _name, parts: negation(self.condition(parts[0])),
            **dict.fromkeys(_REVERSED, self._comparison),
            "like": lambda _name, parts: self._like(parts),
            "between": lambda _name, parts: self._between(parts),
            "in": lambda _name, parts: self._in(parts),
            "isnull": lambda _name, parts: is_null(self.property(parts[0])),
        }

    def condition(self, value: object) -> Condition:
        """Return the condition of an operation."""
        if isinstance(value, dict) and "bbox" in value:
            return self._box(value["bbox"])
        if not isinstance(value, dict) or "op" not in value:
            raise self.unreadable()
        name = str(value["op"]).lower()
        if name not in self.readers:
            raise InvalidFilter(
                _("L’opérateur « %s » n’est pas servi.") % str(value["op"])[:40], parameter=self.parameter
            )
        return self.readers[name](name, value["args"])

    def property(self, value: object) -> Queryable:
        """Return the property that a value names; quotes around a name are its own."""
        if not isinstance(value, dict) or "property" not in value:
            raise self.unreadable()
        return queryable(str(value["property"]).strip('"'), parameter=self.parameter)

    def literal(self, value: object) -> str:
        """Return the text of a literal."""
        if isinstance(value, dict):
            value = value.get("date", value.get("timestamp", value))
        if isinstance(value, bool | dict | list) or value is None:
            raise self.unreadable()
        return str(value)

    def unreadable(self) -> InvalidFilter:
        """Return the fault of a text that is well formed and compares no property with a literal."""
        return InvalidFilter(
            _("Le filtre compare une propriété à une valeur, comme dc:title LIKE '%arbre%'."),
            parameter=self.parameter,
        )

    def _comparison(self, operator: str, parts: list[Any]) -> Condition:
        left, right = parts
        if isinstance(left, dict) and left.get("op") == "casei":
            left, right = left["args"][0], _without_case(right)
            return comparison(
                self.property(left),
                operator,
                self.literal(right),
                parameter=self.parameter,
                matches_case=False,
            )
        if isinstance(right, dict) and "property" in right:
            left, right, operator = right, left, _REVERSED[operator]
        return comparison(self.property(left), operator, self.literal(right), parameter=self.parameter)

    def _like(self, parts: list[Any]) -> Condition:
        left, right = parts
        is_folded = isinstance(left, dict) and left.get("op") == "casei"
        if is_folded:
            left, right = left["args"][0], _without_case(right)
        return like(
            self.property(left), self.literal(right), parameter=self.parameter, matches_case=not is_folded
        )

    def _between(self, parts: list[Any]) -> Condition:
        low, high = map(self.literal, parts[1:])
        return between(self.property(parts[0]), low, high, parameter=self.parameter)

    def _in(self, parts: list[Any]) -> Condition:
        prop = self.property(parts[0])
        return any_of(
            [comparison(prop, "=", self.literal(each), parameter=self.parameter) for each in parts[1]]
        )

    def _box(self, parts: list[Any]) -> Condition:
        """Read ``BBOX(property, minx, miny, maxx, maxy)``, longitude first unless a fifth value names a system."""
        if len(parts) not in {5, 6}:
            raise InvalidFilter(
                _("BBOX attend une propriété, quatre nombres, puis un système de coordonnées s’il y a lieu."),
                parameter=self.parameter,
            )
        crs = parse_srs_name(str(parts[5]), parameter=self.parameter).crs if len(parts) == 6 else CRS84
        numbers = [str(each) for each in parts[1:5]]
        return in_box(self.property(parts[0]), numbers, crs, parameter=self.parameter)


def _without_case(value: object) -> object:
    """Return the argument of CASEI."""
    return value["args"][0] if isinstance(value, dict) and value.get("op") == "casei" else value
