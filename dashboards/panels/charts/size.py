"""How large charts are drawn: rows of the grid in pixels, less what stands around the chart."""

from __future__ import annotations

from dashboards.documents.document import Panel

ROW, AROUND, LEAST = 160, 120, 120
COLUMN = 95


def height_of(panel: Panel) -> int:
    """Return the height of a chart in pixels."""
    return max(panel.height * ROW - AROUND, LEAST)


def width_of(panel: Panel) -> int:
    """Return the width of a chart in pixels on paper and in a picture: a page gives it that of its panel."""
    return panel.width * COLUMN
