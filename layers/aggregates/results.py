"""What an aggregate answers: columns that say what they are, and rows of plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from layers.definitions import FieldType

# What a cell may hold: dates and instants are those of Python, numbers are finite, None is "no value".
Plain = str | bool | int | float | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Bins:
    """The bins of a column, of width ``step``: in the unit of the field, in days for dates, in seconds for instants.

    A bin holds its start and not its end; ``has_closed_end`` tells that the last one holds its end too. ``edges`` are
    the starts of all bins and the end of the last, empty ones included; there are none for bins that follow the
    multiples of their width, nor where no row has a value.
    """

    step: float
    edges: tuple[Plain, ...] = ()
    has_closed_end: bool = False


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of the answer; ``name`` is how it was asked.

    ``labels`` gives the words of coded values and communes. Of periods (``period``) and bins (``bins``) a cell is the
    start. ``counts_once`` is false for a group key whose groups share rows: the elements of a list.
    """

    name: str
    title: str
    type: FieldType
    unit: str = ""
    is_key: bool = False
    period: str = ""
    bins: Bins | None = None
    counts_once: bool = True
    labels: Mapping[Plain, str] = field(default_factory=dict)

    def label(self, value: Plain) -> str:
        """Return the words of a value of a group; a value without any is written as it is."""
        if isinstance(value, bool):
            return _("Oui") if value else _("Non")
        return _("Non renseigné") if value is None else self.labels.get(value, str(value))


@dataclass(frozen=True, slots=True)
class AggregateResult:
    """Groups of a selection: keys first, then measures, in each of ``rows``.

    ``matched`` is how many features the selection holds, ``groups`` how many groups they make, of which ``rows``
    are the first ``limit``.

    A layer may suppress the groups that count fewer rows than ``smallest_count`` (0: it does not): their measures are
    None, and so are those of other groups that would give them away. ``suppressed`` are the places of these rows, and
    ``matched`` is None when the whole selection counts fewer. A cell computed from a suppressed one is None too. With
    ``hides_groups`` such groups are left out like those without rows, since their being there would tell.
    """

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Plain, ...], ...]
    matched: int | None
    groups: int
    limit: int
    smallest_count: int = 0
    suppressed: frozenset[int] = frozenset()
    hides_groups: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether there are groups beyond those given."""
        return self.beyond > 0

    @property
    def beyond(self) -> int:
        """How many groups are not given."""
        return self.groups - len(self.rows)


def plain(value: object, kind: FieldType) -> Plain:
    """Return what the database gave as a plain value of a type."""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        if kind is FieldType.INTEGER:
            return int(value)
        number = float(value)
        return number if abs(number) < float("inf") else None
    assert value is None or isinstance(value, str | bool | dt.date)
    return value
