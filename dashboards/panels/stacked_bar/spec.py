"""Bars cut into parts: each part has its value in it when there is room, and a rim of the paper around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair

from dashboards.panels.charts.marks import haloed, names_axis, said, whole_steps
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.size import rows_height
from dashboards.panels.charts.theme import specification

_LETTER, _RIM, _LINE, _BAND = 7.2, 6, 16, 0.9
"""Pixels of a letter of a value, of what stands around it, of a line of words; part of its step that a bar takes."""


@dataclass(frozen=True, slots=True)
class StackedChart:
    """``names`` and ``parts`` in their order, with a colour a part; ``is_share`` stretches every bar to the whole.

    ``is_mirrored`` draws the first part to the left of zero.
    """

    rows: list[Row]
    description: str
    height: int
    names: Sequence[str]
    parts: Sequence[str]
    colours: Sequence[str]
    is_upright: bool = False
    is_share: bool = False
    is_mirrored: bool = False


def stacked_chart(chart: StackedChart) -> dict[str, Any]:
    """Return the specification of stacked bars."""
    rows = [{**row, "rank": chart.parts.index(row["l1"])} for row in chart.rows]
    if chart.is_mirrored:
        rows = [{**row, "v0": -row["v0"]} if row["rank"] == 0 else row for row in rows]
    drawn = [
        said("bar", rows, _encoding(chart, is_text=False), stroke="token:paper", strokeWidth=1.5),
        *haloed(_roomy(chart, rows), _encoding(chart, is_text=True)),
    ]
    height = chart.height if chart.is_upright else rows_height(len(chart.names), chart.height)
    return specification(altair.layer(*drawn), height=height, description=chart.description)


def _encoding(chart: StackedChart, *, is_text: bool) -> dict[str, Any]:
    names: Any = altair.X if chart.is_upright else altair.Y
    values: Any = altair.Y if chart.is_upright else altair.X
    axis = (
        altair.Axis(grid=True, format="%")
        if chart.is_share
        else altair.Axis(grid=True, tickMinStep=whole_steps(chart.rows))
    )
    place = {"bandPosition": 0.5} if is_text else {}
    amount = values(
        "v0:Q",
        stack="normalize" if chart.is_share else "zero",
        axis=axis if chart.is_upright else None,
        title=None,
        **place,
    )
    scale = altair.Scale(domain=list(chart.parts), range=list(chart.colours))
    shown = altair.condition(_has_room(chart), altair.Text("w0:N"), altair.value(""))
    words = {"text": shown, "detail": altair.Detail("l1:N")}
    named = names_axis(chart.names, is_upright=chart.is_upright)
    return {
        "x" if chart.is_upright else "y": names("l0:N", sort=list(chart.names), title=None, axis=named),
        "y" if chart.is_upright else "x": amount,
        "order": altair.Order("rank:Q"),
        **(words if is_text else {"color": altair.Color("l1:N", scale=scale, sort=list(chart.parts))}),
    }


def _roomy(chart: StackedChart, rows: list[Row]) -> list[Row]:
    """Return the rows with ``part``: how much of the longest bar each is, of its own where every bar is the whole."""
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["l0"]] = sums.get(row["l0"], 0) + abs(row["v0"])
    longest = max(sums.values(), default=0)
    wholes = {name: own if chart.is_share else longest for name, own in sums.items()}
    return [{**row, "part": abs(row["v0"]) / (wholes[row["l0"]] or 1)} for row in rows]


def _has_room(chart: StackedChart) -> str:
    """Return the condition under which a part holds its words, whatever the width that the page gives to the chart.

    Parts too small for them still take their place.
    """
    words = f"{_LETTER} * length(datum.w0) + {_RIM}"
    if chart.is_upright:
        return f"{_BAND} * width / {max(len(chart.names), 1)} > {words} && datum.part * height > {_LINE}"
    return f"datum.part * width > {words}"
