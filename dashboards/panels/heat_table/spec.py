"""The picture of a heat table, for files and paper: the page shows a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair

from dashboards.panels.charts.marks import haloed, said
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.theme import specification

ROW = 30


def heat_chart(rows: Sequence[Row], *, ramp: Sequence[str], description: str) -> dict[str, Any]:
    """Return the specification of a heat table, in the order of the rows."""
    down = list(dict.fromkeys(row["l0"] for row in rows))
    across = [label for _start, label in sorted({(str(row["k1"]), row["l1"]) for row in rows})]
    places = {
        "x": altair.X("l1:N", title=None, sort=across, axis=altair.Axis(orient="top")),
        "y": altair.Y("l0:N", title=None, sort=down),
    }
    colour = altair.Color("v0:Q", scale=altair.Scale(range=list(ramp)), legend=None)
    words = {**places, "text": altair.Text("w0:N")}
    drawn = [said("rect", rows, {**places, "color": colour}), *haloed(rows, words)]
    return specification(altair.layer(*drawn), height=ROW * max(len(down), 2), description=description)
