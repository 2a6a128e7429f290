"""Panels on the grid of twelve columns: where each stands, gaps filled, and a document as a small drawing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from dashboards.documents.document import COLUMNS, Include, Panel, Section
from dashboards.panels.kinds import Glyph
from dashboards.registry import PANEL_KINDS

UNIT, ROW, GAP, HEAD = 10, 8, 2, 5
WIDTH = COLUMNS * UNIT
MAX_ROWS = 60  # a longer document is cut: a sketch is looked at, not read
INCLUDE_ROWS = 2


@dataclass(frozen=True, slots=True)
class SketchPart:
    """A panel, an include or the title of a section, in units of the drawing; ``glyph`` is the shape inside."""

    x: int
    y: int
    width: int
    height: int
    glyph: str
    is_marked: bool = False

    @property
    def strokes(self) -> Sequence[tuple[int, int, int, int]]:
        """The lines of its shape, as x1, y1, x2, y2."""
        left, top = self.x + 3, self.y + 3
        wide, low = max(self.width - 6, 2), self.y + self.height - 2
        title = (left, top, left + min(wide, 14), top)
        if self.height < 12 or self.glyph in {"figure", "text", "title", "include"}:
            return (title,)
        if self.glyph == "rows":
            return (title, *((left, y, left + wide, y) for y in range(top + 4, low, 3)))
        if self.glyph == "bars":
            steps = range(top + 4, low, 4)
            return (
                title,
                *((left, y, left + wide * (95 - 14 * (n % 5)) // 100, y) for n, y in enumerate(steps)),
            )
        if self.glyph == "line":
            middle = left + wide // 2
            return (title, (left, low - 1, middle, low - 4), (middle, low - 4, left + wide, top + 4))
        return (title,)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The drawing of a document, ``height`` units high."""

    parts: tuple[SketchPart, ...]
    height: int

    @property
    def view_box(self) -> str:
        """The part of the plane that is drawn."""
        return f"0 0 {WIDTH} {max(self.height, 2 * ROW)}"


def sketch(sections: Iterable[Section | Include], *, marked: Collection[str] = ()) -> Sketch:
    """Return the drawing of sections; ``marked`` are the panels and includes that changed, by identifier."""
    parts: list[SketchPart] = []
    top = 0
    for part in sections:
        if top >= MAX_ROWS * ROW:
            break
        if isinstance(part, Include):
            height = INCLUDE_ROWS * ROW
            parts.append(SketchPart(0, top, WIDTH, height, "include", part.dashboard in marked))
            top += height + GAP
            continue
        if part.title:
            parts.append(SketchPart(0, top, WIDTH, HEAD, "title"))
            top += HEAD + GAP
        rows = 0
        for column, row, panel in grid_positions(part.panels):
            width, height = _columns(panel), _rows(panel)
            box = SketchPart(
                column * UNIT,
                top + row * ROW,
                width * UNIT - GAP,
                height * ROW - GAP,
                _glyph(panel),
                panel.id in marked,
            )
            parts.append(box)
            rows = max(rows, row + height)
        top += rows * ROW
    return Sketch(tuple(parts), top)


def grid_positions(panels: Iterable[Panel]) -> Iterable[tuple[int, int, Panel]]:
    """Yield the column and the row of each panel, as a grid fills itself: forward only, where there is room."""
    occupied: set[tuple[int, int]] = set()
    column = row = 0
    for panel in panels:
        width, height = _columns(panel), _rows(panel)
        while column + width > COLUMNS or _meets(occupied, column, row, width, height):
            column += 1
            if column + width > COLUMNS:
                column, row = 0, row + 1
        occupied.update((x, y) for x in range(column, column + width) for y in range(row, row + height))
        yield column, row, panel
        column += width


def _meets(occupied: Collection[tuple[int, int]], column: int, row: int, width: int, height: int) -> bool:
    return any((x, y) in occupied for x in range(column, column + width) for y in range(row, row + height))


def _columns(panel: Panel) -> int:
    return min(max(panel.width, 1), COLUMNS)


def _rows(panel: Panel) -> int:
    return min(max(panel.height, 1), 12)


def _glyph(panel: Panel) -> str:
    kind = PANEL_KINDS.get(panel.kind)
    return (kind.glyph(panel) if kind else Glyph.TEXT).value


def fill_gaps(panels: Sequence[Panel], absent: Collection[str]) -> tuple[Panel, ...]:
    """Return the panels of a section without the absent ones, by name: their neighbours are as wide as all were."""
    if not absent:
        return tuple(panels)
    closed: list[Panel] = []
    for band in _bands(panels):
        present = [panel for panel in band if panel.id not in absent]
        closed += present if len(present) == len(band) else _filled(present, _width(band))
    return tuple(closed)


SCREEN_ROWS, LAST_ROWS = 8, 2
"""Rows of panels that a hall screen shows at once, 120 px each on a screen of 1,080, and more for a last band."""


def screens(panels: Iterable[Panel]) -> list[list[str]]:
    """Return the names of panels by screens, bands whole: one higher than a screen is alone, a low last one is not."""
    filled: list[list[str]] = []
    room = 0
    bands = _bands(panels)
    for at, band in enumerate(bands, start=1):
        top = min(row for _column, row, _panel in grid_positions(band))
        height = max(row - top + _rows(panel) for _column, row, panel in grid_positions(band))
        is_low_end = at == len(bands) and height <= LAST_ROWS
        if not filled or height > room + (LAST_ROWS if is_low_end else 0):
            filled.append([])
            room = SCREEN_ROWS
        filled[-1] += [panel.id for panel in band]
        room -= height
    return filled


def _bands(panels: Iterable[Panel]) -> list[list[Panel]]:
    """Return panels by bands across the page: none stands in two of them."""
    bands: list[list[Panel]] = []
    bottom = 0
    for _column, row, panel in grid_positions(panels):
        if not bands or row >= bottom:
            bands.append([])
        bands[-1].append(panel)
        bottom = max(bottom, row + max(panel.height, 1))
    return bands


def _width(panels: Iterable[Panel]) -> int:
    """Return the width of the widest row of panels one after the other."""
    return max(
        (sum(_closed_columns(panel) for panel in row) for row in _closed_rows(panels)), default=COLUMNS
    )


def _filled(panels: Sequence[Panel], width: int) -> list[Panel]:
    """Return panels on rows that are all as wide, each in proportion to what it was."""
    return [panel for row in _closed_rows(panels) for panel in _stretched(row, width)]


def _closed_rows(panels: Iterable[Panel]) -> list[list[Panel]]:
    rows: list[list[Panel]] = []
    room = 0
    for panel in panels:
        if not rows or _closed_columns(panel) > room:
            rows.append([])
            room = COLUMNS
        rows[-1].append(panel)
        room -= _closed_columns(panel)
    return rows


def _stretched(row: Sequence[Panel], width: int) -> list[Panel]:
    """Return the panels of a row whose ends fall where their shares of its width end."""
    total, before, stretched = sum(_closed_columns(panel) for panel in row), 0, []
    for panel in row:
        after = before + _closed_columns(panel)
        columns = round(after * width / total) - round(before * width / total)
        stretched.append(replace(panel, width=max(columns, 1)))
        before = after
    return stretched


def _closed_columns(panel: Panel) -> int:
    return min(max(panel.width, 1), COLUMNS)
