"""A document as a small drawing: its panels where the grid puts them, those that changed ringed. No script, no data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

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
        for column, row, panel in placed(part.panels):
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


def placed(panels: Iterable[Panel]) -> Iterable[tuple[int, int, Panel]]:
    """Yield the column and the row of each panel, as a grid fills itself: forward only, where there is room."""
    taken: set[tuple[int, int]] = set()
    column = row = 0
    for panel in panels:
        width, height = _columns(panel), _rows(panel)
        while column + width > COLUMNS or _meets(taken, column, row, width, height):
            column += 1
            if column + width > COLUMNS:
                column, row = 0, row + 1
        taken.update((x, y) for x in range(column, column + width) for y in range(row, row + height))
        yield column, row, panel
        column += width


def _meets(taken: Collection[tuple[int, int]], column: int, row: int, width: int, height: int) -> bool:
    return any((x, y) in taken for x in range(column, column + width) for y in range(row, row + height))


def _columns(panel: Panel) -> int:
    return min(max(panel.width, 1), COLUMNS)


def _rows(panel: Panel) -> int:
    return min(max(panel.height, 1), 12)


def _glyph(panel: Panel) -> str:
    kind = PANEL_KINDS.get(panel.kind)
    return (kind.glyph(panel) if kind else Glyph.TEXT).value
