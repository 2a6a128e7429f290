"""How a raster is drawn, as a value: bands, range of values, colour map or classes, resampling, opacity.

The same value serves tiles, legends and statistics by class. It is read from ``Layer.style``, where an administrator
writes it as JSON; an address may change parts of it for one reading.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from layers.vocabulary import RasterKind

# Colour maps of rio-tiler that are offered, each also reversed (``_r``): even to the eye, or made for a subject.
COLORMAPS = (
    "viridis", "cividis", "magma", "inferno", "plasma", "turbo", "greys", "greens", "blues", "oranges", "reds",
    "purples", "ylgn", "ylgnbu", "ylorbr", "ylorrd", "bugn", "orrd", "pubu", "brbg", "rdylgn", "rdylbu", "rdbu",
    "spectral", "coolwarm", "terrain", "gist_earth", "topo", "thermal", "deep", "algae",
)  # fmt: skip
RESAMPLINGS = ("nearest", "bilinear", "cubic", "average", "mode")
MAX_CLASSES = 64

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_KEYS = frozenset({"bands", "rescale", "colormap", "classes", "resampling", "opacity"})
_CLASS_KEYS = frozenset({"from", "to", "value", "title", "colour"})

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class RasterClass:
    """Values that are one thing: from ``lower`` up to ``upper`` excluded, or one code when both are the same.

    ``colour`` is ``#rrggbb``.
    """

    lower: float
    upper: float
    title: str
    colour: str

    @property
    def is_code(self) -> bool:
        """Whether the class is one value."""
        return self.lower == self.upper


@dataclass(frozen=True, slots=True)
class RasterStyle:
    """How a raster is drawn.

    ``bands`` are one (a measure, codes) or three (red, green, blue), counted from 1; ``ranges`` the values drawn as the
    darkest and the lightest, one for each band, none where the values are colours already. Classes go before the colour
    map. ``opacity`` is from 0 to 1.
    """

    bands: tuple[int, ...] = (1,)
    ranges: tuple[Range, ...] = ()
    colormap: str = "viridis"
    classes: tuple[RasterClass, ...] = ()
    resampling: str = "bilinear"
    opacity: float = 1.0

    @property
    def is_picture(self) -> bool:
        """Whether the bands are the colours of a picture."""
        return len(self.bands) == 3


def default_style(kind: str, bands: Sequence[Mapping[str, Any]]) -> RasterStyle:
    """Return the default style of a kind of raster, from the metadata of its bands (``RasterVersion.bands``)."""
    if kind == RasterKind.IMAGE:
        picture_bands = _picture(bands)
        return RasterStyle(bands=picture_bands, ranges=_ranges(bands, picture_bands))
    if kind == RasterKind.CLASSES:
        return RasterStyle(colormap="turbo", ranges=(_whole_number(bands[0]),), resampling="nearest")
    return RasterStyle(ranges=(_default_range(bands[0]),))


def _picture(bands: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return the numbers of the red, green and blue bands: as the file names them, else the first three, else one."""
    named = {band["colour"]: number for number, band in enumerate(bands, 1)}
    if {"red", "green", "blue"} <= set(named):
        return named["red"], named["green"], named["blue"]
    colours = [number for number, band in enumerate(bands, 1) if band["colour"] != "alpha"]
    return (1, 2, 3) if len(colours) >= 3 else (1,)


def _ranges(bands: Sequence[Mapping[str, Any]], picture_bands: Sequence[int]) -> tuple[Range, ...]:
    if all(bands[number - 1]["type"] == "uint8" for number in picture_bands):
        return ()
    return tuple(_default_range(bands[number - 1]) for number in picture_bands)


def _default_range(band: Mapping[str, Any]) -> Range:
    """Return the range that leaves out the extreme hundredths, widened where nearly every cell has one value."""
    low, high = float(band["low"]), float(band["high"])
    return (low, high) if low < high else _whole_number(band)


def _whole_number(band: Mapping[str, Any]) -> Range:
    low, high = float(band["minimum"]), float(band["maximum"])
    return (low, high) if low < high else (low, low + 1)


def parse_style(document: Mapping[str, Any], *, usual: RasterStyle, bands: int) -> RasterStyle:
    """Read what an administrator wrote over the usual style; ``bands`` is how many the file has.

    ``document`` may hold ``bands`` (a list of one or three numbers from 1), ``rescale`` ([least, most], or such a pair
    for each band), ``colormap`` (of ``COLORMAPS``, ``_r`` behind for reversed), ``classes`` (objects with ``title``,
    ``colour`` and either ``value`` or ``from`` and ``to``, one of which may miss), ``resampling`` (of ``RESAMPLINGS``)
    and ``opacity``.

    Raises:
        ValueError: an unknown key, or a value that cannot be.
    """
    if unknown := set(document) - _KEYS:
        raise ValueError(f"unknown key: {', '.join(sorted(unknown))}")
    picture_bands = _bands(document["bands"], bands) if "bands" in document else usual.bands
    style = replace(usual, bands=picture_bands, ranges=usual.ranges if picture_bands == usual.bands else ())
    readers: dict[str, tuple[str, Callable[[Any], Any]]] = {
        "rescale": ("ranges", lambda value: _parsed_ranges(value, len(picture_bands))),
        "colormap": ("colormap", colormap_name),
        "classes": ("classes", _classes),
        "resampling": ("resampling", resampling_name),
        "opacity": ("opacity", _opacity),
    }
    changes: dict[str, Any] = {
        name: read(document[key]) for key, (name, read) in readers.items() if key in document
    }
    return replace(style, **changes)


def colormap_name(value: object) -> str:
    """Return the name of a colour map.

    Raises:
        ValueError: it is not one of ``COLORMAPS``, nor one of them reversed.
    """
    if not isinstance(value, str) or value.removesuffix("_r") not in COLORMAPS:
        raise ValueError(f"colormap: not one of {', '.join(COLORMAPS)}")
    return value


def resampling_name(value: object) -> str:
    """Return the name of a resampling.

    Raises:
        ValueError: it is not one of ``RESAMPLINGS``.
    """
    if value not in RESAMPLINGS:
        raise ValueError(f"resampling: not one of {', '.join(RESAMPLINGS)}")
    return str(value)


def _bands(value: object, most: int) -> tuple[int, ...]:
    numbers = tuple(value) if isinstance(value, list) else ()
    if len(numbers) not in {1, 3} or not all(type(n) is int and 1 <= n <= most for n in numbers):
        raise ValueError(f"bands: a list of one or three numbers from 1 to {most}")
    return numbers


def _parsed_ranges(value: object, count: int) -> tuple[Range, ...]:
    texts = value if isinstance(value, list) else []
    pairs = texts if texts and all(isinstance(pair, list) for pair in texts) else [texts]
    if len(pairs) not in {1, count} or not all(_is_range(pair) for pair in pairs):
        raise ValueError("rescale: [least, most], or such a pair for each band")
    ranges = tuple((float(low), float(high)) for low, high in pairs)
    return ranges * count if len(ranges) == 1 else ranges


def _is_range(pair: Any) -> bool:
    return len(pair) == 2 and all(map(_is_number, pair)) and pair[0] < pair[1]


def _is_number(value: object) -> bool:
    # Compared, not given to ``isfinite``: it raises for a whole number beyond what a float holds.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _opacity(value: object) -> float:
    if not _is_number(value) or not 0 <= value <= 1:  # type: ignore[operator]  # a number: just checked
        raise ValueError("opacity: a number from 0 to 1")
    return float(value)  # type: ignore[arg-type]  # as above


def _classes(value: object) -> tuple[RasterClass, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_CLASSES:
        raise ValueError(f"classes: a list of 1 to {MAX_CLASSES} objects")
    ordered = sorted((_class(item) for item in value), key=lambda each: (each.lower, each.upper))
    for first, second in pairwise(ordered):
        if second.lower < first.upper or (second.lower, second.upper) == (first.lower, first.upper):
            raise ValueError(f"classes: “{first.title}” and “{second.title}” overlap")
    return tuple(ordered)


def _class(item: Any) -> RasterClass:
    is_sound = (
        isinstance(item, dict)
        and set(item) <= _CLASS_KEYS
        and isinstance(item.get("title"), str)
        and bool(item["title"])
        and isinstance(item.get("colour"), str)
        and _COLOUR.fullmatch(item["colour"].lower()) is not None
        and all(_is_number(item[name]) for name in ("from", "to", "value") if name in item)
        and ("value" in item) != bool({"from", "to"} & set(item))
    )
    if not is_sound:
        raise ValueError("classes: each has title, colour (#rrggbb), and value, or from and to")
    lower = float(item.get("value", item.get("from", -math.inf)))
    upper = float(item.get("value", item.get("to", math.inf)))
    if lower >= upper and "value" not in item:
        raise ValueError(f"classes: “{item['title']}” ends before it begins")
    return RasterClass(lower, upper, item["title"], item["colour"].lower())
