"""A cloud of points; few enough of them have their name beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair

from dashboards.panels.charts.marks import haloed, said
from dashboards.panels.charts.palette import MAIN
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.theme import NUMBER_FORMAT, YEAR_FORMAT, specification

NAMED_POINTS = 15


@dataclass(frozen=True, slots=True)
class ScatterAxis:
    """What an axis measures."""

    title: str
    unit: str = ""
    is_years: bool = False

    @property
    def words(self) -> str:
        """The title with its unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def format(self) -> str:
        """How its numbers are written."""
        return YEAR_FORMAT if self.is_years else NUMBER_FORMAT


def scatter_chart(
    rows: Sequence[Row], across: ScatterAxis, up: ScatterAxis, *, height: int, description: str
) -> dict[str, Any]:
    """Return the specification of points at ``v0`` across and ``v1`` up."""
    places = {
        "x": altair.X(
            "v0:Q",
            title=across.words,
            axis=altair.Axis(grid=True, format=across.format),
            scale=altair.Scale(zero=False, padding=12),
        ),
        "y": altair.Y(
            "v1:Q",
            title=up.words,
            axis=altair.Axis(format=up.format),
            scale=altair.Scale(zero=False, padding=12),
        ),
    }
    drawn = [said("point", rows, places, color=MAIN, opacity=0.7, stroke="token:paper", strokeWidth=1)]
    if len(rows) <= NAMED_POINTS:
        words = {**places, "text": altair.Text("name:N")}
        drawn += haloed(rows, words, align="left", dx=8, fontWeight=400, limit=140)
    return specification(altair.layer(*drawn), height=height, description=description)
