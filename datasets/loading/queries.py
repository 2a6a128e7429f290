"""The findings of a delivery, as one person may read them: the line and the rule for all, the value for who reads it.

A value is told when the person reads every field, in every row; otherwise only when the finding is about fields that
they read. What is about a whole row, or about a position (made of columns that may be protected), is then masked too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from django.core.paginator import Page, Paginator

from datasets.access import Reading
from datasets.models import Delivery, ReportLine

PAGE_LINES = 50


@dataclass(frozen=True, slots=True)
class VisibleFinding:
    """A finding for one person: ``line`` 0 is the whole file; a value that ``is_masked`` is not there at all."""

    line: int
    severity: str
    field: str
    value: str
    is_masked: bool
    reason: str


class _Findings(Sequence[VisibleFinding]):
    """The findings of a delivery as a sequence that is read a slice at a time."""

    def __init__(self, delivery: Delivery, reading: Reading) -> None:
        self.lines = ReportLine.objects.filter(delivery=delivery).order_by("severity", "pk")
        self.open_titles = _open_titles(delivery, reading)

    def __len__(self) -> int:
        return self.lines.count()

    @overload
    def __getitem__(self, part: int) -> VisibleFinding: ...

    @overload
    def __getitem__(self, part: slice) -> list[VisibleFinding]: ...

    def __getitem__(self, part: int | slice) -> VisibleFinding | list[VisibleFinding]:
        if isinstance(part, int):
            return _told(self.open_titles, self.lines[part])
        return [_told(self.open_titles, line) for line in self.lines[part]]

    def __iter__(self) -> Iterator[VisibleFinding]:
        return (_told(self.open_titles, line) for line in self.lines.iterator())


def findings_of(delivery: Delivery, reading: Reading) -> Iterator[VisibleFinding]:
    """Yield every finding that is kept of a delivery."""
    return iter(_Findings(delivery, reading))


def findings_page(delivery: Delivery, reading: Reading, asked: str) -> Page[VisibleFinding]:
    """Return a page of the findings; a number that is not one gives the first, one too large the last."""
    return Paginator(_Findings(delivery, reading), PAGE_LINES).get_page(asked)


def _told(open_titles: frozenset[str] | None, line: ReportLine) -> VisibleFinding:
    is_masked = bool(line.value) and open_titles is not None and line.field not in open_titles
    value = "" if is_masked else line.value
    return VisibleFinding(line.line, line.get_severity_display(), line.field, value, is_masked, line.reason)


def _open_titles(delivery: Delivery, reading: Reading) -> frozenset[str] | None:
    """Return the titles in the file whose values are told, those of a key joined as its rule does; None: all."""
    schema = delivery.schema_version.schema
    if reading.covers(schema.by_name):
        return None
    if not reading.has_every_row:
        return frozenset()
    hidden = {item.source for item in schema.fields if item.name not in reading.fields}
    titles = {item.source for item in schema.fields}
    key = ", ".join(schema.by_name[name].source for name in schema.key)
    return frozenset((titles | {key}) - hidden if reading.covers(schema.key) else titles - hidden - {key})
