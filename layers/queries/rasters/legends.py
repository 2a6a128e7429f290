"""Legends of rasters: classes, or stops along a colour map, for pages and for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from layers.access import RasterScope
from layers.lazy import lazy_module
from layers.parsing.raster_styles import RasterStyle

if TYPE_CHECKING:
    from rio_tiler import colormap
else:
    colormap = lazy_module("rio_tiler.colormap")

STOPS = 9


COLOURS = 255


@cache
def scale_of(name: str) -> tuple[bytes, ...]:
    """Return the colours of a map, red, green and blue, from the least to the most."""
    colours: Any = colormap.cmap.get(name)  # by number, from 0 to 255
    return tuple(bytes(colours[round(number * 255 / (COLOURS - 1))][:3]) for number in range(COLOURS))


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A colour (``#rrggbb``): a class with its ``title`` and bounds, or a stop of the scale where both are the same.

    A bound that is None is open.
    """

    colour: str
    title: str
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Legend:
    """The legend of a raster: of classes when ``is_scale`` is False, else stops from the least to the most.

    A picture has no entry: its colours are what they are.
    """

    title: str
    unit: str
    is_scale: bool
    entries: tuple[LegendEntry, ...]


def legend(scope: RasterScope, style: RasterStyle | None = None) -> Legend:
    """Return the legend of a raster, in its own style or in that of an address."""
    raster_style = style or scope.style
    entries = _classes(raster_style) if raster_style.classes else _stops(raster_style)
    return Legend(scope.layer.title, scope.raster.unit, not raster_style.classes and bool(entries), entries)


def _classes(style: RasterStyle) -> tuple[LegendEntry, ...]:
    return tuple(LegendEntry(c.colour, c.title, _bound(c.lower), _bound(c.upper)) for c in style.classes)


def _bound(value: float) -> float | None:
    return None if value in {float("inf"), float("-inf")} else value


def _stops(style: RasterStyle) -> tuple[LegendEntry, ...]:
    if style.is_picture or not style.ranges:
        return ()
    (low, high), colours = style.ranges[0], scale_of(style.colormap)
    shares = [number / (STOPS - 1) for number in range(STOPS)]
    values = [low + share * (high - low) for share in shares]
    stop_colours = [colours[round(share * (len(colours) - 1))].hex() for share in shares]
    return tuple(
        LegendEntry(f"#{colour}", "", value, value)
        for colour, value in zip(stop_colours, values, strict=True)
    )


"""Colours of a scale: a palette has 256 numbers, of which the first is for what has no value."""
