"""The style document: JSON in the catalogue (``Layer.style``), read into a ``Style`` and written back the same.

Its keys are the attributes of ``layers.styles.definitions.Style``; a symbol is a list of objects whose ``type`` names
the symbol layer (``marker``, ``fill``, ``stroke``, ``marker-line``, ``line-pattern``, ``point-pattern``). What a
document does not name stays as the style has it, so an empty document changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from enum import Enum
from typing import Any

from layers.styles.colours import is_colour
from layers.styles.definitions import (
    Category,
    ClassMethod,
    ClusterKind,
    Heat,
    Labels,
    NumberInterval,
    Overlay,
    Proportion,
    Style,
)
from layers.styles.palettes import PALETTES
from layers.styles.symbols import (
    ALL_ZOOMS,
    MARKER_SHAPES,
    Fill,
    LinePattern,
    Marker,
    MarkerLine,
    PointPattern,
    Stroke,
    Symbol,
    Zooms,
)

MAX_CLASSES = 200
MAX_SYMBOL_LAYERS = 12
MAX_OVERLAYS = 3
MAX_OVERLAY_VALUES = 24
MAX_PIXELS = 400
MAX_TEXT = 200
# What XML 1.0 has no place for (section 2.2), halves of a character among them: files of styles are XML.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TYPES: dict[str, type] = {
    "marker": Marker,
    "fill": Fill,
    "stroke": Stroke,
    "marker-line": MarkerLine,
    "line-pattern": LinePattern,
    "point-pattern": PointPattern,
}
_NAMES = {kind: name for name, kind in _TYPES.items()}


# Who chooses these chooses the colours too.
_COLOURING = ("field", "symbol", "categories", "intervals", "palette")


def read_style(style: Style, document: Mapping[str, Any]) -> Style:
    """Return ``style`` changed by a document.

    Raises:
        ValueError: an unknown key, a colour or a value that cannot be drawn; the message names its place.
    """
    if not isinstance(document, Mapping):
        raise ValueError("style: expected an object")
    unknown = set(document) - set(_STYLE)
    if unknown:
        raise ValueError(f"{sorted(unknown)[0]}: not a key of a style ({', '.join(_STYLE)})")
    changed = replace(style, **{name: _STYLE[name](value, name) for name, value in document.items()})
    if "field" in document and not document["field"]:
        changed = replace(changed, categories=(), intervals=(), proportion=None)
    if not document.keys().isdisjoint(_COLOURING):
        changed = replace(changed, colour_field="")
    return changed


def write_style(style: Style) -> dict[str, Any]:
    """Return the whole document of a style, in the visitor's language: reading it gives the same style."""
    return {name: _plain(getattr(style, name)) for name in _STYLE}


def is_text(text: str) -> bool:
    """Whether a document may hold a text: ``MAX_TEXT`` characters at most, each with a place in SLD and QML."""
    return len(text) <= MAX_TEXT and not _UNWRITABLE.search(text)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool | int | float) or value is None:
        return value
    if not hasattr(value, "__dataclass_fields__"):
        return str(value)
    # What is as usual is left out: a document says what somebody chose.
    values = {f.name: getattr(value, f.name) for f in fields(value)}
    chosen = {
        f.name: _plain(values[f.name])
        for f in fields(value)
        if f.default is MISSING or values[f.name] != f.default
    }
    return ({"type": _NAMES[type(value)]} if type(value) in _NAMES else {}) | chosen


# Readers: each takes a value and its place in the document, and raises ValueError with that place.

_Reader = Callable[[Any, str], Any]


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str) or not is_text(value):
        raise ValueError(f"{path}: expected a text of at most {MAX_TEXT} characters, none of control")
    return value


def _number(low: float, high: float) -> _Reader:
    def read(value: Any, path: str) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:  # neither holds for NaN
            raise ValueError(f"{path}: expected a number from {low:g} to {high:g}")
        return float(value) if isinstance(value, float) else value

    return read


def _flag(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{path}: expected true or false")
    return value


def _one_of(names: Any) -> _Reader:
    def read(value: Any, path: str) -> Any:
        if isinstance(names, tuple):
            if value not in names:
                raise ValueError(f"{path}: not one of {', '.join(names)}")
            return value
        try:
            return names(value)
        except ValueError:
            raise ValueError(f"{path}: not one of {', '.join(one.value for one in names)}") from None

    return read


def _colour(*, of_class: bool = False, or_none: bool = False) -> _Reader:
    def read(value: Any, path: str) -> str:
        if or_none and value == "":
            return ""
        if not is_colour(value, of_class=of_class):
            raise ValueError(f"{path}: not a colour (a token, a token/percent, or #rrggbb)")
        return str(value)

    return read


def _list_of(reader: _Reader, most: int) -> _Reader:
    def read(value: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or len(value) > most:
            raise ValueError(f"{path}: expected a list of at most {most}")
        return tuple(reader(one, f"{path}[{at}]") for at, one in enumerate(value))

    return read


def _object(kind: type, readers: Mapping[str, _Reader]) -> _Reader:
    needed = [f.name for f in fields(kind) if f.default is MISSING]

    def read(value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            raise ValueError(f"{path}: expected an object")
        unknown = set(value) - set(readers)
        if unknown:
            raise ValueError(f"{path}.{sorted(unknown)[0]}: not one of {', '.join(readers)}")
        if missing := [name for name in needed if name not in value]:
            raise ValueError(f"{path}.{missing[0]}: missing")
        return kind(**{name: readers[name](each, f"{path}.{name}") for name, each in value.items()})

    return read


def _or_none(reader: _Reader) -> _Reader:
    return lambda value, path: None if value is None else reader(value, path)


def _zooms(value: Any, path: str) -> Zooms:
    zooms = _list_of(_number(*ALL_ZOOMS), 2)(value, path)
    if len(zooms) != 2 or zooms[0] >= zooms[1]:
        raise ValueError(f"{path}: expected two zooms, the lower one first")
    return zooms[0], zooms[1]


_pixels = _number(0, MAX_PIXELS)
_signed = _number(-MAX_PIXELS, MAX_PIXELS)
_share = _number(0, 1)
_dash = _list_of(_pixels, 8)
_of_class = _colour(of_class=True)
_maybe = _colour(of_class=True, or_none=True)
_marker = _object(
    Marker,
    {
        "shape": _one_of(MARKER_SHAPES), "size": _number(0.5, MAX_PIXELS), "fill": _maybe, "stroke": _maybe,
        "stroke_width": _pixels, "angle": _number(-360, 360), "icon": _text, "icon_colour": _maybe, "opacity": _share,
        "zooms": _zooms,
    },
)  # fmt: skip


def _inner(value: Any, path: str) -> Any:
    """Read the marker of a pattern or a line: an object with an optional ``type``."""
    if isinstance(value, Mapping) and value.get("type") == "marker":
        value = {name: each for name, each in value.items() if name != "type"}
    return _marker(value, path)


_LAYERS: dict[str, _Reader] = {
    "marker": _marker,
    "fill": _object(Fill, {"colour": _of_class, "opacity": _share, "zooms": _zooms}),
    "stroke": _object(
        Stroke,
        {
            "colour": _of_class, "width": _pixels, "opacity": _share, "dash": _dash, "offset": _signed,
            "cap": _one_of(("round", "butt", "square")), "join": _one_of(("round", "miter", "bevel")), "zooms": _zooms,
        },
    ),
    "marker-line": _object(
        MarkerLine,
        {"marker": _inner, "interval": _number(1, MAX_PIXELS), "offset": _signed,
         "zooms": _zooms},
    ),
    "line-pattern": _object(
        LinePattern,
        {
            "spacing": _number(2, MAX_PIXELS), "angle": _number(-360, 360), "shift": _signed, "colour": _of_class,
            "width": _pixels, "dash": _dash, "marker": _or_none(_inner),
            "interval": _pixels, "opacity": _share, "zooms": _zooms,
        },
    ),
    "point-pattern": _object(
        PointPattern,
        {"marker": _inner, "across": _number(2, MAX_PIXELS),
         "down": _number(2, MAX_PIXELS), "is_staggered": _flag, "zooms": _zooms},
    ),
}  # fmt: skip


def _symbol_layer(value: Any, path: str) -> Any:
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in _LAYERS:
        raise ValueError(f"{path}.type: not one of {', '.join(_LAYERS)}")
    return _LAYERS[kind]({name: each for name, each in value.items() if name != "type"}, path)


def _symbol(value: Any, path: str) -> Symbol:
    symbol: Symbol = _list_of(_symbol_layer, MAX_SYMBOL_LAYERS)(value, path)
    return symbol


_palette = _one_of(("", *PALETTES))
_any = _number(-1e15, 1e15)
_class = {"title": _text, "token": _colour(), "strength": _share, "symbol": _symbol}
_interval = _object(NumberInterval, {"low": _any, "high": _any, **_class})


def _intervals(value: Any, path: str) -> tuple[NumberInterval, ...]:
    intervals: tuple[NumberInterval, ...] = _list_of(_interval, MAX_CLASSES)(value, path)
    for at, one in enumerate(intervals):
        if one.low > one.high or (at and one.low < intervals[at - 1].high):
            raise ValueError(f"{path}[{at}]: classes go up and do not overlap")
    return intervals


_proportion_of = _object(
    Proportion, {"low": _any, "high": _any, "smallest": _pixels, "largest": _number(0.5, MAX_PIXELS)}
)


def _proportion(value: Any, path: str) -> Proportion:
    proportion: Proportion = _proportion_of(value, path)
    if proportion.low >= proportion.high:
        raise ValueError(f"{path}.high: expected a number above low ({proportion.low:g})")
    return proportion


_overlay_of = _object(
    Overlay,
    {
        "field": _text, "values": _list_of(_text, MAX_OVERLAY_VALUES), "title": _text, "token": _colour(),
        "symbol": _symbol,
    },
)  # fmt: skip


def _overlay(value: Any, path: str) -> Overlay:
    overlay: Overlay = _overlay_of(value, path)
    if not overlay.field:
        raise ValueError(f"{path}.field: expected the name of a field")
    if not overlay.values:
        raise ValueError(f"{path}.values: expected one value at least")
    return overlay


_STYLE: dict[str, _Reader] = {
    "token": _colour(),
    "icon": _text,
    "field": _text,
    "categories": _list_of(_object(Category, {"value": _text, **_class}), MAX_CLASSES),
    "intervals": _intervals,
    "proportion": _or_none(_proportion),
    "heat": _or_none(_object(Heat, {"radius": _number(2, 200), "palette": _palette})),
    "symbol": _symbol,
    "hides_others": _flag,
    "method": _one_of(ClassMethod),
    "palette": _palette,
    "clusters": _one_of(ClusterKind),
    "labels": _or_none(
        _object(
            Labels,
            {
                "field": _text, "size": _number(8, 32), "colour": _colour(), "halo": _colour(), "zoom": _number(0, 24),
                "priority": _text, "decimals": _number(0, 6), "has_unit": _flag,
                "is_complete": _flag, "size_field": _text, "angle_field": _text,
            },
        )
    ),
    "zooms": _zooms,
    "rank": _number(-1000, 1000),
    "fill_opacity": _share,
    "overlays": _list_of(_overlay, MAX_OVERLAYS),
}  # fmt: skip
