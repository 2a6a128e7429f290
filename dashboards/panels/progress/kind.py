"""Progress from a reference to a target: how far, whether on time, and the line that leads there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.panels.answers import answer, option
from dashboards.panels.charts.rows import Row, is_symbol, tip
from dashboards.panels.charts.size import height_of
from dashboards.panels.figure.queries import figure_value
from dashboards.panels.groups import read_groups
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.labels import amount, signed
from dashboards.panels.options import TITLES, UNIT, Schema, number_between, options, titled
from dashboards.panels.progress.spec import progress_chart
from dashboards.panels.progress.trajectory import DatedValue, Trajectory
from dashboards.panels.questions import measures_of
from dashboards.panels.tables import table_of
from layers.errors import InvalidParameter

_AROUND = 90


def read(request: PanelRequest) -> PanelAnswer:
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
        tolerance=option(request, "tolerance", 2) / 100,
    )
    unit = option(request, "unit", measures_of(groups.result)[0].unit)
    return answer(
        request,
        table_of(groups.result, unit=unit, titles=option(request, "titles")),
        matched=groups.result.matched,
        value=line.last.value if line.last else None,
        unit=unit,
        spec=_drawn(request, line, unit),
        context=_context(line, unit),
        is_empty=False,
    )


def _milestone(request: PanelRequest, name: str) -> DatedValue:
    given = option(request, name)
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
KIND = PanelKind(
    name="progress",
    title=gettext_lazy("Progression"),
    icon="target",
    options=options(
        unit=UNIT,
        titles=TITLES,
        reference=titled(_MILESTONE, gettext_lazy("Point de départ")),
        target=titled(_MILESTONE, gettext_lazy("Cible")),
        tolerance=number_between(
            0,
            50,
            title=gettext_lazy("Écart toléré (%)"),
            description="Percents of what is expected that may be missed.",
        ),
    ),
    template="dashboards/panels/progress.html",
    read=read,
)
