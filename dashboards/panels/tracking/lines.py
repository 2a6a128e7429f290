"""Lines of a tracking panel in words: amounts with their decimals, years where rows differ, the small trajectory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.panels.labels import signed
from dashboards.panels.trajectories.reading import FollowedRow
from dashboards.panels.trajectories.spark import SmallTrajectory, small_trajectory, years_of
from interface.wording import HARD_SPACE
from layers.definitions import Field


@dataclass(frozen=True, slots=True)
class TrackedCell:
    """An amount and the year that it is of."""

    text: str
    year: str = ""


@dataclass(frozen=True, slots=True)
class TrackedLine:
    """A row in words; ``is_part`` is one that stands under the row it is a part of, which has ``parts``."""

    row: FollowedRow
    label: str
    reference: TrackedCell
    measure: TrackedCell
    expected: TrackedCell
    target: TrackedCell
    gap: str
    change: str
    drawing: SmallTrajectory | None
    is_part: bool = False

    @property
    def unit(self) -> str:
        """The unit of its amounts."""
        return self.row.amounts.unit


@dataclass(frozen=True, slots=True)
class TrackedHeads:
    """Years that all the rows have; none where they differ, and each row says its own."""

    reference: str
    measure: str
    target: str
    span: str


def lines_of(rows: Sequence[FollowedRow], label: Field | None) -> list[TrackedLine]:
    """Return rows in words, parts after the row they are of; ``label`` is the field that names a card."""
    years = years_of(rows)
    codes = {str(row.said.get("selects")) for row in rows}
    parts = [row for row in rows if str(row.said.get("parent") or "") in codes - {"", "None"}]
    found: list[TrackedLine] = []
    for row in rows:
        if row in parts:
            continue
        found.append(_line(row, label, years, is_part=False))
        own = [part for part in parts if str(part.said["parent"]) == str(row.said.get("selects"))]
        found += [_line(part, label, years, is_part=True) for part in own]
    return found


def heads_of(rows: Sequence[FollowedRow]) -> TrackedHeads:
    """Return the years of the columns."""
    first, last = years_of(rows)
    return TrackedHeads(
        _one_year(rows, "reference_year"),
        _one_year(rows, "measure_year"),
        _one_year(rows, "target_year"),
        f"{first}–{last}" if first else "",
    )


def _one_year(rows: Sequence[FollowedRow], name: str) -> str:
    """Return the year that all the rows have; those without any do not count."""
    years = {row.year(name) for row in rows} - {None}
    return str(years.pop()) if len(years) == 1 else ""


def _year(row: FollowedRow, name: str) -> str:
    return str(row.year(name) or "")


def _line(row: FollowedRow, label: Field | None, years: tuple[int, int], *, is_part: bool) -> TrackedLine:
    amounts = row.amounts
    return TrackedLine(
        row=row,
        label=str(label.label(row.said["label"])) if label and row.said.get("label") else row.name,
        reference=TrackedCell(amounts.plain(row.number("reference")), _year(row, "reference_year")),
        measure=TrackedCell(amounts.plain(row.number("measure")), _year(row, "measure_year")),
        expected=TrackedCell(amounts.plain(row.number("expected")), _year(row, "measure_year")),
        target=TrackedCell(amounts.plain(row.number("target")), _year(row, "target_year")),
        gap=amounts.signed(row.number("gap")),
        change=_change(row),
        drawing=small_trajectory(row, years),
        is_part=is_part,
    )


def _change(row: FollowedRow) -> str:
    """Say how much the last measure differs from the reference: in percents of it, or in points of percentages."""
    measure, reference = row.number("measure"), row.number("reference")
    if measure is None or not reference:
        return ""
    change = row.amounts.signed(measure - reference)
    if not row.amounts.unit.startswith("%"):
        change = f"{signed(round(100 * (measure - reference) / abs(reference)))}{HARD_SPACE}%"
    return _("%(change)s depuis %(year)s") % {"change": change, "year": row.year("reference_year") or ""}
