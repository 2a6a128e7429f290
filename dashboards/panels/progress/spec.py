"""A trajectory: what was measured, a full line; what is expected, a dashed one that ends at the target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair

from dashboards.panels.charts.marks import haloed, mark, said
from dashboards.panels.charts.palette import MAIN
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.theme import specification
from dashboards.panels.charts.time import axis_over


def progress_chart(
    measured: Sequence[Row], expected: Sequence[Row], *, height: int, description: str
) -> dict[str, Any]:
    """Return the specification; ``expected`` are the reference and the target, each with its words."""
    places = {
        "x": axis_over("year", room=70),
        "y": altair.Y("v0:Q", title=None, scale=altair.Scale(zero=False)),
    }
    words = {**places, "text": altair.Text("w0:N")}
    drawn = [
        mark("line", expected, places, color="token:ink-2", strokeDash=[5, 4], strokeWidth=1.5),
        mark("line", measured, places, color=MAIN),
        said("point", measured, places, color=MAIN, size=45),
        said("point", expected[-1:], places, color="token:ink-2", filled=False, size=90, strokeWidth=2),
        *haloed(expected[-1:], words, align="left", dx=10),
        *haloed(measured[-1:], words, baseline="bottom", dy=-8),
    ]
    return specification(altair.layer(*drawn), height=height, description=description)
