"""Rows on their trajectories: reference, last measure, what is expected, target, state, gap; a table or cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.panels.kinds import (
    Glyph,
    Miniature,
    PanelAnswer,
    PanelColumn,
    PanelRequest,
    PanelTable,
    PaperLimits,
    PaperRule,
    first_rows,
)
from dashboards.panels.labels import signed
from dashboards.panels.miniatures import rows_miniature
from dashboards.panels.options import FLAG, NAME, choice, option_schema, role, titled
from dashboards.panels.states import States, field_named
from dashboards.panels.tables import capitalised, row_notes
from dashboards.panels.trajectories import (
    FOLLOWED,
    SmallTrajectory,
    TrajectoriesKind,
    TrajectoryRow,
    TrajectoryRows,
    read_trajectories,
    small_trajectory,
    years_of,
)
from interface.territory import CommuneShape
from interface.wording import HARD_SPACE
from layers.definitions import Field
from layers.parsing import FeatureQuery

MAX_ROWS, MAX_RANKED = 100, 5
CARDS = "cards"
WORST, BEST = "worst", "best"


class Tracking(TrajectoriesKind):
    """Rows on their trajectories: reference, last measure, what is expected, target, state, gap; a table or cards."""

    name = "tracking"
    title = gettext_lazy("Suivi de trajectoires")
    icon = "list-checks"
    size = (9, 6)
    options = option_schema(
        display=choice(
            gettext_lazy("Présentation"), {"table": gettext_lazy("tableau"), CARDS: gettext_lazy("cartes")}
        ),
        rank=choice(
            gettext_lazy("Ne garder que"),
            {
                WORST: gettext_lazy("les plus loin de ce qui était attendu"),
                BEST: gettext_lazy("les plus en avance"),
            },
            description="Rows by their gap over what was expected, as many as the limit of the question; 5 without.",
        ),
        parent=titled(role(NAME, "text"), gettext_lazy("Ligne dont celle-ci est une part")),
        label=titled(role(NAME, "text"), gettext_lazy("Nom des cartes")),
        steady=titled(FLAG, gettext_lazy("Garder les lignes quels que soient les filtres de la page")),
        **FOLLOWED,
    )
    template = "dashboards/panels/tracking.html"
    phrase = gettext_lazy("Le suivi de {} : référence, dernière mesure, cible, état")
    is_resized = False
    paper = PaperRule(is_written=True, row=24, rows=40)
    shape = Glyph.ROWS

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return the rows; the one that the page has chosen stays among the others.

        Raises:
            UnknownProperty: a field or a relation that the visitor does not have.
        """
        also = ("parent", "label") if request.option("parent") else ("label",)
        rank = request.option("rank", "")
        # All of them are needed to tell which are the farthest.
        unlimited = replace(request, question=replace(request.question, limit=0)) if rank else request
        listed = read_trajectories(unlimited, limit=MAX_ROWS, also=also, selection=_selection(request))
        rows = _ranked(request, listed.rows, rank) if rank else _visible_rows(request, listed)
        lines = lines_of(rows, _label_field(request))
        return request.answer(
            _table(request, [line.row for line in lines], listed.states),
            matched=listed.matched,
            value=sum(row.state.tone == "good" for row in rows),
            context={
                "lines": lines,
                "heads": heads_of([line.row for line in lines]),
                "is_cards": request.option("display") == CARDS,
                "parent": _parent_name(rows, listed) if request.option("display") == CARDS else "",
                # Of the farthest rows alone a count of states would say nothing.
                "summary": ""
                if rank
                else _summary([line.row for line in lines if not line.is_part], listed.states),
            },
            is_empty=not lines,
            notes=() if rank else row_notes(listed.matched - len(listed.rows)),
        )

    def fills_narrow(self, answer: PanelAnswer) -> bool:
        """Return whether it is a table: cards stand beside a trajectory."""
        return not (answer.context or {})["is_cards"]

    def printed(self, answer: PanelAnswer, limits: PaperLimits) -> PanelAnswer:
        """Return the first rows."""
        return first_rows(answer, limits.rows, "lines")

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return the first rows."""
        return rows_miniature(answer)


TRACKING = Tracking()


def _ranked(request: PanelRequest, rows: Sequence[TrajectoryRow], rank: str) -> list[TrajectoryRow]:
    """Return the rows that are the farthest from what was expected, on the wrong side of it or on the right one."""

    def ahead(row: TrajectoryRow) -> float:
        gap, expected = row.number("gap") or 0, row.number("expected") or 0
        return (gap if row.is_up else -gap) / (abs(expected) or 1)

    able = [row for row in rows if row.number("gap") is not None]
    return sorted(able, key=ahead, reverse=rank == BEST)[: request.question.limit or MAX_RANKED]


def _label_field(request: PanelRequest) -> Field | None:
    name = request.option("label", "")
    return field_named(request, name, "label") if name else None


def _selection(request: PanelRequest) -> FeatureQuery | None:
    """Return the page's conditions without the choice of a row; a steady panel follows that choice alone."""
    if request.option("steady", False):
        return request.unfiltered_query
    selects = request.option("selects", "")
    return request.without([selects]) if selects else None


def _visible_rows(request: PanelRequest, listed: TrajectoryRows) -> list[TrajectoryRow]:
    """Return the rows of the whole with the parts of the one that is chosen; of cards, these parts alone.

    Parts whose whole is not among the rows stand for themselves.
    """
    if not request.option("parent"):
        return list(listed.rows)
    chosen = set(request.chosen.get(request.option("selects", ""), ()))
    parents = [str(row.options["parent"]) for row in listed.rows if row.options["parent"]]
    if request.option("display") == CARDS:
        parent = next((code for code in parents if code in chosen), next(iter(parents), ""))
        return [row for row in listed.rows if row.options["parent"] == parent]
    codes = {_code(row) for row in listed.rows}
    opened = chosen | {str(row.options["parent"]) for row in listed.rows if _code(row) in chosen}
    return [row for row in listed.rows if str(row.options["parent"] or "") not in codes - opened]


def _code(row: TrajectoryRow) -> str:
    return str(row.options.get("selects") or "")


def _parent_name(rows: Sequence[TrajectoryRow], listed: TrajectoryRows) -> str:
    """Return the name of what the rows are parts of, where they are parts of one thing."""
    wholes = {str(row.options.get("parent") or "") for row in rows} - {""}
    return next((row.name for row in listed.rows if _code(row) in wholes), "") if len(wholes) == 1 else ""


def _summary(rows: Sequence[TrajectoryRow], states: States) -> str:
    """Say how many rows are in each state, good ones first."""
    counts = Counter(row.state.code for row in rows)
    parts = [
        _("%(title)s : %(text)s") % {"title": states.of(code).title, "text": counts[code]}
        for code in sorted(counts, key=states.rank)
    ]
    return " · ".join(parts)


_COLUMNS = (
    "reference_year", "reference", "measure_year", "measure", "expected", "target_year", "target", "gap", "units",
)  # fmt: skip
_YEARS = frozenset({"reference_year", "measure_year", "target_year"})


def _table(request: PanelRequest, rows: Sequence[TrajectoryRow], states: States) -> PanelTable:
    """Return the rows with plain values; years are no amounts."""
    names = [name for name in _COLUMNS if request.option(name)]
    fields = [field_named(request, str(request.option(name)), name) for name in names]
    selects = request.option("selects", "")
    return PanelTable(
        columns=(
            PanelColumn("name", capitalised(str(request.scope.definition.singular))),
            *(
                PanelColumn(
                    name, capitalised(str(field.title)), is_number=name not in _YEARS and name != "units"
                )
                for name, field in zip(names, fields, strict=True)
            ),
            PanelColumn("state", capitalised(str(states.field.title))),
        ),
        rows=tuple((row.name, *(row.options.get(name) for name in names), row.state.title) for row in rows),
        filters=tuple(_filter(selects, row.options) for row in rows),
        features=tuple(row.pk for row in rows),
    )


def _filter(selects: str, values: Any) -> tuple[str, str] | None:
    return (selects, str(values["selects"])) if selects and values.get("selects") not in (None, "") else None


@dataclass(frozen=True, slots=True)
class TrackedCell:
    """An amount and the year that it is of."""

    text: str
    year: str = ""


@dataclass(frozen=True, slots=True)
class TrackedLine:
    """A row in words; ``is_part`` is one that stands under the row it is a part of, which has ``parts``."""

    row: TrajectoryRow
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
    """Years common to all the rows; none where they differ, and each row has its own."""

    reference: str
    measure: str
    target: str
    span: str


def lines_of(rows: Sequence[TrajectoryRow], label: Field | None) -> list[TrackedLine]:
    """Return rows in words, parts after the row they are of; ``label`` is the field that names a card."""
    years = years_of(rows)
    codes = {str(row.options.get("selects")) for row in rows}
    parts = [row for row in rows if str(row.options.get("parent") or "") in codes - {"", "None"}]
    lines: list[TrackedLine] = []
    for row in rows:
        if row in parts:
            continue
        lines.append(_line(row, label, years, is_part=False))
        own = [part for part in parts if str(part.options["parent"]) == str(row.options.get("selects"))]
        lines += [_line(part, label, years, is_part=True) for part in own]
    return lines


def heads_of(rows: Sequence[TrajectoryRow]) -> TrackedHeads:
    """Return the years of the columns."""
    first, last = years_of(rows)
    return TrackedHeads(
        _one_year(rows, "reference_year"),
        _one_year(rows, "measure_year"),
        _one_year(rows, "target_year"),
        f"{first}–{last}" if first else "",
    )


def _one_year(rows: Sequence[TrajectoryRow], name: str) -> str:
    """Return the year that all the rows have; those without any do not count."""
    years = {row.year(name) for row in rows} - {None}
    return str(years.pop()) if len(years) == 1 else ""


def _year(row: TrajectoryRow, name: str) -> str:
    return str(row.year(name) or "")


def _line(row: TrajectoryRow, label: Field | None, years: tuple[int, int], *, is_part: bool) -> TrackedLine:
    amounts = row.amounts
    return TrackedLine(
        row=row,
        label=str(label.label(row.options["label"])) if label and row.options.get("label") else row.name,
        reference=TrackedCell(amounts.plain(row.number("reference")), _year(row, "reference_year")),
        measure=TrackedCell(amounts.plain(row.number("measure")), _year(row, "measure_year")),
        expected=TrackedCell(amounts.plain(row.number("expected")), _year(row, "measure_year")),
        target=TrackedCell(amounts.plain(row.number("target")), _year(row, "target_year")),
        gap=amounts.signed(row.number("gap")),
        change=_change(row),
        drawing=small_trajectory(row, years),
        is_part=is_part,
    )


def _change(row: TrajectoryRow) -> str:
    """Say how much the last measure differs from the reference: in percents of it, or in points of percentages."""
    measure, reference = row.number("measure"), row.number("reference")
    if measure is None or not reference:
        return ""
    change = row.amounts.signed(measure - reference)
    if not row.amounts.unit.startswith("%"):
        change = f"{signed(round(100 * (measure - reference) / abs(reference)))}{HARD_SPACE}%"
    return _("%(change)s depuis %(year)s") % {"change": change, "year": row.year("reference_year") or ""}
