"""Bars: across for names, upright for periods and bins; the value of each is written at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboards.panels.charts.marks import (
    haloed,
    integer_steps,
    interactive_mark,
    mark,
    names_axis,
    target_line,
    with_distinct_ends,
)
from dashboards.panels.charts.theme import MAIN, PALE, rows_height, specification
from dashboards.panels.groups import Row
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

LABELLED_BARS = 16
"""Upright bars that have room for their value over them."""
RUNNING: Mapping[str, Any] = {"fillOpacity": 0.35, "stroke": MAIN, "strokeDash": [3, 3], "strokeWidth": 1.5}
"""A bar of a period that is not over."""
_LETTER, _APART = 7.2, 10
"""Pixels of a letter of a value, and between it and its bar."""


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
    layers = [mark("bar", chart.background, axes, color=PALE)] if chart.background else []
    over = [row for row in chart.rows if not row.get("running")]
    running = [row for row in chart.rows if row.get("running")]
    layers += [interactive_mark("bar", over, axes, color=MAIN)]
    layers += [interactive_mark("bar", running, axes, color=MAIN, **RUNNING)] if running else []
    layers += _values(chart, axes)
    layers += target_line(chart.target, is_upright=chart.is_upright)
    height = chart.height if chart.is_upright else rows_height(len(_names(chart)), chart.height)
    spec = specification(altair.layer(*layers), height=height, description=chart.description)
    return spec if chart.is_upright else with_distinct_ends(spec, _names(chart))


def _names(chart: BarChart) -> list[str]:
    """Return the names of all bars, in the order of the widest question."""
    rows = [*(chart.background or ()), *chart.rows]
    return list(dict.fromkeys(row["l0"] for row in rows))


def _axes(chart: BarChart) -> dict[str, Any]:
    names: Any = altair.X if chart.is_upright else altair.Y
    values: Any = altair.Y if chart.is_upright else altair.X
    axis = altair.Axis(grid=True, tickMinStep=integer_steps(chart.rows)) if chart.is_upright else None
    scale = (
        altair.Undefined if chart.is_upright else altair.Scale(range=[0, altair.expr(_before_values(chart))])
    )
    words = _names(chart)
    named = names_axis(words, is_upright=chart.is_upright)
    return {
        "x" if chart.is_upright else "y": names("l0:N", sort=words, title=None, axis=named),
        "y" if chart.is_upright else "x": values("v0:Q", axis=axis, title=None, stack=None, scale=scale),
    }


def _before_values(chart: BarChart) -> str:
    """Return the width of the longest bar: what its words leave of that of the chart, and a seventh of it at least."""
    letters = max((len(row["w0"]) for row in chart.rows), default=0)
    return f"max(width - {round(_LETTER * letters) + _APART}, 0.15 * width)"


def _values(chart: BarChart, axes: dict[str, Any]) -> list[altair.Chart]:
    if chart.is_upright and len(chart.rows) > LABELLED_BARS:
        return []
    upright = {"baseline": "bottom", "dy": -4}
    alignment = upright if chart.is_upright else {"align": "left", "dx": 6}
    # The line of a target may pass under them.
    return haloed(chart.rows, {**axes, "text": altair.Text("w0:N")}, **alignment)
