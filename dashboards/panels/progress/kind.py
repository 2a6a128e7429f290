"""Progress from a reference to a target: how far, whether on time, and the line that leads there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.rows import Row, is_symbol, tip
from dashboards.panels.charts.size import height_of
from dashboards.panels.figure.queries import figure_value
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.groups import read_groups
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
from dashboards.panels.options import TITLES, UNIT, Schema, needed, number_between, option_schema, titled
from dashboards.panels.progress.spec import progress_chart
from dashboards.panels.progress.trajectory import DatedValue, Trajectory
from dashboards.panels.queries import measures_of
from dashboards.panels.tables import table_of
from dashboards.sources.keys import is_period, time_key
from dashboards.sources.source import PanelSource
from interface.territory import CommuneShape
from layers.errors import InvalidParameter

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
        return request.answer(
            table_of(groups.result, unit=unit, titles=request.option("titles")),
            matched=groups.result.matched,
            value=line.last.value if line.last else None,
            unit=unit,
            spec=_drawn(request, line, unit),
            context=_context(line, unit),
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
    given = request.option(name)
    try:
        return DatedValue.of(given)
    except (TypeError, KeyError, ValueError):
        raise InvalidParameter(
            _("Une progression demande « %s » : une date (ou une année) et une valeur.") % name,
            parameter=name,
        ) from None


def _drawn(request: PanelRequest, line: Trajectory, unit: str) -> dict[str, Any] | None:
    if line.last is None:
        return None
    measured = [
        _row(point.start, point.value, point.label, amount(point.value, unit)) for point in line.points
    ]
    return progress_chart(
        measured,
        [
            _row(
                line.reference.day, line.reference.value, _("référence"), amount(line.reference.value, unit)
            ),
            _end(line.target, _("cible"), unit),
        ],
        [measured[-1], _end(line.projected, _("projection"), unit)] if line.projected else [],
        height=max(height_of(request.panel) - _AROUND, 110),
        description=request.panel.title,
    )


def _row(day: dt.date, value: float, title: str, words: str) -> Row:
    return {"k0": day.isoformat(), "v0": value, "w0": words, "tip": tip([title], words), "filters": []}


def _end(end: DatedValue, title: str, unit: str) -> Row:
    """Return an end of the chart, with its name beside its value."""
    row = _row(end.day, end.value, f"{title} {end.day.year}", amount(end.value, unit))
    return row | {"w0": f"{amount(end.value, unit if is_symbol(unit) else '')}, {title}"}


def _context(line: Trajectory, unit: str) -> dict[str, Any]:
    return {
        "state": line.state,
        "value": amount(line.last.value if line.last else None),
        "unit": unit,
        "period": line.last.label if line.last else "",
        "expected": amount(line.expected, unit),
        "gap": "" if line.gap is None else signed(line.gap, unit),
        "reference": amount(line.reference.value, unit),
        "reference_year": str(line.reference.day.year),
        "target": amount(line.target.value, unit),
        "target_year": str(line.target.day.year),
        "done": "" if line.done is None else amount(round(line.done * 100), "%"),
        "projection": _projection(line, unit),
        "pace": _("rythme de %(first)s à %(last)s")
        % {"first": line.recent[0].label, "last": line.recent[-1].label}
        if line.projected
        else "",
    }


def _projection(line: Trajectory, unit: str) -> str:
    if line.projected is None:
        return ""
    return _("Au rythme actuel : %(value)s en %(year)s, objectif %(target)s") % {
        "value": amount(line.projected.value, unit),
        "year": line.projected.day.year,
        "target": amount(line.target.value, unit),
    }
