"""A histogram: bars side by side over a line of numbers, those beyond a threshold in another colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair

from dashboards.panels.charts.marks import haloed, mark, said, whole_steps
from dashboards.panels.charts.palette import LATE, MAIN, PALE
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.theme import NUMBER_FORMAT, YEAR_FORMAT, specification

LABELLED_BINS = 14


@dataclass(frozen=True, slots=True)
class HistogramChart:
    """``rows`` from ``k0`` to ``end``; ``threshold`` is a value of the axis, with its words."""

    rows: list[Row]
    description: str
    height: int
    title: str
    is_years: bool = False
    background: list[Row] | None = None
    threshold: Mapping[str, Any] | None = None


def histogram_chart(chart: HistogramChart) -> dict[str, Any]:
    """Return the specification of a histogram."""
    axis = altair.Axis(grid=False, format=YEAR_FORMAT if chart.is_years else NUMBER_FORMAT)
    axes = {
        "x": altair.X(
            "k0:Q",
            title=chart.title,
            axis=axis,
            scale=altair.Scale(zero=False, nice=False),
        ),
        "x2": altair.X2("end:Q"),
        "y": altair.Y("v0:Q", title=None, stack=None, axis=altair.Axis(tickMinStep=whole_steps(chart.rows))),
        "y2": altair.Y2(datum=0),
    }
    beyond: Any = altair.value(MAIN)
    if chart.threshold:
        over = altair.datum.k0 >= chart.threshold["value"]
        beyond = altair.condition(over, altair.value(LATE), altair.value(MAIN))
    drawn = [mark("bar", chart.background, axes, color=PALE, orient="vertical")] if chart.background else []
    drawn.append(said("bar", chart.rows, {**axes, "color": beyond}, orient="vertical", stroke="token:paper"))
    drawn += [*_values(chart), *_threshold(chart)]
    return specification(altair.layer(*drawn), height=chart.height, description=chart.description)


def _values(chart: HistogramChart) -> list[altair.Chart]:
    if len(chart.rows) > LABELLED_BINS:
        return []
    rows = [{**row, "middle": (row["k0"] + row["end"]) / 2} for row in chart.rows if row["v0"]]
    words = {"x": altair.X("middle:Q"), "y": altair.Y("v0:Q"), "text": altair.Text("w0:N")}
    return [mark("text", rows, words, baseline="bottom", dy=-4)]


def _threshold(chart: HistogramChart) -> list[altair.Chart]:
    if not chart.threshold:
        return []
    rows = [{"at": chart.threshold["value"], "title": chart.threshold.get("title", "")}]
    where = {"x": altair.X("at:Q")}
    words = {**where, "text": altair.Text("title:N")}
    return [mark("rule", rows, where), *haloed(rows, words, align="left", baseline="top", y=0, dx=5)]
