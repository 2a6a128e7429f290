"""A filter as values: the few kinds of node a CQL2 expression is made of once it has been read and checked."""

from __future__ import annotations

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
    """A literal of XML: a text that is of the type of what it is compared with."""

    value: str


@dataclass(frozen=True, slots=True)
class Instant:
    """A DATE or a TIMESTAMP."""

    value: Moment


@dataclass(frozen=True, slots=True)
class Span:
    """An INTERVAL; ``None`` is an open end."""

    start: Instant | Property | None
    end: Instant | Property | None


@dataclass(frozen=True, slots=True)
class Shape:
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


Node = Property | Literal | Untyped | Instant | Span | Shape | Array | Operation
