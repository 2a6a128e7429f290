"""Compiled parts of a filter: SQL with a kind, and the faults of mixing kinds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as default
from decimal import Decimal
from enum import Enum

from django.db.models import DateField, DateTimeField, Expression, F, Value
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.definitions import Field, FieldType
from layers.errors import InvalidDatetime, InvalidFilter, UnknownProperty
from layers.parsing.cql2 import standard_date
from layers.parsing.cql2.nodes import (
    Array,
    GeometryLiteral,
    Instant,
    IntervalNode,
    Literal,
    Node,
    Operation,
    Property,
    Untyped,
    read_boolean,
    read_number,
)
from layers.parsing.datetimes import Moment, parse_local_moment, parse_moment
from layers.sql.functions import Predicate
from layers.sql.spatial import shape_value


class Kind(Enum):
    """Kinds of value; the value is how a message calls it."""

    TEXT = gettext_noop("un texte")
    NUMBER = gettext_noop("un nombre")
    BOOLEAN = gettext_noop("vrai ou faux")
    DATE = gettext_noop("une date")
    DATETIME = gettext_noop("une date avec heure")
    TEXTS = gettext_noop("une liste de textes")
    GEOMETRY = gettext_noop("une géométrie")
    INTERVAL = gettext_noop("un intervalle")
    LIST = gettext_noop("une liste")


TEMPORAL = frozenset({Kind.DATE, Kind.DATETIME})
_KIND_OF_FIELD = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.INTEGER: Kind.NUMBER,
    FieldType.NUMBER: Kind.NUMBER,
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.DATE: Kind.DATE,
    FieldType.DATETIME: Kind.DATETIME,
    FieldType.TEXTS: Kind.TEXTS,
}
# How an untyped literal is read beside a value of a kind; beside dates and instants, see ``Compiler.dated``.
UNTYPED: Mapping[Kind, Callable[[str], int | Decimal | bool]] = {
    Kind.NUMBER: read_number,
    Kind.BOOLEAN: read_boolean,
}
GEOMETRY_NAMES = ("geom", "geometry")


@dataclass(frozen=True, slots=True)
class Operand:
    """A compiled part: its SQL, its kind, and what the client wrote (``label``) for messages.

    ``text`` is the value of a text literal, which becomes a date when compared with a date, or any type when it
    ``is_untyped``; ``number`` that of a number, which the draft of CQL2 reads as a boolean when compared with one.
    """

    sql: Expression | F
    kind: Kind
    label: str
    text: str | None = None
    number: int | Decimal | None = None
    is_untyped: bool = False


Handler = Callable[["Compiler", str, Sequence[Node]], Operand]


@dataclass(frozen=True, slots=True)
class Compiler:
    """Turns nodes into operands against the fields a visitor may filter on; ``handlers`` knows the operators.

    ``is_draft`` reads values as the draft of CQL2 types them (see ``layers.parsing.cql2``). ``items`` are
    the lists of which one element is compared (see ``operators``).
    """

    fields: Mapping[str, Field]
    geometry: str
    parameter: str
    handlers: Mapping[str, Handler]
    is_draft: bool = False
    items: Mapping[str, Operand] = default(default_factory=dict)

    def operand(self, node: Node) -> Operand:
        """Compile any value.

        Raises:
            UnknownProperty: not among ``fields``.
            InvalidFilter: kinds that do not go together, or a value where none can be.
        """
        match node:
            case Operation(operator, arguments):
                return self.handlers[operator](self, operator, arguments)
            case Property(name):
                return self.property(name)
            case Literal(value):
                return literal(value)
            case Untyped(value):
                return replace(literal(value), is_untyped=True)
            case Instant(value):
                return moment(value)
            case GeometryLiteral(value):
                return Operand(shape_value(value), Kind.GEOMETRY, value.geom_type)
            case IntervalNode() | Array():
                raise self._misplaced(node)

    def predicate(self, node: Node) -> Predicate:
        """Compile a condition: a comparison, or a bare boolean property."""
        operand = self.expect(node, Kind.BOOLEAN)
        return operand.sql if isinstance(operand.sql, Predicate) else Predicate(operand.sql)

    def expect(self, node: Node, *kinds: Kind) -> Operand:
        """Compile a value that must be of one of these kinds."""
        operand = self.operand(node)
        if operand.is_untyped and Kind.TEXT not in kinds:
            operand = self.typed(operand, kinds)
        if operand.kind not in kinds:
            raise self.fault(
                _("« %(label)s » est %(kind)s ; attendu : %(expected)s.")
                % {
                    "label": operand.label,
                    "kind": _(operand.kind.value),
                    "expected": _(" ou ").join(_(kind.value) for kind in kinds),
                }
            )
        return operand

    def property(self, name: str) -> Operand:
        """Compile a property; ``geom`` and ``geometry`` both name the geometry, unless a field has that name."""
        if name in self.items:
            return self.items[name]
        field = self.fields.get(name)
        if field is not None:
            return Operand(F(field.source), _KIND_OF_FIELD[field.type], name)
        if name in GEOMETRY_NAMES and self.geometry:
            return Operand(F(self.geometry), Kind.GEOMETRY, name)
        raise UnknownProperty(name[:80], parameter=self.parameter)

    def align(self, *operands: Operand) -> list[Operand]:
        """Bring values to one kind so that they compare: texts beside dates are read as dates, and the day is compared
        when either side is a date without a time.
        """
        kinds = {operand.kind for operand in operands if not operand.is_untyped}
        is_dated = not kinds.isdisjoint(TEMPORAL)
        read = [self.typed(operand, kinds) for operand in operands]
        read = [self.dated(operand) if is_dated else operand for operand in read]
        if self.is_draft and any(operand.kind is Kind.BOOLEAN for operand in operands):
            read = [switched(operand) for operand in read]
        present = {operand.kind for operand in read}
        if present == TEMPORAL:
            return [by_day(operand) for operand in read]
        if len(present) > 1:
            raise self._mismatch(read)
        return read

    def fault(self, message: str) -> InvalidFilter:
        """Return the fault with ``message`` about this filter."""
        return InvalidFilter(message, parameter=self.parameter)

    def typed(self, operand: Operand, kinds: Collection[Kind]) -> Operand:
        """Read an untyped literal as a number or a boolean where one is expected; any other is unchanged."""
        read = next((read for kind, read in UNTYPED.items() if kind in kinds), None)
        if not operand.is_untyped or operand.text is None or read is None:
            return operand
        try:
            return literal(read(operand.text.strip()))
        except ValueError:
            raise self.fault(
                _("« %(label)s » n’est pas %(kind)s.")
                % {"label": operand.label, "kind": _(next(kind.value for kind in UNTYPED if kind in kinds))}
            ) from None

    def dated(self, operand: Operand) -> Operand:
        """Read a text literal as a date or an instant; any other operand is unchanged."""
        if operand.text is None:
            return operand
        text = standard_date(operand.text) if self.is_draft else operand.text
        parse = parse_local_moment if operand.is_untyped else parse_moment
        try:
            return moment(parse(text, parameter=self.parameter))
        except InvalidDatetime as error:
            raise self.fault(error.detail) from None

    def _misplaced(self, node: IntervalNode | Array) -> InvalidFilter:
        if isinstance(node, IntervalNode):
            return self.fault(_("INTERVAL ne s’emploie que dans les opérateurs temporels (T_…)."))
        return self.fault(_("Une liste ne s’emploie qu’après IN et dans les opérateurs A_…."))

    def _mismatch(self, operands: Sequence[Operand]) -> InvalidFilter:
        first = operands[0]
        other = next(operand for operand in operands if operand.kind is not first.kind)
        return self.fault(
            _("« %(first)s » est %(kind)s et « %(other)s » est %(other_kind)s : ils ne se comparent pas.")
            % {
                "first": first.label,
                "kind": _(first.kind.value),
                "other": other.label,
                "other_kind": _(other.kind.value),
            }
        )


def literal(value: str | int | Decimal | bool) -> Operand:
    """Return a bound literal."""
    if isinstance(value, bool):
        return Operand(Value(value), Kind.BOOLEAN, "TRUE" if value else "FALSE")
    if isinstance(value, str):
        return Operand(Value(value), Kind.TEXT, value[:40], text=value)
    return Operand(Value(value), Kind.NUMBER, str(value), number=value)


def switched(operand: Operand) -> Operand:
    """Read the numbers 0 and 1 as a boolean; any other operand is unchanged."""
    return literal(bool(operand.number)) if operand.number in {0, 1} else operand


def moment(value: Moment) -> Operand:
    """Return a bound date or instant."""
    if isinstance(value, dt.datetime):
        return Operand(Value(value, DateTimeField()), Kind.DATETIME, value.isoformat())
    return Operand(Value(value, DateField()), Kind.DATE, value.isoformat())


def by_day(operand: Operand) -> Operand:
    """Return the day of an instant in the portal's time zone; a day is unchanged."""
    if operand.kind is Kind.DATE:
        return operand
    return replace(operand, sql=TruncDate(operand.sql), kind=Kind.DATE)


def truth(sql: Predicate, label: str) -> Operand:
    """Return a compiled condition."""
    return Operand(sql, Kind.BOOLEAN, label)
