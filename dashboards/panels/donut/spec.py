"""A ring with its total in the middle; each slice has its share on it and its words in the legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair

from dashboards.panels.charts.marks import haloed, mark, said
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.theme import SMALL, specification
from interface.wording import HARD_SPACE

_LABELLED = 0.07
_LARGEST, _LETTER = 20, 0.55
"""Pixels of the largest total, and the width of a letter over its height: the ring is open on 1.16 radii."""


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
        *_total(total, radius),
    ]
    return specification(altair.layer(*drawn), height=height, description=description)


def _total(total: str, radius: str) -> list[altair.Chart]:
    """Write the total inside the ring, its unit under it, as large as it fits."""
    number, _space, unit = total.partition(HARD_SPACE)
    shift = 9 if unit else 0
    rows, size = [{"number": number, "unit": unit}], f"{radius} / {max(_LETTER * len(number), 1):.1f}"
    drawn = [
        mark("text", rows, {"text": altair.Text("number:N")}, fontWeight=700, dy=-shift,
             fontSize=altair.ExprRef(f"min({_LARGEST}, {size})")),
    ]  # fmt: skip
    if unit:
        small = f"min({SMALL}, {radius} / {_LETTER * len(unit):.1f})"
        drawn.append(
            mark("text", rows, {"text": altair.Text("unit:N")}, dy=shift, fontSize=altair.ExprRef(small))
        )
    return drawn
