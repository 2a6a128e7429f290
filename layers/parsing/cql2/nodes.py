"""The nodes of a filter once it has been read and checked, and the numbers and booleans that its literals say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.gis.geos import GEOSGeometry

from layers.parsing.datetimes import Moment


@dataclass(frozen=True, slots=True)
class Property:
    """A name the client wrote. Only the visitor's scope knows whether it exists for them."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number (exact: ``int`` or ``Decimal``) or a boolean."""

    value: str | int | Decimal | bool


@dataclass(frozen=True, slots=True)
class Untyped:
    """A literal of XML: a text with the type of what it is compared with."""

    value: str


@dataclass(frozen=True, slots=True)
class Instant:
    """A DATE or a TIMESTAMP."""

    value: Moment


@dataclass(frozen=True, slots=True)
class IntervalNode:
    """An INTERVAL; ``None`` is an open end."""

    start: Instant | Property | None
    end: Instant | Property | None


@dataclass(frozen=True, slots=True)
class GeometryLiteral:
    """A geometry literal: valid, two-dimensional, in x, y order, with the SRID it was written in."""

    value: GEOSGeometry


@dataclass(frozen=True, slots=True)
class Array:
    """Values between parentheses."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or function, in lower case, and its arguments."""

    operator: str
    arguments: tuple[Node, ...]


Node = Property | Literal | Untyped | Instant | IntervalNode | GeometryLiteral | Array | Operation


# Integers that no column holds are refused.
MAX_INTEGER = 2**63
MAX_DIGITS = 60
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


def read_number(text: str) -> int | Decimal:
    """Return the exact number of a text.

    Raises:
        ValueError: not a number, or one that no column holds.
    """
    if len(text) > MAX_DIGITS or not _NUMBER.fullmatch(text):
        raise ValueError
    value = Decimal(text)
    if not -MAX_INTEGER < value < MAX_INTEGER or (value and value.adjusted() < -MAX_DIGITS):
        raise ValueError
    return int(value) if value == value.to_integral_value() else value


def read_boolean(text: str) -> bool:
    """Return the boolean of a text: ``true``, ``false``, ``1`` or ``0``, in any case.

    Raises:
        ValueError: anything else.
    """
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise ValueError from None
