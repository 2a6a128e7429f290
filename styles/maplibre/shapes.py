"""Lines, edges, fills and patterns as style layers of MapLibre."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from layers.styles.definitions import Proportion
from layers.styles.symbols import ALL_ZOOMS, Fill, LinePattern, MarkerLine, PointPattern, Stroke
from styles.classes import Expression, number
from styles.frame import Bucket, Frame
from styles.maplibre.points import CLEAR, SIGNAL, Layer, own_colour, proportional_steps, zooms_of
from styles.patterns import pattern_picture
from styles.pictures import SvgPicture, marker_picture, marker_svg

# What a selected surface is filled with, as a part of its usual opacity; an edge and a line grow by so many pixels.
_LIT = 5 / 3
_LIT_WIDTH = 2.5


def shape_layers(frame: Frame, bucket: Bucket) -> Iterator[Layer]:
    """Yield the style layer of strokes, markers along lines, fills or patterns."""
    match bucket.first:
        case Stroke():
            proportion = frame.style.proportion
            if proportion and frame.is_portable and not frame.geometry.is_surface:
                for width, condition in proportional_steps(frame.style.field, proportion):
                    yield _stroke(frame, bucket, width, *([] if condition is True else [condition]))
            else:
                yield _stroke(frame, bucket)
        case MarkerLine():
            yield _marker_line(frame, bucket)
        case Fill():
            yield _fill(frame, bucket)
        case LinePattern() | PointPattern():
            yield _pattern(frame, bucket)


def hit_layers(frame: Frame) -> Iterator[Layer]:
    """Yield the transparent shapes that make hollow features clickable and highlighted."""
    symbols = [frame.symbol(member) for member in frame.classes.members]
    if frame.geometry.is_surface and not all(
        _has(symbol, Fill | LinePattern | PointPattern) for symbol in symbols
    ):
        yield {
            "id": "inside",
            "type": "fill",
            # Without opacity MapLibre fills no pixel, and finds what is there all the same.
            "paint": {"fill-color": CLEAR, "fill-opacity": 0.0, "fill-antialias": False},
            "metadata": {"role": "shape", "pick": True},
        }
    if not all(_has(symbol, Stroke) for symbol in symbols):
        yield {
            "id": "reach",
            "type": "line",
            "paint": {"line-color": CLEAR, "line-width": 6, "line-opacity": 1.0},
            "metadata": {
                "role": "shape",
                "pick": not frame.geometry.is_surface,
                "lit": {"line-color": SIGNAL, "line-width": 3.5},
            },
        }


def _has(symbol: Any, kind: Any) -> bool:
    """Return whether a symbol has a layer of some kind at every zoom."""
    reached = ALL_ZOOMS[0]
    for low, high in sorted(layer.zooms for layer in symbol if isinstance(layer, kind)):
        if low > reached:
            return False
        reached = max(reached, high)
    return bool(reached >= ALL_ZOOMS[1])


def _stroke(frame: Frame, bucket: Bucket, size: float = 0, *conditions: Expression) -> Layer:
    """Return a stroke; ``size`` is the width of a step of a proportion, which ``conditions`` choose."""
    first, proportion = bucket.first, frame.style.proportion
    grows = proportion is not None and not frame.geometry.is_surface
    width: Expression = size or (
        _width(frame.style.field, proportion)
        if proportion and grows
        else bucket.choose(frame, lambda stroke: stroke.width)
    )
    widest = proportion.largest if proportion and grows else max(s.width for s in bucket.items.values())
    paint: dict[str, Any] = {
        "line-color": own_colour(frame, bucket.choose(frame, lambda stroke: f"@{stroke.colour}")),
        "line-width": width,
        "line-opacity": first.opacity,
    }
    offset = bucket.choose(frame, lambda stroke: stroke.offset)
    if offset:
        paint["line-offset"] = offset
    if first.dash:
        # MapLibre counts dashes in widths of the line.
        paint["line-dasharray"] = [round(part / max(first.width, 0.1), 3) for part in first.dash]
    return (
        {"id": "line", "type": "line"}
        | zooms_of(first)
        | bucket.filter(frame, *conditions)
        | {
            "layout": {
                "line-cap": first.cap,
                "line-join": bucket.choose(frame, lambda stroke: stroke.join),
            },
            "paint": paint,
            "metadata": {
                "role": "shape",
                "pick": not frame.geometry.is_surface,
                "lit": {"line-color": SIGNAL, "line-width": round(widest + _LIT_WIDTH, 2)},
            },
        }
    )


def _width(field: str, proportion: Proportion) -> Expression:
    if proportion.high <= proportion.low:
        return proportion.largest
    ends = [proportion.low, proportion.smallest, proportion.high, proportion.largest]
    return ["interpolate", ["linear"], number(field), *ends]


def _marker_line(frame: Frame, bucket: Bucket) -> Layer:
    return (
        {"id": "marks", "type": "symbol"}
        | zooms_of(bucket.first)
        | bucket.filter(frame)
        | {
            "layout": {
                "symbol-placement": "line",
                "symbol-spacing": max(bucket.first.interval, 1),
                "icon-image": bucket.choose(frame, lambda line: frame.add(_on_line(frame, line))),
                "icon-offset": bucket.choose(frame, lambda line: ["literal", [0, line.offset]]),
                "icon-allow-overlap": True,
                "icon-ignore-placement": True,
                "icon-padding": 0,
            },
            "paint": {"icon-opacity": 1.0},
            "metadata": {"role": "shape", "pick": False},
        }
    )


def _on_line(frame: Frame, line: MarkerLine) -> SvgPicture:
    """Return a marker in a box as wide as its interval: MapLibre begins a line by half a box, and stacks must meet."""
    marker, icon = replace(line.marker, zooms=line.zooms), frame.style.icon
    side = 2 * math.ceil(max(marker_picture(marker, icon).width, line.interval) / 2)
    return SvgPicture(side, side, marker_svg(marker, icon, side / 2, side / 2))


def _fill(frame: Frame, bucket: Bucket) -> Layer:
    return (
        {"id": "fill", "type": "fill"}
        | zooms_of(bucket.first)
        | bucket.filter(frame)
        | {
            "paint": {
                "fill-color": own_colour(frame, bucket.choose(frame, lambda fill: f"@{fill.colour}")),
                "fill-opacity": bucket.first.opacity,
                "fill-antialias": False,  # edges are lines of their own
            },
            "metadata": {
                "role": "shape",
                "pick": True,
                "lit": {"fill-opacity": round(min(1, bucket.first.opacity * _LIT), 3)},
            },
        }
    )


def _pattern(frame: Frame, bucket: Bucket) -> Layer:
    icon = frame.style.icon
    return (
        {"id": "pattern", "type": "fill"}
        | zooms_of(bucket.first)
        | bucket.filter(frame)
        | {
            "paint": {
                "fill-pattern": bucket.choose(
                    frame, lambda pattern: frame.add(pattern_picture(pattern, icon))
                ),
                "fill-opacity": 1.0,
                "fill-antialias": False,
            },
            "metadata": {"role": "shape", "pick": True},
        }
    )
