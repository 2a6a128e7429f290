"""Pages by key, not by offset: a page starts after the last row of the one before, whatever was written meanwhile.

The cursor is opaque to clients: base64url of the sort it belongs to and of a row's sort values. It stands for the rows
that follow that row, or for those that precede it when the sort is written after ``<``. NULL sorts last in both
directions, and the id closes every sort, so that the order is total.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, OrderBy, Q, QuerySet
from django.db.models.functions import Collate
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.translation import gettext as _

from layers.definitions import ID, Field, FieldType
from layers.errors import InvalidCursor

# Before the sort in a cursor: no name of a field, nor the sign of a descending one, begins so.
_BACKWARD = "<"


@dataclass(frozen=True, slots=True)
class Window:
    """The rows of a page, in order. ``is_after``: some come before them; ``is_before``: some come after.

    A page that goes forward does not know what follows: ``rows`` then holds one row more, if there is one. ``start`` is
    where it starts: the sort values of the row before, none on the first page. ``select`` makes the rows, which a page
    whose statement is cached does without.
    """

    select: Callable[[], QuerySet[Any]]
    is_after: bool
    is_before: bool = False
    start: Sequence[Any] = ()

    @property
    def rows(self) -> QuerySet[Any]:
        """The rows, ordered and cut."""
        return self.select()

    def is_followed(self, count: int, limit: int) -> bool:
        """Whether a page follows, once ``count`` rows were read."""
        return self.is_before or count > limit


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as plain values by field name, and the cursors of the pages around them; ``""`` where there is none."""

    rows: list[dict[str, Any]]
    next: str
    previous: str


@dataclass(frozen=True, slots=True)
class RowOrder:
    """A total order over the rows of a layer: resolved sort keys, closed by the id."""

    keys: tuple[tuple[Field, bool], ...]

    @classmethod
    def of(cls, keys: Sequence[tuple[Field, bool]]) -> RowOrder:
        """Close the order with the id unless it is already there."""
        closed = tuple(keys)
        if all(field.name != ID.name for field, _descending in closed):
            closed = (*closed, (ID, False))
        return cls(closed)

    @property
    def sources(self) -> tuple[str, ...]:
        """ORM paths of the sort values, in order."""
        return tuple(field.source for field, _descending in self.keys)

    @property
    def is_by_id(self) -> bool:
        """Whether the id alone orders the rows."""
        return self.sources == (ID.source,)

    def expressions(self) -> list[OrderBy]:
        """Return the ORDER BY terms: NULL last, where there may be one."""
        return [
            _compared(field).desc(nulls_last=_may_be_null(field)) if descending else _compared(field).asc()
            for field, descending in self.keys
        ]

    def reversed(self) -> list[OrderBy]:
        """Return the ORDER BY terms of the same rows from the last to the first."""
        return [
            _compared(field).asc(nulls_first=_may_be_null(field)) if descending else _compared(field).desc()
            for field, descending in self.keys
        ]

    def __str__(self) -> str:
        return ",".join(f"{'-' if descending else ''}{field.name}" for field, descending in self.keys)

    def cursor(self, values: Sequence[Any], *, is_backward: bool = False) -> str:
        """Return the token of the page that follows a row with these sort values, or of the one that precedes it."""
        position = f"{_BACKWARD if is_backward else ''}{self}"
        text = json.dumps([position, *values], default=_exact, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def around(self, values: Sequence[Any], *, is_backward: bool) -> Q:
        """Return the condition of the rows that follow a row with these sort values, or of those that precede it."""
        beyond = _precedes if is_backward else _follows
        condition, same = Q(pk__in=[]), Q()
        for (field, descending), value in zip(self.keys, values, strict=True):
            condition |= same & beyond(field, descending, value)
            same &= Q(**{f"{field.source}__isnull": True}) if value is None else Q(**{field.source: value})
        return condition

    def read(self, cursor: str) -> tuple[list[Any], bool]:
        """Return the sort values of a cursor, and whether it stands for the rows that precede them.

        Raises:
            InvalidCursor: not a token of this order.
        """
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            order, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (ValueError, TypeError, RecursionError, binascii.Error):
            raise _refused() from None
        is_backward = isinstance(order, str) and order.startswith(_BACKWARD)
        if (order[1:] if is_backward else order) != str(self) or len(values) != len(self.keys):
            raise _refused()
        read = [_read(field, value) for (field, _descending), value in zip(self.keys, values, strict=True)]
        return read, is_backward


def _may_be_null(field: Field) -> bool | None:
    """Whether to write the position of NULL; never for the id, which has none: its index would not be used."""
    return None if field.name == ID.name else True


def _exact(value: Any) -> str:
    """Write a date, an instant to the microsecond, or a decimal: the next page starts at this very value."""
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _compared(field: Field) -> F | Collate:
    """Return the sort expression: texts in the order of a French dictionary, whatever the locale of the database."""
    value = F(field.source)
    return Collate(value, "fr-x-icu") if field.type is FieldType.TEXT else value


def _follows(field: Field, descending: bool, value: Any) -> Q:
    if value is None:
        return Q(pk__in=[])
    further = Q((LessThan if descending else GreaterThan)(_compared(field), value))
    return further if field is ID else further | Q(**{f"{field.source}__isnull": True})


def _precedes(field: Field, descending: bool, value: Any) -> Q:
    if value is None:
        return Q(**{f"{field.source}__isnull": False})
    return Q((GreaterThan if descending else LessThan)(_compared(field), value))


# What neither UTF-8 nor a PostgreSQL text can hold.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_READERS: dict[FieldType, tuple[type, ...]] = {
    FieldType.TEXT: (str,),
    FieldType.INTEGER: (int,),
    FieldType.NUMBER: (int, float, str),
    FieldType.BOOLEAN: (bool,),
    FieldType.DATE: (str,),
    FieldType.DATETIME: (str,),
    FieldType.TEXTS: (list,),
}


def _read(field: Field, value: Any) -> Any:
    """Check a value that comes back from a client against the type of its field."""
    if value is None and field is not ID:
        return None
    if not isinstance(value, _READERS[field.type]) or (
        isinstance(value, bool) != (field.type is FieldType.BOOLEAN)
    ):
        raise _refused()
    try:
        return _parse(field.type, value)
    except (ValueError, OverflowError, InvalidOperation):
        raise _refused() from None


def _parse(kind: FieldType, value: Any) -> Any:
    if kind is FieldType.DATE:
        return dt.date.fromisoformat(value)
    if kind is FieldType.DATETIME:
        return _aware(dt.datetime.fromisoformat(value))
    if kind is FieldType.NUMBER:
        return _finite(value)
    if kind is FieldType.INTEGER and not -(2**63) <= value < 2**63:
        raise OverflowError
    texts = value if kind is FieldType.TEXTS else [value] if kind is FieldType.TEXT else []
    if not all(isinstance(text, str) and not _UNSTORABLE.search(text) for text in texts):
        raise ValueError
    return value


def _aware(instant: dt.datetime) -> dt.datetime:
    if instant.tzinfo is None:
        raise ValueError
    return instant


def _finite(value: float | str) -> float | Decimal:
    """Return a float for a double column, a Decimal for a numeric one (written as text): equality must be exact."""
    number = Decimal(value) if isinstance(value, str) else float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _refused() -> InvalidCursor:
    return InvalidCursor(
        _("Ce jeton de page ne vient pas de cette liste ou de ce tri : reprenez depuis la première page."),
        parameter="cursor",
    )
