"""When records fall due: of each kind, the latest record decides, and how late it is has a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from explorer.sheet.status import StatusWord, status_word
from layers.definitions import Due, Relation, Text

SOON_DAYS = 30


class DueState(Enum):
    """How near a due date is; the value is the word of the style sheets."""

    OVERDUE = "overdue"
    SOON = "soon"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class DueDate:
    """What is to be done again, and when: ``days`` are counted from today, negative when the date is past."""

    kind: str
    date: dt.date
    days: int

    @property
    def state(self) -> DueState:
        """Whether the date is past, in the next thirty days, or further."""
        if self.days < 0:
            return DueState.OVERDUE
        return DueState.SOON if self.days <= SOON_DAYS else DueState.FINE


def due_dates(relation: Relation, records: Iterable[Any], *, today: dt.date) -> tuple[DueDate, ...]:
    """Return what is due, most urgent first: one date a kind, that of its latest record, if it has one."""
    due = relation.due
    if due is None:
        return ()
    kinds = next(field for field in relation.fields if field.name == due.kind)
    latest = _latest(due, records)
    dated = [(kind, getattr(record, due.field)) for kind, record in latest.items()]
    found = [DueDate(str(kinds.label(kind)), day, (day - today).days) for kind, day in dated if day]
    return tuple(sorted(found, key=lambda item: (item.date, item.kind)))


@dataclass(frozen=True, slots=True)
class LatestRecord:
    """The last record of a relation that falls due: its kind, its day, what it concludes and what is due next."""

    title: Text
    kind: str
    date: dt.date
    result: StatusWord | None
    due: tuple[DueDate, ...]


def latest_record(relation: Relation, records: Iterable[Any], *, today: dt.date) -> LatestRecord | None:
    """Return the last record of a relation; None where nothing falls due, or there is no record."""
    due, records = relation.due, list(records)
    if due is None or not records:
        return None
    last = max(records, key=lambda record: (getattr(record, due.since), record.pk))
    fields = {field.name: field for field in relation.fields}
    result = due.result
    return LatestRecord(
        title=due.latest or relation.title,
        kind=str(fields[due.kind].label(getattr(last, due.kind))),
        date=getattr(last, due.since),
        result=status_word(result, getattr(last, result.field), fields) if result else None,
        due=due_dates(relation, records, today=today),
    )


def _latest(due: Due, records: Iterable[Any]) -> dict[Any, Any]:
    """Return the latest record of each kind; of two of one day, the one written last."""
    ordered = sorted(records, key=lambda record: (getattr(record, due.since), record.pk))
    return {getattr(record, due.kind): record for record in ordered}
