"""Small charts side by side: lines over periods, bars over names; the last value of each is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair

from dashboards.panels.charts.marks import mark, said
from dashboards.panels.charts.palette import MAIN
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.theme import source, specification

HEIGHT, WIDTH = 90, 200


@dataclass(frozen=True, slots=True)
class MultiplesChart:
    """``names`` of the charts in their order, ``columns`` side by side; one scale for all unless ``is_own_scale``."""

    rows: list[Row]
    names: Sequence[str]
    description: str
    period: str = ""
    columns: int = 3
    is_own_scale: bool = False


def multiples_chart(chart: MultiplesChart) -> dict[str, Any]:
    """Return the specification; the page gives each chart its part of the width (``usermeta.columns``)."""
    last = _last(chart.rows)
    rows = [{**row, "end": row["w0"] if last[row["l0"]] is row else ""} for row in chart.rows]
    layered = altair.layer(*_marks(chart), data=source(rows)).properties(width=WIDTH, height=HEIGHT)
    heads = altair.Header(labelOrient="top", labelAnchor="start")
    facet = altair.Facet("l0:N", sort=list(chart.names), title=None, header=heads)
    drawn = layered.facet(facet=facet, columns=int(chart.columns))
    if chart.is_own_scale:
        drawn = drawn.resolve_scale(y="independent")
    found = specification(drawn, height=HEIGHT, description=chart.description)
    for name in ("width", "height", "autosize"):
        found.pop(name)
    return found | {"usermeta": {"columns": int(chart.columns)}}


def _marks(chart: MultiplesChart) -> list[altair.Chart]:
    """Return the marks of one chart; their rows are those of the facet."""
    axis = altair.Axis(tickCount=3)
    value = altair.Y("v0:Q", title=None, axis=axis)
    if not chart.period:
        encoding = {"x": altair.X("l1:N", title=None), "y": value}
        return [_bare(said("bar", [], encoding, color=MAIN))]
    time = altair.X(
        "k1:T", title=None, scale=altair.Scale(type="utc"), axis=altair.Axis(format="%Y", tickCount=3)
    )
    encoding = {"x": time, "y": value}
    words = {**encoding, "text": altair.Text("end:N")}
    return [
        _bare(mark("line", [], encoding, color=MAIN)),
        _bare(said("point", [], encoding, color=MAIN, size=25)),
        _bare(mark("text", [], words, baseline="bottom", align="right", dy=-5)),
    ]


def _bare(chart: altair.Chart) -> altair.Chart:
    """Return a mark without rows of its own."""
    chart.data = altair.Undefined
    return chart


def _last(rows: Sequence[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: str(row["k1"])):
        found[row["l0"]] = row
    return found
