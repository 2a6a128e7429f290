"""A key figure: a value, what it was, what it should be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import PanelQuestion
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.kinds import (
    Fit,
    Glyph,
    KeyRule,
    Miniature,
    PanelAnswer,
    PanelRequest,
    PaperRule,
)
from dashboards.panels.labels import amount, is_year, signed
from dashboards.panels.miniatures import value_miniature
from dashboards.panels.options import (
    DECIMALS,
    FLAG,
    TARGET,
    TEXT,
    TITLES,
    UNIT,
    choice,
    option_schema,
    titled,
)
from dashboards.panels.periods import FigureValue
from dashboards.panels.queries import group_notes, measures_of
from dashboards.panels.spans import dated_figure, missing_records
from dashboards.panels.tables import table_of
from dashboards.sources.keys import is_period
from dashboards.sources.source import PanelSource
from interface.territory import CommuneShape
from layers import access

_PART: dict[str, Any] = {
    "type": "array",
    "items": TEXT,
    "minItems": 1,
    "maxItems": 50,
    "title": gettext_lazy("Part du total"),
    "description": "Codes of the groups that make the value, told beside the whole.",
}


class Figure(GroupsKind):
    """A key figure: a value, what it was, what it should be."""

    name = "figure"
    title = gettext_lazy("Chiffre clé")
    short_title = gettext_lazy("Chiffre")
    icon = "hash"
    size = (3, 2)
    options = option_schema(
        unit=UNIT,
        decimals=DECIMALS,
        titles=TITLES,
        period=titled(TEXT, gettext_lazy("Période, si les données ne la disent pas")),
        detail=titled(TEXT, gettext_lazy("Précision sous le chiffre")),
        target=titled(TARGET, gettext_lazy("Objectif")),
        territory=titled(
            FLAG, gettext_lazy("Rappeler le chiffre du territoire quand une commune est choisie")
        ),
        part=_PART,
        better=choice(
            gettext_lazy("Ce qui est bien"),
            {"up": gettext_lazy("que le chiffre monte"), "down": gettext_lazy("que le chiffre baisse")},
            description="Whether more is better, or less.",
        ),
        of=choice(
            gettext_lazy("Période du chiffre"),
            {"last": gettext_lazy("la dernière"), "total": gettext_lazy("toutes ensemble")},
            description="The last period, or all of them together.",
        ),
        against=choice(
            gettext_lazy("Comparé à"),
            {"previous": gettext_lazy("la période d’avant"), "year": gettext_lazy("la même, un an avant")},
            description="The period it is compared with.",
        ),
    )
    template = "dashboards/panels/figure.html"
    shows_rows = False
    keys = KeyRule(0, 1)
    is_resized = False
    paper = PaperRule(is_small=True, is_written=True, base=112, row=0)
    shape = Glyph.FIGURE
    has_order = False

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return a figure."""
        result, figure = dated_figure(request)
        missing = missing_records(request, figure)
        is_before = (
            request.last_day_before is not None
        )  # nothing is known of these days: no count of them is zero
        territory = _of_territory(request) if request.option("territory", False) else None
        measure = measures_of(result)[0]
        unit = request.option("unit", measure.unit)
        write = partial(amount, is_year=is_year(measure), decimals=request.decimals)
        return request.answer(
            table_of(result, unit=unit, titles=request.option("titles")),
            matched=result.matched,
            value=None if is_before else figure.value,
            is_year=is_year(measure),
            unit=unit,
            context=_context(request, figure, unit, missing, write)
            | {"territory": None if territory is None else write(territory, unit)},
            is_empty=is_before or figure.value is None,
            notes=group_notes(result),
        )

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse nothing: any source is counted."""
        return ""

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question with a period at most."""
        periods = [key for key in question.by if is_period(key)]
        return Fit(replace(self.grouped(source, question, periods[:1]), series=(), limit=0))

    def refit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question with the key that it has: a part of the total is one of its groups."""
        return Fit(replace(self.fit(source, question).question, by=question.by[:1]))

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return the value."""
        return value_miniature(answer)


FIGURE = Figure()


def _of_territory(request: PanelRequest) -> float | None:
    """Return the figure of every commune, under the other filters of the page; None without a filter on communes.

    The portal of a commune filters by it: the figure is that of the same visitor on the portal of the territory.
    """
    visitor, selection = request.visitor, request.territory
    if selection is None and not visitor.portal:
        return None
    wider = replace(visitor, portal="")
    scope = access.countable_scope(wider, request.scope.slug) if visitor.portal else request.scope
    territory_request = replace(request, scope=scope)
    return dated_figure(territory_request, selection=selection or request.query)[1].value


def _context(
    request: PanelRequest, figure: FigureValue, unit: str, missing: str, write: Callable[..., str]
) -> dict[str, Any]:
    target = request.option("target")
    goal = target["value"] if target else None
    return {
        "value": write(figure.value),
        "unit": unit,
        "total": None if figure.total is None else write(figure.total),
        "period": figure.period,
        "detail": request.option("detail", ""),
        "missing": missing,
        "change": _change(request, figure, unit, None if missing else request.option("better")),
        "spark": spark_line([point.value for point in figure.points]),
        "target": _target(
            figure.value, target, write(goal, unit), request.option("better"), is_complete=not missing
        )
        if target
        else None,
        "gauge": percent(figure.value, goal if goal is not None else figure.total),
    }


def _change(
    request: PanelRequest, figure: FigureValue, unit: str, better: str | None
) -> dict[str, Any] | None:
    if figure.change is None or figure.previous is None:
        return None
    if not figure.change:
        text = _("sans changement par rapport à %(period)s") % {"period": figure.previous.label}
        return {"text": text, "verdict": ""}
    change = signed(figure.change, unit, decimals=request.decimals)
    return {
        "text": _("%(change)s par rapport à %(period)s")
        % {"change": change, "period": figure.previous.label},
        "verdict": _verdict(figure.change, better),
    }


def _verdict(difference: float, better: str | None) -> str:
    """Return whether a difference is ``good``, ``bad``, or neither."""
    if not better or not difference:
        return ""
    return "good" if (difference > 0) == (better == "up") else "bad"


def _target(
    value: float | None, target: dict[str, Any], text: str, better: str | None, *, is_complete: bool
) -> dict[str, Any]:
    goal = target["value"]
    is_met = value is not None and (value <= goal if better == "down" else value >= goal)
    return {
        "title": target.get("title") or _("objectif"),
        "text": text,
        "is_met": is_met,
        "is_judged": is_complete,
    }


WIDTH, HEIGHT, MARGIN = 96, 36, 4


@dataclass(frozen=True, slots=True)
class SparkLine:
    """A line of ``WIDTH`` by ``HEIGHT``: ``points`` as SVG reads them, and where the last one is."""

    points: str
    x: float
    y: float


def spark_line(values: Sequence[float]) -> SparkLine | None:
    """Return the line of values at equal distances; None for less than two."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    span, step = (high - low) or 1, (WIDTH - 2 * MARGIN) / (len(values) - 1)
    corners = [
        (
            round(MARGIN + step * index, 1),
            round(HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN), 1),
        )
        for index, value in enumerate(values)
    ]
    return SparkLine(" ".join(f"{x},{y}" for x, y in corners), *corners[-1])


def percent(value: float | None, total: float | None) -> int | None:
    """Return a share in whole percents from 0 to 100; None when it cannot be computed."""
    if value is None or not total:
        return None
    return round(min(max(value / total, 0), 1) * 100)
