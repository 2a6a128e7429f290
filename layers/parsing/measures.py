"""Measures of an aggregate as values: ``sum:surface``, ``p90:hauteur``, and those made of other measures.

A measure reads ``function:property``; ``count``, ``length`` and ``area`` need no property. One that is derived reads
``function:measure`` (``share:count``, ``cumulated:sum:surface``), and ``ratio:sum:a/sum:b`` two of them, perhaps times
a number (``ratio:100*sum:litres/sum:kilometres``). The text asked is the name of the column in the answer.

Where a number is expected, ``days:start..end`` is that of the days from one date to another, as in
``median:days:date_demande..date``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter

ALONE = ("count", "length", "area")
OF_A_PROPERTY = ("sum", "avg", "min", "max", "median", "stddev", "distinct")
# Of groups that share no row, these add up to that of the whole.
ADDITIVE = frozenset({"count", "sum", "length", "area"})
RATIO = "ratio"
# What derived measures are made of; None for any measure of numbers.
DERIVED: dict[str, frozenset[str] | None] = {
    "share": ADDITIVE,
    "cumulated": ADDITIVE,
    "change": None,
    "per_inhabitant": ADDITIVE | {"distinct"},
    "per_km2": ADDITIVE | {"distinct"},
}
DAYS = "days:"
_ENDS = re.compile(r"([^:.]+(?:\.[^:.]+)?)\.\.([^:.]+(?:\.[^:.]+)?)")
_TIMES = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\*(.*)", re.ASCII | re.DOTALL)
_FUNCTION = re.compile(r"([a-z]+?)(\d+(?:\.\d+)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class AggregateMeasure:
    """What is computed of each group: ``function`` is one of ``ALONE``, ``OF_A_PROPERTY``, ``percentile``, or derived.

    ``share`` is the part of the values under a percentile, from 0 to 1. ``parts`` are the measures that a derived one
    is computed from: two of a ratio, dividend first, one of the others; ``times`` is what a ratio is multiplied by.
    ``text`` is how it was asked.
    """

    function: str
    text: str
    property: str = ""
    share: float = 0.0
    parts: tuple[AggregateMeasure, ...] = ()
    times: float = 1.0

    def ends(self) -> tuple[str, str] | None:
        """The two dates whose distance in days is measured, first one first; None for a measure of a property."""
        found = _ENDS.fullmatch(self.property.removeprefix(DAYS))
        return (found[1], found[2]) if found and self.property.startswith(DAYS) else None

    @classmethod
    def of(cls, function: str, name: str = "") -> AggregateMeasure:
        """Return a measure that takes no number."""
        return cls(function, f"{function}:{name}" if name else function, name)

    @classmethod
    def derived(cls, function: str, *parts: AggregateMeasure) -> AggregateMeasure:
        """Return a measure made of others."""
        return cls(function, f"{function}:{'/'.join(map(str, parts))}", parts=parts)

    def __str__(self) -> str:
        return self.text


COUNT = AggregateMeasure.of("count")


def days_between(start: str, end: str) -> str:
    """Return what a measure measures of two dates: the days from one to the other."""
    return f"{DAYS}{start}..{end}"


def split_function(text: str) -> tuple[str, str, str]:
    """Return the function, its number and the property; all three are empty where the form is another."""
    function, colon, name = text.partition(":")
    found = _FUNCTION.fullmatch(function)
    return (found[1], found[2] or "", name) if found and colon and name else ("", "", "")


def parse_measure(text: str) -> AggregateMeasure:
    """Read one measure.

    Raises:
        InvalidParameter: no such function, or a derived measure of one that it cannot be computed from.
    """
    function, _colon, rest = text.partition(":")
    if function == RATIO:
        return _ratio(text, rest)
    if function not in DERIVED:
        return _plain(text, text)
    part, fitting = _plain(rest, text), DERIVED[function]
    if fitting is not None and part.function not in fitting:
        raise InvalidParameter(
            _("%(function)s se calcule de %(fitting)s ; reçu « %(value)s ».")
            % {"function": function, "fitting": ", ".join(sorted(fitting)), "value": text[:80]},
            parameter="measures",
        )
    return AggregateMeasure(function, text, parts=(part,))


def _ratio(text: str, rest: str) -> AggregateMeasure:
    scaled = _TIMES.fullmatch(rest)
    times, rest = (float(scaled[1]), scaled[2]) if scaled else (1.0, rest)
    dividend, _slash, divisor = rest.partition("/")
    if not divisor or not times:
        raise InvalidParameter(
            _(
                "ratio attend deux mesures autour d’une barre, comme ratio:sum:a/sum:b, précédées d’un facteur si "
                "besoin, comme ratio:100*sum:a/sum:b ; reçu « %s »."
            )
            % text[:80],
            parameter="measures",
        )
    return AggregateMeasure(RATIO, text, parts=(_plain(dividend, text), _plain(divisor, text)), times=times)


def _plain(text: str, asked: str) -> AggregateMeasure:
    """Read a measure of rows; ``asked`` is the whole of what was written."""
    if text in ALONE:
        return AggregateMeasure.of(text)
    function, number, name = split_function(text)
    if function in OF_A_PROPERTY and not number:
        return _checked(AggregateMeasure(function, text, name))
    if function == "p" and number and len(number) <= 8 and 0 <= float(number) <= 100:
        return _checked(AggregateMeasure("percentile", text, name, share=float(Decimal(number) / 100)))
    raise InvalidParameter(
        _(
            "measures attend %(alone)s, une propriété précédée de %(functions)s ou d’un centile (p90:), ou une de ces "
            "mesures précédée de %(derived)s ; reçu « %(value)s »."
        )
        % {
            "alone": ", ".join(ALONE),
            "functions": ", ".join(f"{function}:" for function in OF_A_PROPERTY),
            "derived": ", ".join(f"{function}:" for function in (*DERIVED, RATIO)),
            "value": asked[:80],
        },
        parameter="measures",
    )


def _checked(measure: AggregateMeasure) -> AggregateMeasure:
    if measure.property.startswith(DAYS) and measure.ends() is None:
        raise InvalidParameter(
            _("days attend deux dates autour de deux points, comme median:days:debut..fin ; reçu « %s ».")
            % measure.text[:80],
            parameter="measures",
        )
    return measure
