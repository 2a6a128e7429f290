"""A ring with its total in the middle; each slice has its share on it and its words in the legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair

from dashboards.panels.charts.marks import haloed, mark, said
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.theme import specification

_LABELLED = 0.07


def donut_chart(
    rows: Sequence[Row], colours: Sequence[str], *, total: str, height: int, description: str
) -> dict[str, Any]:
    """Return the specification of a ring; ``rows`` in the order they turn, clockwise from the top."""
    names = [row["full"] for row in rows]
    radius = "(min(width, height) / 2 - 4)"  # the page gives the ring the room that its legend leaves
    turned = [{**row, "rank": place} for place, row in enumerate(rows)]
    angle = {"theta": altair.Theta("v0:Q", stack=True), "order": altair.Order("rank:Q")}
    scale = altair.Scale(domain=names, range=list(colours))
    colour = altair.Color("full:N", scale=scale, sort=names, legend=altair.Legend(columns=1, orient="right"))
    whole = sum(row["v0"] for row in rows) or 1
    labels = [{**row, "share": row["share"] if row["v0"] / whole >= _LABELLED else ""} for row in turned]
    words = {**angle, "text": altair.Text("share:N"), "detail": altair.Detail("full:N")}
    drawn = [
        said(
            "arc",
            turned,
            {**angle, "color": colour},
            innerRadius=altair.ExprRef(f"{radius} * 0.58"),
            outerRadius=altair.ExprRef(radius),
        ),
        *haloed(labels, words, radius=altair.ExprRef(f"{radius} * 0.79")),
        mark("text", [{"total": total}], {"text": altair.Text("total:N")}, fontSize=20, fontWeight=700),
    ]
    return specification(altair.layer(*drawn), height=height, description=description)
