"""What panels show, drawn as small as a card: paths of SVG, in the classes of ``cards.css``. No script."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.maps.drawing import UNCLASSED, MapDrawing
from dashboards.maps.queries import some_places
from dashboards.panels.kinds import PanelAnswer
from interface.map_config import bounds_of
from interface.territory import CommuneShape

WIDTH, HEIGHT, GAP = 100, 40, 2
"""The size of a chart, which is stretched to its tile."""
SHADES = 4
"""Classes of colour, the strongest first: ``shade-1`` to ``shade-4``; ``shade-0`` has none."""
_MAP_WIDTH = 160
_MOST_BARS, _MOST_LINES, _MOST_POINTS, _MOST_CELLS = 12, 4, 80, 8


@dataclass(frozen=True, slots=True)
class MiniatureDrawing:
    """Paths with their classes; ``is_stretched`` tells that they fill their tile, whatever its shape."""

    paths: tuple[tuple[str, str], ...]
    box: str = f"0 0 {WIDTH} {HEIGHT}"
    is_stretched: bool = True


def drawing_of(kind: str, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> MiniatureDrawing | None:
    """Return what a panel of a kind shows; None for a kind that has no drawing, and without anything to draw.

    Raises:
        TooSlow: the features of a map could not be read in time.
    """
    drawing = (answer.context or {}).get("drawing")
    if isinstance(drawing, MapDrawing):
        return _map(drawing, communes)
    draw = _CHARTS.get(kind)
    paths = tuple(draw(answer)) if draw is not None and not answer.is_empty else ()
    if not paths:
        return None
    return MiniatureDrawing(paths, is_stretched=kind != "donut")


def _bars(answer: PanelAnswer) -> Iterable[tuple[str, str]]:
    """Draw bars, upright over periods and bins, else across and the longest first; a second key parts each of them."""
    stacks: dict[Any, dict[Any, float]] = {}
    for key, part, value in _groups(answer):
        stacks.setdefault(key, {})[part] = value
    is_upright = ":" in answer.table.columns[0].name
    by_length = sorted(stacks.values(), key=lambda stack: -sum(stack.values()))
    shown = list(stacks.values())[-_MOST_BARS:] if is_upright else by_length[: _MOST_BARS // 2]
    largest = sum(by_length[0].values()) if by_length else 0
    if largest <= 0:
        return
    totals = Counter[Any]()
    for stack in stacks.values():
        totals.update(stack)
    shades = {part: min(place, SHADES) for place, (part, _total) in enumerate(totals.most_common(), 1)}
    along, across = (HEIGHT, WIDTH) if is_upright else (WIDTH, HEIGHT)
    step = min(across / len(shown), across / 3)
    for place, stack in enumerate(shown):
        start = 0.0
        for part in sorted(stack, key=shades.__getitem__):
            length, beside = stack[part] / largest * along, (place * step, step - min(GAP, step / 3))
            upright = (beside[0], HEIGHT - start - length, beside[1], length)
            yield (
                f"shade-{shades[part]}",
                _box(*(upright if is_upright else (start, beside[0], length, beside[1]))),
            )
            start += length


def _lines(answer: PanelAnswer) -> Iterable[tuple[str, str]]:
    """Draw a line for each value of the second key."""
    series: dict[Any, list[tuple[int, float]]] = {}
    places: dict[Any, int] = {}
    for key, part, value in _groups(answer):
        series.setdefault(part, []).append((places.setdefault(key, len(places)), value))
    values = [value for points in series.values() for _place, value in points]
    if len(places) < 2:
        return
    low, high = min(0.0, *values), max(values)
    span, step = (high - low) or 1, WIDTH / (len(places) - 1)
    for shade, points in enumerate(list(series.values())[:_MOST_LINES], 1):
        corners = (
            f"{place * step:.1f} {HEIGHT - 2 - (value - low) / span * (HEIGHT - 4):.1f}"
            for place, value in points
        )
        yield f"line shade-{shade}", "M" + "L".join(corners)


def _ring(answer: PanelAnswer) -> Iterable[tuple[str, str]]:
    """Draw the parts of a whole."""
    values = [value for _key, _part, value in _groups(answer) if value > 0][:_MOST_CELLS]
    whole, before = sum(values), 0.0
    for place, value in enumerate(values):
        share = min(value / whole, 0.9999)
        (x1, y1), (x2, y2) = _on_ring(before), _on_ring(before + share)
        yield f"ring shade-{min(place + 1, SHADES)}", f"M{x1} {y1}A14 14 0 {int(share > 0.5)} 1 {x2} {y2}"
        before += share


def _points(answer: PanelAnswer) -> Iterable[tuple[str, str]]:
    """Draw a dot for each row of two numbers."""
    numbers = [place for place, column in enumerate(answer.table.columns) if column.is_number][:2]
    rows = [[row[place] for place in numbers] for row in answer.table.rows[:_MOST_POINTS]]
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


def _cells(answer: PanelAnswer) -> Iterable[tuple[str, str]]:
    """Draw a table of strengths."""
    rows = [row for part in (answer.context or {}).get("parts", ()) for row in part.rows][:_MOST_CELLS]
    for down, row in enumerate(rows):
        cells = row.cells[: 2 * _MOST_CELLS]
        for across, cell in enumerate(cells):
            wide, high = WIDTH / len(cells), HEIGHT / len(rows)
            shade = SHADES - min(cell.strength * SHADES // 101, SHADES - 1) if cell.strength else 0
            yield f"shade-{shade}", _box(across * wide, down * high, wide - 1, high - 1)


_CHARTS: Mapping[str, Callable[[PanelAnswer], Iterable[tuple[str, str]]]] = {
    "bar": _bars, "stacked_bar": _bars, "histogram": _bars, "small_multiples": _bars, "line": _lines, "area": _lines,
    "progress": _lines, "donut": _ring, "scatter": _points, "heat_table": _cells,
}  # fmt: skip


def _map(drawing: MapDrawing, communes: Sequence[CommuneShape]) -> MiniatureDrawing | None:
    """Draw the communes, in the classes of the map where they carry its measure, else some of its features on them."""
    if not communes:
        return None
    west, south, east, north = bounds_of(communes)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = _MAP_WIDTH / max((east - west) * squeeze, (north - south) * 1.4)
    frame = (west, north, squeeze * scale, scale)
    steps = {} if drawing.joined else {place.key: place.step for place in drawing.places}
    most = max(len(drawing.classes), 1)
    paths = []
    for commune in communes:
        step = steps.get(commune.code, UNCLASSED)
        shade = 0 if step == UNCLASSED else SHADES - step * SHADES // most
        paths.append(
            (f"town shade-{shade}", "".join(_outline(json.loads(commune.geometry)["coordinates"], frame)))
        )
    if not drawing.is_of_places:
        dots = (
            f"M{(x - west) * frame[2]:.0f} {(north - y) * scale:.0f}h0"
            for x, y in some_places(drawing.selection)
        )
        paths.append(("dots shade-1", "".join(dots)))
    box = f"-1 -1 {(east - west) * squeeze * scale + 2:.0f} {(north - south) * scale + 2:.0f}"
    return MiniatureDrawing(tuple(paths), box, is_stretched=False)


def _outline(coordinates: Any, frame: tuple[float, float, float, float]) -> Iterable[str]:
    """Yield the rings of a surface of surfaces, without the corners that fall on the one before."""
    west, north, across, down = frame
    for surface in coordinates:
        for ring in surface:
            corners = dict.fromkeys(
                (round((x - west) * across), round((north - y) * down)) for x, y, *_rest in ring
            )
            if len(corners) > 2:
                yield "M" + "L".join(f"{x} {y}" for x, y in corners) + "Z"


def _groups(answer: PanelAnswer) -> Iterable[tuple[Any, Any, float]]:
    """Yield the first key, the second one if any, and the first measure of each row of a table."""
    columns = answer.table.columns
    number = next((place for place, column in enumerate(columns) if place and column.is_number), None)
    if number is None:
        return
    for row in answer.table.rows:
        if _is_value(row[number]) and row[number] >= 0:
            yield row[0], row[1] if number > 1 else None, float(row[number])


def _is_value(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _on_ring(share: float) -> tuple[str, str]:
    angle = 2 * math.pi * share
    return f"{WIDTH / 2 + 14 * math.sin(angle):.1f}", f"{HEIGHT / 2 - 14 * math.cos(angle):.1f}"


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z"
