"""Progress from a reference to a target: how far, whether on time, and the line that leads there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import linear_regression
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.lines import axis_over
from dashboards.panels.charts.marks import Encoding, end_alignment, haloed, interactive_mark, mark
from dashboards.panels.charts.theme import MAIN, height_of, specification
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.groups import Row, is_symbol, read_groups, tip
from dashboards.panels.kinds import (
    Fit,
    Glyph,
    KeyFamily,
    KeyRule,
    Miniature,
    PanelAnswer,
    PanelRequest,
)
from dashboards.panels.labels import amount, signed
from dashboards.panels.miniatures import value_miniature
from dashboards.panels.options import (
    DECIMALS,
    TITLES,
    UNIT,
    Schema,
    needed,
    number_between,
    option_schema,
    titled,
)
from dashboards.panels.periods import Point, figure_value
from dashboards.panels.queries import measures_of
from dashboards.panels.states import GOOD, NONE, WARN
from dashboards.panels.tables import table_of
from dashboards.sources.keys import is_period, time_key
from dashboards.sources.source import PanelSource
from interface.territory import CommuneShape
from layers.errors import InvalidParameter
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

_AROUND = 90


_MILESTONE: Schema = {
    "type": "object",
    "properties": {
        "date": {
            "anyOf": [
                {"type": "integer", "minimum": 1900, "maximum": 2200},
                {"type": "string", "pattern": r"^\d{4}(-\d{2}-\d{2})?$"},
            ],
            "title": gettext_lazy("Année ou jour"),
            "description": "A day, or a year.",
        },
        "value": {"type": "number", "title": gettext_lazy("Valeur")},
    },
    "required": ["date", "value"],
    "additionalProperties": False,
}


class Progress(GroupsKind):
    """Progress from a reference to a target: how far, whether on time, and the line that leads there."""

    name = "progress"
    title = gettext_lazy("Progression")
    short_title = gettext_lazy("Cible")
    icon = "target"
    options = option_schema(
        unit=UNIT,
        decimals=DECIMALS,
        titles=TITLES,
        reference=needed(titled(_MILESTONE, gettext_lazy("Point de départ"))),
        target=needed(titled(_MILESTONE, gettext_lazy("Cible"))),
        tolerance=number_between(
            0,
            50,
            title=gettext_lazy("Écart toléré (%)"),
            description="Percents of what is expected that may be missed.",
        ),
    )
    template = "dashboards/panels/progress.html"
    keys = KeyRule(1, 1, families=(KeyFamily.PERIODS,))
    shape = Glyph.BARS
    has_order = False

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return the way from the reference to the target.

        Raises:
            InvalidParameter: the question has no period, or the document no reference or no target.
        """
        groups = read_groups(request, keys=(1, 1), is_sorted=False)
        if not groups.keys[0].period:
            raise InvalidParameter(_("Une progression se mesure par période."), parameter="by")
        line = Trajectory(
            reference=_milestone(request, "reference"),
            target=_milestone(request, "target"),
            points=figure_value(groups.result).points,
            tolerance=request.option("tolerance", 2) / 100,
        )
        unit = request.option("unit", measures_of(groups.result)[0].unit)
        write = partial(amount, decimals=groups.words.decimals)
        return request.answer(
            table_of(groups.result, unit=unit, titles=request.option("titles")),
            matched=groups.result.matched,
            value=line.last.value if line.last else None,
            unit=unit,
            spec=_chart(request, line, unit, write),
            context=_context(line, unit, groups.words.decimals, write),
            is_empty=False,
        )

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source without a date."""
        return "" if source.dates else _("aucune date ici.")

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question along a period, from five years ago to five years ahead."""
        along = next((key for key in question.by if is_period(key)), "") or time_key(source)
        year = timezone.localdate().year
        ends = {"reference": {"date": year - 5, "value": 0}, "target": {"date": year + 5, "value": 100}}
        return Fit(replace(self.grouped(source, question, [along]), series=(), limit=0), ends)

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return the last value."""
        return value_miniature(answer)


PROGRESS = Progress()


def _milestone(request: PanelRequest, name: str) -> DatedValue:
    value = request.option(name)
    try:
        return DatedValue.of(value)
    except (TypeError, KeyError, ValueError):
        raise InvalidParameter(
            _("Une progression demande « %s » : une date (ou une année) et une valeur.") % name,
            parameter=name,
        ) from None


Write = Callable[..., str]


def _chart(request: PanelRequest, line: Trajectory, unit: str, write: Write) -> dict[str, Any] | None:
    if line.last is None:
        return None
    measured = [
        _row(point.start, point.value, point.label, write(point.value, unit)) for point in line.points
    ]
    return progress_chart(
        measured,
        [
            _row(line.reference.day, line.reference.value, _("référence"), write(line.reference.value, unit)),
            _end(line.target, _("cible"), unit, write),
        ],
        [measured[-1], _end(line.projected, _("projection"), unit, write)] if line.projected else [],
        height=max(height_of(request.panel) - _AROUND, 110),
        description=request.panel.title,
    )


def _row(day: dt.date, value: float, title: str, words: str) -> Row:
    return {"k0": day.isoformat(), "v0": value, "w0": words, "tip": tip([title], words), "filters": []}


def _end(end: DatedValue, title: str, unit: str, write: Write) -> Row:
    """Return an end of the chart, with its name and value."""
    row = _row(end.day, end.value, f"{title} {end.day.year}", write(end.value, unit))
    return row | {"w0": f"{write(end.value, unit if is_symbol(unit) else '')}, {title}"}


def _context(line: Trajectory, unit: str, decimals: int | None, write: Write) -> dict[str, Any]:
    return {
        "state": line.state,
        "tone": {ON_TRACK: GOOD, LATE: WARN}.get(line.state, NONE),
        "value": write(line.last.value if line.last else None),
        "unit": unit,
        "period": line.last.label if line.last else "",
        "expected": write(line.expected, unit),
        "gap": "" if line.gap is None else signed(line.gap, unit, decimals=decimals),
        "reference": write(line.reference.value, unit),
        "reference_year": str(line.reference.day.year),
        "target": write(line.target.value, unit),
        "target_year": str(line.target.day.year),
        "done": "" if line.done is None else amount(round(line.done * 100), "%"),
        "projection": _projection(line, unit, write),
        "pace": _("rythme de %(first)s à %(last)s")
        % {"first": line.recent[0].label, "last": line.recent[-1].label}
        if line.projected
        else "",
    }


def _projection(line: Trajectory, unit: str, write: Write) -> str:
    if line.projected is None:
        return ""
    return _("Au rythme actuel : %(value)s en %(year)s, objectif %(target)s") % {
        "value": write(line.projected.value, unit),
        "year": line.projected.day.year,
        "target": write(line.target.value, unit),
    }


_PROJECTED = "token:warn"
_ROOM = 110
"""Pixels at the right of the chart for the words of its ends."""


def progress_chart(
    measured: Sequence[Row],
    expected: Sequence[Row],
    projected: Sequence[Row],
    *,
    height: int,
    description: str,
) -> dict[str, Any]:
    """Return the specification; rows have their labels (``w0``).

    ``expected`` are the reference and the target, ``projected`` the last measure and where it leads, if anywhere.
    """
    encoding = {
        "x": axis_over("year", room=_ROOM),
        "y": altair.Y("v0:Q", title=None, scale=altair.Scale(zero=False)),
    }
    words = {**encoding, "text": altair.Text("w0:N")}
    is_under = bool(projected) and projected[-1]["v0"] > expected[-1]["v0"]
    layers = [
        mark("line", expected, encoding, color="token:ink-2", strokeDash=[5, 4], strokeWidth=1.5),
        mark("line", measured, encoding, color=MAIN),
        interactive_mark("point", measured, encoding, color=MAIN, size=45),
        interactive_mark(
            "point", expected[-1:], encoding, color="token:ink-2", filled=False, size=90, strokeWidth=2
        ),
        *_projection_layer(projected, encoding),
        *haloed(expected[-1:], words, **end_alignment(is_under=is_under, is_alone=not projected)),
        *haloed(projected[-1:], words, **end_alignment(is_under=not is_under, is_alone=False)),
        *haloed(measured[-1:], words, baseline="bottom", dy=-8),
    ]
    return specification(altair.layer(*layers), height=height, description=description)


def _projection_layer(rows: Sequence[Row], encoding: Encoding) -> list[altair.Chart]:
    if not rows:
        return []
    return [
        mark("line", rows, encoding, color=_PROJECTED, strokeDash=[2, 3], strokeWidth=2.5),
        interactive_mark("point", rows[-1:], encoding, color=_PROJECTED, size=60),
    ]


ON_TRACK, LATE, UNKNOWN = "on-track", "late", "unknown"
PACE = dt.timedelta(days=5 * 365 + 2)
"""How far back the present pace is looked for: the five years before the last measure."""


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value at a day."""

    day: dt.date
    value: float

    @classmethod
    def of(cls, option: Mapping[str, Any]) -> DatedValue:
        """Return the milestone of a document: ``date`` is a day or a year."""
        text = str(option["date"])
        day = dt.date(int(text), 1, 1) if len(text) == 4 else dt.date.fromisoformat(text)
        return cls(day, float(option["value"]))


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A straight line from ``reference`` to ``target``, and the measures.

    ``tolerance`` is the part of the expected value that the measure may miss (0.02: two percents).
    """

    reference: DatedValue
    target: DatedValue
    points: Sequence[Point]
    tolerance: float = 0.02

    @property
    def last(self) -> Point | None:
        """The last measure."""
        return self.points[-1] if self.points else None

    @property
    def expected(self) -> float | None:
        """What was expected at the day of the last measure."""
        return None if self.last is None else self.at(self.last.start)

    @property
    def gap(self) -> float | None:
        """The last measure, less what was expected."""
        return None if self.last is None or self.expected is None else self.last.value - self.expected

    @property
    def state(self) -> str:
        """Whether the last measure follows the line, on the side that leads to the target."""
        if self.gap is None or self.expected is None:
            return UNKNOWN
        direction = 1 if self.target.value >= self.reference.value else -1
        return ON_TRACK if self.gap * direction >= -abs(self.expected) * self.tolerance else LATE

    @property
    def done(self) -> float | None:
        """How much of the way is done, from 0 to 1; None when there is no way."""
        way = self.target.value - self.reference.value
        if self.last is None or not way:
            return None
        return min(max((self.last.value - self.reference.value) / way, 0.0), 1.0)

    @property
    def recent(self) -> Sequence[Point]:
        """The measures of the present pace: those of the last years, the last two at least."""
        if self.last is None:
            return ()
        since = self.last.start - PACE
        points = [point for point in self.points if point.start >= since]
        return points if len(points) > 1 else self.points[-2:]

    @property
    def pace(self) -> float | None:
        """What a day adds at the present pace: the slope of the line that fits recent measures best; None below two."""
        recent = self.recent
        if len(recent) < 2:
            return None
        days = [float((point.start - recent[0].start).days) for point in recent]
        return linear_regression(days, [point.value for point in recent]).slope

    @property
    def projected(self) -> DatedValue | None:
        """Where the present pace leads from the last measure at the day of the target; None once it has passed.

        What has never been below zero does not go there, and what is counted stays whole.
        """
        if self.last is None or self.pace is None or self.last.start >= self.target.day:
            return None
        value = self.last.value + self.pace * (self.target.day - self.last.start).days
        values = (self.reference.value, self.target.value, *(point.value for point in self.points))
        if min(values) >= 0:
            value = max(value, 0.0)
        return DatedValue(self.target.day, float(round(value)) if all(map(_is_integer, values)) else value)

    def at(self, day: dt.date) -> float:
        """Return what is expected at a day: the reference before the line, the target after it."""
        length = (self.target.day - self.reference.day).days
        passed = min(max((day - self.reference.day).days, 0), max(length, 0))
        way = self.target.value - self.reference.value
        return self.reference.value + (way * passed / length if length > 0 else way)


def _is_integer(value: float) -> bool:
    return value == int(value)
