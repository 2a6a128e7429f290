"""How the panels of a section stand on a sheet: side by side in rows, as on the screen, and how high each row is.

Heights are in pixels of CSS on the sheet (96 an inch). They are estimated from words and counts, since the program that
lays the sheet out starts after the drawings are made: drawings of one row get what its highest panel leaves them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from dashboards.documents.document import COLUMNS, Panel
from dashboards.panels.charts.drawing import MULTIPLE_WIDTH
from dashboards.panels.kinds import PaperLimits, PaperRule
from dashboards.panels.presenters import PanelPresentation
from dashboards.paper.html import as_printed
from dashboards.paper.layout import PaperLayout
from dashboards.paper.tables import written_tables
from dashboards.reading.panels import PanelReading
from dashboards.registry import PANEL_KINDS


@dataclass(frozen=True, slots=True)
class PanelContent:
    """A panel; ``fault`` says why it shows nothing. Without a presentation it is still to be read."""

    reading: PanelReading
    presentation: PanelPresentation | None
    fault: str = ""

    @property
    def panel(self) -> Panel:
        """The panel of the document."""
        return self.reading.panel

    @property
    def rule(self) -> PaperRule:
        """How its kind stands on paper."""
        return PANEL_KINDS[self.panel.kind].paper

    @property
    def has_drawing(self) -> bool:
        """Whether it is a chart or a map, whose height may be chosen."""
        return (
            not self.rule.is_written
            and not self.fault
            and (
                self.presentation is None
                or (self.presentation.has_drawing and not self.presentation.answer.is_empty)
            )
        )

    @property
    def row_count(self) -> int:
        """How many rows its table has: about as many as its kind has, before it is read."""
        if self.presentation is not None:
            return self.presentation.kind.written_rows(self.presentation.answer)
        question = self.panel.question
        return (question.limit if question else 0) or self.rule.rows


_CLOSE_ACROSS = 2


@dataclass(frozen=True, slots=True)
class Density:
    """How closely a file is written: the height of drawings on the sheet, their reduction, rows and photos at most.

    ``letters`` are those of words, in points; ``across`` is how many times more panels stand side by side, and
    ``spare_rows`` those that a table may have where its neighbours are as high.
    """

    height: int
    scale: float
    rows: int
    photos: int
    letters: float
    across: float = 1
    spare_rows: int = 0

    def columns(self, layout: PaperLayout) -> int:
        """Return how many columns of the grid are side by side."""
        return round(layout.columns * self.across)

    @property
    def is_close(self) -> bool:
        """Whether more panels stand side by side than can be read with ease: words take as few lines as they can."""
        return self.across >= _CLOSE_ACROSS

    @property
    def reduction(self) -> float:
        """How much smaller its letters are than in the widest density."""
        return self.letters / DENSITIES[0].letters

    def limits(self, layout: PaperLayout) -> PaperLimits:
        """Return what a panel may hold."""
        return PaperLimits(is_narrow=layout.is_narrow, rows=self.rows, photos=self.photos)


DENSITIES = (
    Density(height=220, scale=0.92, rows=40, photos=12, letters=9.5),
    Density(height=170, scale=0.86, rows=20, photos=8, letters=9),
    Density(height=140, scale=0.8, rows=10, photos=4, letters=8.5),
    Density(height=112, scale=0.74, rows=7, photos=4, letters=8, across=1.5),
    Density(height=100, scale=0.7, rows=5, photos=4, letters=7.5, across=2),
    Density(height=70, scale=0.67, rows=4, photos=4, letters=7, across=2),
    Density(height=56, scale=0.67, rows=3, photos=4, letters=7, across=2.7),
)
"""From the widest. Letters of a drawing are 12 pixels, six points on the sheet in the closest."""
READABLE, MAX_PAGES = 5, 4
"""How many densities are read with ease: a file takes the widest that has the fewest pages; the closer ones are for
what would have more than ``MAX_PAGES``."""
ROOMY_ROWS = 12
"""Rows that a table of a close density has where its pages leave room for them."""
DRAWING_ROWS = 3
"""The height, in rows of the grid, for which charts are specified: that of drawings before they are reduced."""

_SMALL_SPAN, _LEAST_SPAN, _LEAST_CLOSE_SPAN, _MOST_STACKED, _SQUEEZE = 3, 4, 6, 2, 3
_WRITTEN_SPAN, _MOST_SMALL, _LEAST_SMALL = 9, 6, 125
"""Columns of a stack of key figures, of a drawing, and of one where many stand side by side, how many figures a stack
holds, and how much wider a row with one is; columns of what is written, how many figures a row has, and the pixels that
one needs where a close row has more."""
LONG_ROWS = 12
"""Rows of a table beyond which it stands alone, and may go on on the next page."""


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """Panels one above the other, ``span`` columns wide."""

    span: int
    panels: tuple[PanelContent, ...]

    @property
    def is_small(self) -> bool:
        """Whether it holds key figures alone."""
        return all(panel.rule.is_small for panel in self.panels)


PaperRow = tuple[PaperColumn, ...]


def printed_row(row: PaperRow, density: Density, layout: PaperLayout) -> dict[str, PanelPresentation]:
    """Return the panels of a row as paper has them, by id."""
    return {
        panel.panel.id: as_printed(panel.presentation, density.limits(layout))
        for column in row
        for panel in column.panels
        if panel.presentation is not None
    }


def rows_of(panels: Iterable[PanelContent], density: Density, layout: PaperLayout) -> Iterator[PaperRow]:
    """Put the panels of a section side by side, in their order, in rows about as full as each other.

    One or two key figures stand one above the other beside a drawing; more of them are rows of their own, and a panel
    that fills the sheet stands alone.
    """
    across = density.columns(layout)
    run: list[PaperColumn] = []
    for is_small, group in groupby(panels, key=lambda panel: panel.rule.is_small):
        members = tuple(group)
        if is_small and len(members) > _MOST_STACKED:
            yield from _balanced(run, across)
            yield from _small_rows(members, density, layout)
            run = []
        elif is_small:
            run.append(PaperColumn(_SMALL_SPAN, members))
        else:
            for panel in members:
                column = _column(panel, density, layout)
                if column.span < across and not is_long(panel, density):
                    run.append(column)
                    continue
                yield from _balanced(run, across)
                yield (column,)
                run = []
    yield from _balanced(run, across)


def _balanced(columns: Sequence[PaperColumn], across: int) -> Iterator[PaperRow]:
    """Yield rows of columns, as few as hold them, each about as full as the others; key figures are no row alone."""
    total = sum(column.span for column in columns)
    left = math.ceil(total / (across + max(_SQUEEZE, (across - COLUMNS) // 3)))
    row: list[PaperColumn] = []
    for index, column in enumerate(columns):
        span = sum(each.span for each in row)
        has_figures = any(each.is_small for each in [*row, column])
        most = across + (_SQUEEZE if has_figures else (across - COLUMNS) // 3)
        is_full = span + column.span > most or (left > 1 and span + column.span / 2 > total / left)
        is_last_figure = column.is_small and index == len(columns) - 1
        if row and is_full and not is_last_figure:
            yield tuple(row)
            total, left, row = total - span, left - 1, []
        row.append(column)
    if row:
        yield tuple(row)


def _fills_narrow(panel: PanelContent) -> bool:
    presentation = panel.presentation
    if presentation is None:
        return not panel.fault and panel.rule.is_written and panel.panel.width > COLUMNS // 2
    return presentation.kind.fills_narrow(presentation.answer)


def _small_rows(group: Sequence[PanelContent], density: Density, layout: PaperLayout) -> Iterator[PaperRow]:
    """Yield key figures in rows about as long as each other."""
    most = max(layout.drawing_width // _LEAST_SMALL, _MOST_SMALL) if density.is_close else _MOST_SMALL
    count = math.ceil(len(group) / min(density.columns(layout) // _SMALL_SPAN, most))
    each = math.ceil(len(group) / count)
    for first in range(0, len(group), each):
        yield tuple(PaperColumn(_SMALL_SPAN, (panel,)) for panel in group[first : first + each])


def _column(panel: PanelContent, density: Density, layout: PaperLayout) -> PaperColumn:
    """Return the column of a panel: as wide as on the screen, or about a half where more stand side by side."""
    width = max(panel.panel.width, _LEAST_CLOSE_SPAN if density.is_close else _LEAST_SPAN)
    if layout.is_narrow and _fills_narrow(panel):
        return PaperColumn(density.columns(layout), (panel,))
    if is_long(panel, density):
        return PaperColumn(COLUMNS, (panel,))
    if density.across > 1 and not panel.has_drawing:
        width = max(width, _WRITTEN_SPAN)
    across = density.columns(layout)
    least = _span_of(panel.rule.least, _fullest(across), layout)
    need = max(_table_span(panel, density, layout), _multiples_span(panel, density, layout), least)
    return PaperColumn(max(min(width, COLUMNS), min(need, across)), (panel,))


def _table_span(panel: PanelContent, density: Density, layout: PaperLayout) -> int:
    """Return the columns of the grid that a table needs lest it stand out of its panel in the fullest row."""
    if panel.presentation is None:
        return 0
    printed = as_printed(panel.presentation, density.limits(layout))
    tables = written_tables(printed, density.reduction, rows=density.rows)
    most = _fullest(density.columns(layout))
    return _span_of(max((table.least_width for table in tables), default=0), most, layout)


def _fullest(across: int) -> int:
    """Return the columns of the fullest row that ``_balanced`` makes."""
    return across + max(_SQUEEZE, (across - COLUMNS) // 3)


def _multiples_span(panel: PanelContent, density: Density, layout: PaperLayout) -> int:
    """Return the columns of the grid that small multiples need to stand four side by side in a full row."""
    chart = panel.presentation.chart if panel.presentation is not None else None
    width = min(multiples(chart or {}), _MULTIPLES_ACROSS) * MULTIPLE_WIDTH * density.scale
    return _span_of(width, density.columns(layout), layout)


def _span_of(width: float, across: int, layout: PaperLayout) -> int:
    """Return the columns that take so many pixels, and the sides of their panel, in a row of ``across`` of them."""
    return math.ceil((width + _SIDES + _GAP) * across / layout.drawing_width) if width else 0


def is_long(panel: PanelContent, density: Density) -> bool:
    """Whether a panel writes more rows than may fit in what is left of a page."""
    is_listed = panel.rule.is_written and panel.rule.row > 0 and not panel.fault
    return is_listed and min(panel.row_count, density.rows) > LONG_ROWS


_PADDING, _GAP = 18, 9.34
_TITLE, _LINE, _LEGEND_LINE, _NOTICE = 17, 14, 16, 26
_TITLE_LETTER, _LETTER, _LEGEND_LETTER = 6.9, 5.4, 6.2
_SWATCH, _SIDES, _MOST_STRETCHED = 28, 24, 1.9
_TABLE_TOP = 12
"""Pixels above a table, and of the words that count the rows left out."""
_MAX_BAR, _LEAST_HEIGHT = 60, 70
"""Pixels of a chart that a name of bars takes at most, lest they look like walls, and of the lowest drawing."""
_MIN_BAR, _MIN_MULTIPLE, _MULTIPLES_ACROSS = 15, 110, 4
"""Pixels of a chart, before it is reduced, that each name of bars across needs, and each row of small multiples."""


@dataclass(frozen=True, slots=True)
class RowSize:
    """The sizes of a row: ``printed`` are its panels as paper has them, by id.

    A drawing that is alone in its column reaches as low as the highest column.
    """

    row: PaperRow
    printed: Mapping[str, PanelPresentation]
    density: Density
    layout: PaperLayout

    def width(self, column: PaperColumn) -> float:
        """Return the pixels inside the panels of a column."""
        return self._outside(column) - _SIDES

    def share(self, column: PaperColumn) -> int:
        """Return the thousandths of its row that a column takes: gaps stand before, between and after columns."""
        return math.floor(1_000 * self._outside(column) / (self.layout.drawing_width + 2 * _GAP))

    def _outside(self, column: PaperColumn) -> float:
        room = self.layout.drawing_width - _GAP * (len(self.row) - 1)
        return room * column.span / sum(each.span for each in self.row)

    @property
    def height(self) -> float:
        """The height of the highest column."""
        return max(self._column_height(column) for column in self.row)

    @property
    def filled_height(self) -> float:
        """The height that the drawings of every column can fill; that of the row without any."""
        most = []
        for column in self.row:
            names = [panel.panel.id for panel in column.panels if panel.has_drawing]
            if drawings := [self.printed[name] for name in names if name in self.printed]:
                needs = sum(needed_height(each, self.density, self.width(column)) for each in drawings)
                most.append(self._column_height(column) + needs * (_MOST_STRETCHED - 1))
        return min(most, default=self.height)

    def drawing_height(self, name: str) -> int:
        """Return the height of the drawing of a panel."""
        column = next(each for each in self.row if any(panel.panel.id == name for panel in each.panels))
        printed = self.printed[name]
        if not any(panel.has_drawing for panel in column.panels if panel.panel.id == name):
            return 0
        need = needed_height(printed, self.density, self.width(column))
        left = self.height - self._column_height(column)
        most = round(need * _MOST_STRETCHED)
        if bars := bars_across(printed.chart or {}):
            most = max(min(most, round(bars * _MAX_BAR * self.density.scale)), _LEAST_HEIGHT)
        return round(min(need + left, most))

    def _column_height(self, column: PaperColumn) -> float:
        width = self.width(column)
        heights = [self._panel_height(panel, width) for panel in column.panels]
        return sum(heights) + _GAP * (len(heights) - 1)

    def _panel_height(self, panel: PanelContent, width: float) -> int:
        presentation, rule = self.printed.get(panel.panel.id), panel.rule
        if panel.fault or (presentation is not None and presentation.answer.is_empty):
            return _PADDING + _TITLE + 2 * _LINE
        if presentation is None:
            around = (
                _PADDING + _lines(panel.panel.title, width, _TITLE_LETTER) * _TITLE + _LINE + _LEGEND_LINE
            )
            drawing = round(self.density.height * rule.stretch) if panel.has_drawing else 0
            rows = min(panel.row_count, self.density.rows)
        else:
            around = words_height(presentation, width)
            drawing = needed_height(presentation, self.density, width) if panel.has_drawing else 0
            rows = presentation.kind.written_rows(presentation.answer)
        written = rule.around if panel.has_drawing else rule.base + rule.row * rows
        scale = self.density.reduction
        tables = written_tables(presentation, scale, rows=rows) if presentation is not None else []
        if tables:
            return round(around * scale + sum(_TABLE_TOP + table.height(width) for table in tables))
        return drawing + round((around + written) * scale)


def spared_row(row: PaperRow, density: Density, layout: PaperLayout) -> RowSize:
    """Return the sizes of a row; its tables have more rows where its neighbours are as high anyway.

    The spare rows of the density may make it higher, but leave no drawing beside them in an empty box.
    """
    least = RowSize(row, printed_row(row, density, layout), density, layout)
    if not any(
        panel.rule.is_table and panel.row_count > density.rows for column in row for panel in column.panels
    ):
        return least
    for rows in range(ROOMY_ROWS, density.rows, -1):
        size = RowSize(row, printed_row(row, replace(density, rows=rows), layout), density, layout)
        is_spare = rows <= density.spare_rows
        most = max(least.height, least.filled_height) if is_spare else least.height
        if size.height <= most or (is_spare and len(row) == 1):
            return size
    return least


def needed_height(presentation: PanelPresentation, density: Density, width: float) -> int:
    """Return the height of a drawing of a width on the sheet: more for many bars across, or small multiples."""
    chart = presentation.chart
    if chart is None:
        return round(density.height * presentation.kind.paper.stretch)
    bars, columns = bars_across(chart), max(round(width / density.scale) // MULTIPLE_WIDTH, 1)
    least = max(bars * _MIN_BAR, math.ceil(multiples(chart) / columns) * _MIN_MULTIPLE)
    most = max(bars * _MAX_BAR * density.scale, _LEAST_HEIGHT) if bars else density.height
    return max(round(min(density.height, most)), round(least * density.scale))


def multiples(specification: Mapping[str, Any]) -> int:
    """Return how many small charts one holds."""
    return len(specification.get("facet", {}).get("sort") or ())


def bars_across(specification: Mapping[str, Any]) -> int:
    """Return how many names stand at the left of a chart of bars, one under the other."""
    encodings = [layer.get("encoding", {}) for layer in specification.get("layer", ())]
    names = [
        encoding["y"].get("sort") for encoding in encodings if encoding.get("y", {}).get("type") == "nominal"
    ]
    return max((len(sort) for sort in names if isinstance(sort, list)), default=0)


def words_height(presentation: PanelPresentation, width: float) -> int:
    """Return the height of what a panel writes around its drawing."""
    panel, answer = presentation.panel, presentation.answer
    height = _PADDING + _lines(panel.title, width, _TITLE_LETTER) * _TITLE
    texts = [panel.subtitle, *answer.notes, presentation.ignored]
    height += sum(_lines(text, width, _LETTER) for text in texts) * _LINE
    height += _NOTICE if presentation.notice else 0
    return height + _legend_height(presentation, width)


def _legend_height(presentation: PanelPresentation, width: float) -> int:
    """Return the height of the legend of a chart or of a map: words behind swatches, in as many lines as they need."""
    labels = [str(line.label) for line in presentation.legend]
    drawing, around = (presentation.context.get(name) for name in ("drawing", "around"))
    if drawing is not None:
        labels += [f"{line.title} {line.detail}" for line in drawing.legend]
        labels += [f"{each.title} {line.title}" for each in around or () for line in each.lines]
    lines, left = (1 if drawing is not None and drawing.title else 0) + bool(around), 0.0
    for label in labels:
        need = _SWATCH + len(label) * _LEGEND_LETTER
        if need > left:
            lines, left = lines + 1, width
        left -= need
    return lines * _LEGEND_LINE


def _lines(text: str, width: float, letter: float) -> int:
    return math.ceil(len(text) * letter / max(width, 1)) if text else 0
