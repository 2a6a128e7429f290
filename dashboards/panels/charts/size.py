"""How large charts are drawn: rows of the grid in pixels, less what stands around the chart."""

from __future__ import annotations

from dashboards.documents.document import Panel

ROW, AROUND, LEAST = 96, 100, 110
SUBTITLE, NOTICE = 24, 40
COLUMN = 95
LEGEND = 34
LEAST_BAR, MOST_BAR = 22, 40


def height_of(panel: Panel, *, has_legend: bool = False) -> int:
    """Return the height of a chart in pixels; its legend is under it. A page corrects it by the room that it has."""
    taken = {LEGEND: has_legend, SUBTITLE: panel.subtitle, NOTICE: panel.notice}
    return max(
        panel.height * ROW - AROUND - sum(height for height, is_there in taken.items() if is_there), LEAST
    )


def width_of(panel: Panel) -> int:
    """Return the width of a chart in pixels on paper and in a picture: a page gives it that of its panel."""
    return panel.width * COLUMN


def rows_height(count: int, room: int) -> int:
    """Return the height of bars across: that of the panel, as far as they stay legible and do not look like walls."""
    return min(max(room, LEAST_BAR * count), MOST_BAR * max(count, 2))
