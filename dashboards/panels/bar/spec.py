"""Bars: across for names, upright for periods and bins; the value of each is written at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair

from dashboards.panels.charts.palette import MAIN, PALE
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.theme import source, specification

LABELLED_BARS = 16
"""Upright bars that have room for their value over them."""
BAR, AXIS = 34, 40


@dataclass(frozen=True, slots=True)
class BarChart:
    """What is drawn: ``rows`` over ``background`` (the same groups without the filters of the page), and a target."""

    rows: list[Row]
    description: str
    height: int
    is_upright: bool = False
    background: list[Row] | None = None
    target: Mapping[str, Any] | None = None


def bar_chart(chart: BarChart) -> dict[str, Any]:
    """Return the specification of bars."""
    drawn = [_bars(chart, chart.background, PALE)] if chart.background else []
    drawn += [_bars(chart, chart.rows, MAIN), *_values(chart), *_target(chart)]
    height = chart.height if chart.is_upright else max(BAR * len(chart.rows), BAR * 2)
    return specification(altair.layer(*drawn), height=height, description=chart.description)


def _axes(chart: BarChart) -> dict[str, Any]:
    """Return the places of a bar: names keep the order of the rows."""
    order = [row["l0"] for row in chart.background or chart.rows]
    names: Any = altair.X if chart.is_upright else altair.Y
    values: Any = altair.Y if chart.is_upright else altair.X
    axis = altair.Axis(grid=True) if chart.is_upright else None
    return {
        "x" if chart.is_upright else "y": names("l0:N", sort=order, title=None),
        "y" if chart.is_upright else "x": values("v0:Q", axis=axis, title=None),
    }


def _bars(chart: BarChart, rows: list[Row], colour: str) -> altair.Chart:
    is_main = colour == MAIN
    mark = altair.Chart(source(rows)).mark_bar(color=colour, cursor="pointer" if is_main else "default")
    extra = (
        {"tooltip": altair.Tooltip("tip:N"), "description": altair.Description("tip:N")} if is_main else {}
    )
    return mark.encode(**_axes(chart), **extra)


def _values(chart: BarChart) -> list[altair.Chart]:
    if chart.is_upright and len(chart.rows) > LABELLED_BARS:
        return []
    place = {"baseline": "bottom", "dy": -4} if chart.is_upright else {"align": "left", "dx": 6}
    texts = altair.Chart(source(chart.rows)).mark_text(aria=False, **place)
    return [texts.encode(**_axes(chart), text="w0:N")]


def _target(chart: BarChart) -> list[altair.Chart]:
    if not chart.target:
        return []
    line = source([{"at": chart.target["value"], "title": chart.target.get("title", "")}])
    where: dict[str, Any] = {"y": altair.Y("at:Q")} if chart.is_upright else {"x": altair.X("at:Q")}
    place = (
        {"align": "right", "baseline": "bottom", "x": "width"}
        if chart.is_upright
        else {"align": "left", "y": -6}
    )
    return [
        altair.Chart(line).mark_rule(aria=False).encode(**where),
        altair.Chart(line).mark_text(aria=False, **place).encode(**where, text="title:N"),
    ]
