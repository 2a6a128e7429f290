"""Bars: across for names, upright for periods and bins; the value of each is written at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair

from dashboards.panels.charts.marks import mark, said, target_line
from dashboards.panels.charts.palette import MAIN, PALE
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.size import rows_height
from dashboards.panels.charts.theme import specification

LABELLED_BARS = 16
"""Upright bars that have room for their value over them."""


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
    axes = _axes(chart)
    drawn = [mark("bar", chart.background, axes, color=PALE)] if chart.background else []
    drawn += [said("bar", chart.rows, axes, color=MAIN), *_values(chart, axes)]
    drawn += target_line(chart.target, is_upright=chart.is_upright)
    height = chart.height if chart.is_upright else rows_height(len(_names(chart)), chart.height)
    return specification(altair.layer(*drawn), height=height, description=chart.description)


def _names(chart: BarChart) -> list[str]:
    """Return the names of all bars, in the order of the widest question."""
    rows = [*(chart.background or ()), *chart.rows]
    return list(dict.fromkeys(row["l0"] for row in rows))


def _axes(chart: BarChart) -> dict[str, Any]:
    names: Any = altair.X if chart.is_upright else altair.Y
    values: Any = altair.Y if chart.is_upright else altair.X
    axis = altair.Axis(grid=True) if chart.is_upright else None
    return {
        "x" if chart.is_upright else "y": names("l0:N", sort=_names(chart), title=None),
        "y" if chart.is_upright else "x": values("v0:Q", axis=axis, title=None, stack=None),
    }


def _values(chart: BarChart, axes: dict[str, Any]) -> list[altair.Chart]:
    if chart.is_upright and len(chart.rows) > LABELLED_BARS:
        return []
    upright = {"baseline": "bottom", "dy": -4}
    place = upright if chart.is_upright else {"align": "left", "dx": 6}
    return [mark("text", chart.rows, {**axes, "text": altair.Text("w0:N")}, **place)]
