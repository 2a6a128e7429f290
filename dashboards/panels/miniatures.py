"""What panels show, drawn as small as a card: paths of SVG, in the classes of ``cards.css``. No script."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from dashboards.panels.groups import is_symbol
from dashboards.panels.kinds import Miniature, MiniatureDrawing, PanelAnswer
from dashboards.panels.tables import cell_words

WIDTH, HEIGHT, GAP = 100, 40, 2
"""The size of a chart, which is stretched to its tile."""
SHADES = 4
"""Classes of colour, the strongest first: ``shade-1`` to ``shade-4``; ``shade-0`` has none."""
SYMBOL_MAX, MAX_LINES = 3, 3
_MAX_BARS, _MAX_LINES, _MAX_POINTS, _MAX_CELLS = 12, 4, 80, 8


BOX = f"0 0 {WIDTH} {HEIGHT}"
SvgPath = tuple[str, str]


def bars_miniature(answer: PanelAnswer) -> Miniature:
    """Return bars of the groups of a table."""
    return _miniature_of(answer, _bars)


def lines_miniature(answer: PanelAnswer) -> Miniature:
    """Return lines of the groups of a table."""
    return _miniature_of(answer, _lines)


def ring_miniature(answer: PanelAnswer) -> Miniature:
    """Return the groups of a table as parts of a ring."""
    return _miniature_of(answer, _ring, is_stretched=False)


def points_miniature(answer: PanelAnswer) -> Miniature:
    """Return the rows of a table as points."""
    return _miniature_of(answer, _points)


def cells_miniature(answer: PanelAnswer) -> Miniature:
    """Return the cells of a heat table."""
    return _miniature_of(answer, _cells)


def _miniature_of(
    answer: PanelAnswer, draw: Callable[[PanelAnswer], Iterable[SvgPath]], *, is_stretched: bool = True
) -> Miniature:
    paths = () if answer.is_empty else tuple(draw(answer))
    return Miniature(drawing=MiniatureDrawing(paths, BOX, is_stretched) if paths else None)


def value_miniature(answer: PanelAnswer) -> Miniature:
    """Return the value of a key figure with what it is part of; a unit that is a symbol stands at its side."""
    context = answer.context or {}
    if answer.is_empty:
        return Miniature()
    unit = context.get("unit") or ""
    return Miniature(
        value=context["value"],
        unit=unit if len(unit) <= SYMBOL_MAX else "",
        total=context.get("total") or "",
        gauge=context.get("gauge"),
        period=context.get("period") or "",
    )


def rows_miniature(answer: PanelAnswer) -> Miniature:
    """Return the first and the last cell of the first rows of a table."""
    table = answer.table
    rows = [
        [
            cell_words(column, cell, has_unit=is_symbol(column.unit))
            for column, cell in zip(table.columns, row, strict=True)
        ]
        for row in table.rows[:MAX_LINES]
    ]
    return Miniature(lines=tuple((row[0], row[-1] if len(row) > 1 else "") for row in rows))


def _bars(answer: PanelAnswer) -> Iterable[SvgPath]:
    """Draw bars, upright over periods and bins, else across and the longest first; a second key parts each of them."""
    stacks: dict[Any, dict[Any, float]] = {}
    for key, part, value in _groups(answer):
        stacks.setdefault(key, {})[part] = value
    is_upright = ":" in answer.table.columns[0].name
    by_length = sorted(stacks.values(), key=lambda stack: -sum(stack.values()))
    visible_stacks = list(stacks.values())[-_MAX_BARS:] if is_upright else by_length[: _MAX_BARS // 2]
    largest = sum(by_length[0].values()) if by_length else 0
    if largest <= 0:
        return
    totals = Counter[Any]()
    for stack in stacks.values():
        totals.update(stack)
    shades = {part: min(index, SHADES) for index, (part, _total) in enumerate(totals.most_common(), 1)}
    along, across = (HEIGHT, WIDTH) if is_upright else (WIDTH, HEIGHT)
    step = min(across / len(visible_stacks), across / 3)
    for index, stack in enumerate(visible_stacks):
        start = 0.0
        for part in sorted(stack, key=shades.__getitem__):
            length, offset = stack[part] / largest * along, (index * step, step - min(GAP, step / 3))
            upright = (offset[0], HEIGHT - start - length, offset[1], length)
            yield (
                f"shade-{shades[part]}",
                _box(*(upright if is_upright else (start, offset[0], length, offset[1]))),
            )
            start += length


def _lines(answer: PanelAnswer) -> Iterable[SvgPath]:
    """Draw a line for each value of the second key."""
    series: dict[Any, list[tuple[int, float]]] = {}
    indexes: dict[Any, int] = {}
    for key, part, value in _groups(answer):
        series.setdefault(part, []).append((indexes.setdefault(key, len(indexes)), value))
    values = [value for points in series.values() for _index, value in points]
    if len(indexes) < 2:
        return
    low, high = min(0.0, *values), max(values)
    span, step = (high - low) or 1, WIDTH / (len(indexes) - 1)
    for shade, points in enumerate(list(series.values())[:_MAX_LINES], 1):
        corners = (
            f"{index * step:.1f} {HEIGHT - 2 - (value - low) / span * (HEIGHT - 4):.1f}"
            for index, value in points
        )
        yield f"line shade-{shade}", "M" + "L".join(corners)


def _ring(answer: PanelAnswer) -> Iterable[SvgPath]:
    """Draw the parts of a whole."""
    values = [value for _key, _part, value in _groups(answer) if value > 0][:_MAX_CELLS]
    total, before = sum(values), 0.0
    for index, value in enumerate(values):
        share = min(value / total, 0.9999)
        (x1, y1), (x2, y2) = _on_ring(before), _on_ring(before + share)
        yield f"ring shade-{min(index + 1, SHADES)}", f"M{x1} {y1}A14 14 0 {int(share > 0.5)} 1 {x2} {y2}"
        before += share


def _points(answer: PanelAnswer) -> Iterable[SvgPath]:
    """Draw a dot for each row of two numbers."""
    numbers = [index for index, column in enumerate(answer.table.columns) if column.is_number][:2]
    rows = [[row[index] for index in numbers] for row in answer.table.rows[:_MAX_POINTS]]
    pairs = [(x, y) for x, y in (row for row in rows if len(row) == 2) if _is_value(x) and _is_value(y)]
    if len(pairs) < 2:
        return
    (left, right), (low, high) = ((min(axis), max(axis)) for axis in zip(*pairs, strict=True))
    wide, tall = (right - left) or 1, (high - low) or 1
    dots = (
        f"M{2 + (x - left) / wide * (WIDTH - 4):.1f} {HEIGHT - 2 - (y - low) / tall * (HEIGHT - 4):.1f}h0"
        for x, y in pairs
    )
    yield "dots shade-1", "".join(dots)


def _cells(answer: PanelAnswer) -> Iterable[SvgPath]:
    """Draw a table of strengths."""
    rows = [row for part in (answer.context or {}).get("parts", ()) for row in part.rows][:_MAX_CELLS]
    for down, row in enumerate(rows):
        cells = row.cells[: 2 * _MAX_CELLS]
        for across, cell in enumerate(cells):
            wide, high = WIDTH / len(cells), HEIGHT / len(rows)
            shade = SHADES - min(cell.strength * SHADES // 101, SHADES - 1) if cell.strength else 0
            yield f"shade-{shade}", _box(across * wide, down * high, wide - 1, high - 1)


def _groups(answer: PanelAnswer) -> Iterable[tuple[Any, Any, float]]:
    """Yield the first key, the second one if any, and the first measure of each row whose period is over."""
    columns = answer.table.columns
    number = next((index for index, column in enumerate(columns) if index and column.is_number), None)
    if number is None:
        return
    running = answer.table.running if len(answer.table.running) < len(answer.table.rows) else ()
    for at, row in enumerate(answer.table.rows):
        if at not in running and _is_value(row[number]) and row[number] >= 0:
            yield row[0], row[1] if number > 1 else None, float(row[number])


def _is_value(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _on_ring(share: float) -> tuple[str, str]:
    angle = 2 * math.pi * share
    return f"{WIDTH / 2 + 14 * math.sin(angle):.1f}", f"{HEIGHT / 2 - 14 * math.cos(angle):.1f}"


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z"
