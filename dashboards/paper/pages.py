"""How many pages the file of a dashboard has: estimated from its panels, before it is laid out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboards.documents.document import Panel, Section
from dashboards.panels.presenters import present
from dashboards.paper.html import as_printed
from dashboards.paper.layout import PaperLayout
from dashboards.paper.rows import (
    DENSITIES,
    MAX_PAGES,
    READABLE,
    Density,
    PanelContent,
    PaperRow,
    RowSize,
    is_long,
    printed_row,
    rows_of,
)
from dashboards.paper.tables import data_table
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.panels import PanelReading, cached_panel
from dashboards.registry import PANEL_KINDS

Parts = Sequence[tuple[str, Sequence[PanelContent]]]
"""The text of each section, and its panels."""

_HEAD, _FOOT, _SECTION, _LINE, _LETTER, _GAP = 120, 100, 34, 16, 5.6, 9
_CLOSE = (85, 24, 6, 22)
"""The head, the title of a section and the gap in a close density, and the pixels of margins that it does without."""
_TITLE_LETTERS = 50
"""Letters of a text that the title of its section takes the place of, where they are on one line."""
_LOWER, _LOWEST = 0.96, 0.88
"""Pixels of what stands around panels, and how much lower rows are than their words say, in the mean: in densities that
are read with ease, and in the closest."""
_ANNEX, _TABLE, _ROW, _DRAWING_ROWS = 40, 30, 19, 12
"""Pixels of the title of the data, of that of a table, of a row, and about how many rows a drawing has."""


@dataclass(frozen=True, slots=True)
class PageCount:
    """About how many pages a file has, alone and with its data."""

    panels: int
    data: int

    @property
    def total(self) -> int:
        """The count with the data."""
        return self.panels + self.data


def page_counts(page: DashboardPage, layouts: Iterable[PaperLayout]) -> list[PageCount]:
    """Return about how many pages the dashboard has in each layout, without a query.

    A panel that was read for the page is counted as it is, another one as its kind usually is.
    """
    parts = _parts(page)
    counts = []
    for layout in layouts:
        index, pages = fewest_pages(parts, layout)
        counts.append(PageCount(pages, _data_pages(parts, DENSITIES[index], layout)))
    return counts


def fewest_pages(parts: Parts, layout: PaperLayout) -> tuple[int, int]:
    """Return the index of the widest density that has the fewest pages, and about how many.

    Densities that are read with ease come first; the others where these have more than ``MAX_PAGES``.
    """
    pages = [estimated_pages(parts, density, layout) for density in DENSITIES[:READABLE]]
    if min(pages) > MAX_PAGES:
        pages += [estimated_pages(parts, density, layout) for density in DENSITIES[READABLE:]]
    return pages.index(min(pages)), min(pages)


def estimated_pages(parts: Parts, density: Density, layout: PaperLayout) -> int:
    """Return about how many pages sections take: no row is cut but those of long tables."""
    head, section, gap, margins = _CLOSE if density.is_close else (_HEAD, _SECTION, _GAP, 0)
    page, lower = layout.drawing_height + margins, _LOWER if density in DENSITIES[:READABLE] else _LOWEST
    blocks = [(float(head), False)]
    for text, panels in parts:
        title = section + _text_lines(text, density, layout) * _LINE
        rows = [
            (
                lower * _row_height(row, density, layout) + gap,
                any(is_long(one, density) for one in row[0].panels),
            )
            for row in rows_of(panels, density, layout)
        ]
        opening, is_cut = rows[0] if rows else (0.0, False)
        blocks += [(title + opening, is_cut), *rows[1:]]
    height, is_cut = blocks[-1]
    blocks[-1] = height + _FOOT, is_cut
    return _sheets(blocks, page)


def _sheets(blocks: Iterable[tuple[float, bool]], page: float) -> int:
    """Return how many sheets hold blocks one under the other, of a height; those that may be cut go on on the next."""
    sheets, filled = 1, 0.0
    for height, is_cut in blocks:
        if filled + height > page and not is_cut and filled:
            sheets, filled = sheets + 1, 0.0
        sheets += math.ceil((filled + height) / page) - 1
        filled = (filled + height - 1) % page + 1
    return sheets


def _text_lines(text: str, density: Density, layout: PaperLayout) -> int:
    """Return the lines of a text under the title of its section; a close density begins it beside the title."""
    if density.is_close:
        letters = len(text) + _TITLE_LETTERS
        return math.ceil(letters * _LETTER * density.reduction / layout.drawing_width) - 1
    return math.ceil(len(text) * _LETTER / layout.drawing_width)


def _row_height(row: PaperRow, density: Density, layout: PaperLayout) -> float:
    return RowSize(row, printed_row(row, density, layout), density, layout).height


def _parts(page: DashboardPage) -> Parts:
    readable = {panel.id for panel in page.panels}
    return [
        (section.text, [_content(page, panel) for panel in section.panels if panel.id in readable])
        for section in page.document.sections
        if isinstance(section, Section)
    ]


def _content(page: DashboardPage, panel: Panel) -> PanelContent:
    reading = cached_panel(page, panel) or PanelReading(panel, None, page.filters_of(panel))
    if reading.answer is None:
        return PanelContent(reading, None)
    return PanelContent(reading, present(panel, PANEL_KINDS[panel.kind], reading.answer))


def _data_pages(parts: Parts, density: Density, layout: PaperLayout) -> int:
    """Return about how many pages the tables of drawings take, and those of panels that leave rows out."""
    heights = [
        _table_height(panel, density, layout)
        for _text, panels in parts
        for panel in panels
        if panel.has_drawing or _leaves_rows_out(panel, density, layout)
    ]
    return math.ceil((_ANNEX + sum(heights)) / layout.drawing_height) if heights else 0


def _leaves_rows_out(panel: PanelContent, density: Density, layout: PaperLayout) -> bool:
    if panel.presentation is None or panel.presentation.answer.is_empty:
        return False
    printed = as_printed(panel.presentation, density.limits(layout))
    return len(printed.rows) < len(panel.presentation.rows)


def _table_height(panel: PanelContent, density: Density, layout: PaperLayout) -> float:
    if panel.presentation is None:
        return (_TABLE + _ROW * (_DRAWING_ROWS + 1)) * density.reduction
    size = data_table(panel.presentation, density.reduction)
    return _TABLE * density.reduction + size.height(layout.drawing_width)
