"""The curve of one row: measured in full, expected dashed through its steps, projected dotted, other sources apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboards.panels.charts.lines import axis_over
from dashboards.panels.charts.marks import Encoding, end_alignment, haloed, interactive_mark, mark
from dashboards.panels.charts.theme import MAIN, specification
from dashboards.panels.groups import Row
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

_PROJECTED, _EXPECTED, _OTHER = "token:warn", "token:ink-2", "token:t-mobility"
_ROOM = 124
"""Pixels at the right of the chart for the words of its ends."""
_APART = 0.12
"""How far two ends are, as a part of the height, for the words of their gap to stand between them."""


@dataclass(frozen=True, slots=True)
class TrajectoryChart:
    """What is drawn: rows with ``k0`` (a day), ``v0``, their words ``w0`` and their ``tip``.

    ``last`` is the measure that counts with what was ``expected_then``; ``projected`` goes from it to the horizon;
    ``beyond`` are values for years after it.
    """

    measured: Sequence[Row]
    steps: Sequence[Row]
    projected: Sequence[Row]
    beyond: Sequence[Row]
    other_sources: Sequence[Row]
    expected_then: Sequence[Row]
    gap: str
    is_gap_good: bool
    words: Mapping[str, str]
    height: int
    description: str


def trajectory_chart(chart: TrajectoryChart) -> dict[str, Any]:
    """Return the specification; the words of the two ends never stand on each other."""
    encoding: Encoding = {
        "x": axis_over("year", room=_ROOM),
        "y": altair.Y("v0:Q", title=None, scale=altair.Scale(zero=False)),
    }
    words = {**encoding, "text": altair.Text("w0:N")}
    target, projected = list(chart.steps[-1:]), list(chart.projected[-1:])
    is_under = bool(target and projected) and projected[0]["v0"] > target[0]["v0"]
    layers = [
        *_divider(chart),
        *_other_source_lines(chart, encoding),
        mark("line", chart.steps, encoding, color=_EXPECTED, strokeDash=[5, 4], strokeWidth=1.5),
        mark("line", chart.measured, encoding, color=MAIN),
        *_points(chart.measured, encoding, color=MAIN, size=40),
        *_points(chart.steps, encoding, color=_EXPECTED, filled=False, size=70, strokeWidth=2),
        *_points(chart.beyond, encoding, color=MAIN, filled=False, size=70, strokeWidth=2, shape="diamond"),
        *_points(chart.expected_then, encoding, color=_EXPECTED, filled=False, size=60, strokeWidth=2),
        *_projection(chart, encoding),
        *haloed(target, words, **end_alignment(is_under=is_under, is_alone=not projected)),
        *haloed(projected, words, **end_alignment(is_under=not is_under, is_alone=not target)),
        *haloed(list(chart.measured[-1:]), words, baseline="bottom", align="right", dy=-8, dx=4),
        *_gap(chart, encoding),
    ]
    return specification(altair.layer(*layers), height=chart.height, description=chart.description)


def _points(rows: Sequence[Row], encoding: Encoding, **properties: Any) -> list[altair.Chart]:
    """Return points with a description; none without rows: an empty mark would be a picture without a name."""
    return [interactive_mark("point", rows, encoding, **properties)] if rows else []


def _divider(chart: TrajectoryChart) -> list[altair.Chart]:
    """Draw where measures end and what is projected begins, in words too."""
    if not (chart.measured and chart.projected):
        return []
    rows = [{"k0": chart.measured[-1]["k0"], "m": chart.words["measured"], "p": chart.words["projected"]}]
    at: Encoding = {"x": altair.X("k0:T")}
    look = {"baseline": "top", "y": 0, "fontWeight": 400, "fontSize": 12, "color": "token:ink-2"}
    return [
        mark("rule", rows, at, color="token:line-2", strokeDash=[1, 0], strokeWidth=1),
        mark("text", rows, {**at, "text": altair.Text("m:N")}, align="right", dx=-6, **look),
        mark("text", rows, {**at, "text": altair.Text("p:N")}, align="left", dx=6, **look),
    ]


def _other_source_lines(chart: TrajectoryChart, encoding: Encoding) -> list[altair.Chart]:
    """Draw what other sources say: thin lines, each under its own name at its end."""
    if not chart.other_sources:
        return []
    lines = {**encoding, "detail": altair.Detail("l1:N")}
    words = {**encoding, "text": altair.Text("l1:N")}
    layers = [
        mark("line", chart.other_sources, lines, color=_OTHER, strokeWidth=1.5, strokeDash=[9, 3, 2, 3]),
        interactive_mark("point", chart.other_sources, encoding, color=_OTHER, size=18, shape="square"),
    ]
    for source in dict.fromkeys(row["l1"] for row in chart.other_sources):
        rows = [row for row in chart.other_sources if row["l1"] == source]
        layers += haloed(rows[-1:], words, color=_OTHER, fontSize=12, **_off_curve(rows, chart.measured))
    return layers


def _off_curve(rows: Sequence[Row], measured: Sequence[Row]) -> dict[str, Any]:
    """Return where the name of a line stands at its end: away from the measures, and not on its own slope."""
    own = {row["k0"]: row["v0"] for row in measured}
    is_over = rows[-1]["v0"] >= own.get(rows[-1]["k0"], rows[-1]["v0"])
    is_rising = rows[-1]["v0"] > rows[0]["v0"]
    side = {"baseline": "bottom", "dy": -7} if is_over else {"baseline": "top", "dy": 7}
    return {
        **side,
        "align": "right" if is_over == is_rising else "left",
        "dx": 6,
    }


def _projection(chart: TrajectoryChart, encoding: Encoding) -> list[altair.Chart]:
    if not chart.projected:
        return []
    return [
        mark("line", chart.projected, encoding, color=_PROJECTED, strokeDash=[2, 4], strokeWidth=2.5),
        interactive_mark("point", chart.projected[-1:], encoding, color=_PROJECTED, size=60),
    ]


def _gap(chart: TrajectoryChart, encoding: Encoding) -> list[altair.Chart]:
    """Write how far the projection ends from the target, between both where there is room."""
    if not (chart.gap and chart.projected and chart.steps):
        return []
    low, high = sorted((chart.projected[-1]["v0"], chart.steps[-1]["v0"]))
    values = [row["v0"] for row in (*chart.measured, *chart.steps, *chart.projected)]
    if high - low < _APART * ((max(values) - min(values)) or 1):
        return []
    rows = [{"k0": chart.steps[-1]["k0"], "v0": low, "v1": high, "w0": chart.gap}]
    middle = [{"k0": chart.steps[-1]["k0"], "v0": (low + high) / 2, "w0": chart.gap}]
    colour = "token:ok" if chart.is_gap_good else "token:bad"
    return [
        mark("rule", rows, {**encoding, "y2": altair.Y2("v1:Q")}, color=colour, strokeDash=[1, 0], xOffset=6),
        *haloed(
            middle,
            {**encoding, "text": altair.Text("w0:N")},
            align="left",
            dx=12,
            color=colour,
            fontSize=14,
        ),
    ]
