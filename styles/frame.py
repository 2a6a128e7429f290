"""Symbol layers of all classes put together: as few style layers as their order and their constant properties allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from layers.definitions import GeometryType
from layers.styles.definitions import Style
from layers.styles.symbols import (
    LINE_SYMBOL,
    POINT_SYMBOL,
    SURFACE_SYMBOL,
    Fill,
    LinePattern,
    Marker,
    MarkerLine,
    PointPattern,
    Stroke,
    Symbol,
    SymbolLayer,
)
from styles.classes import REST, Classes, Expression
from styles.pictures import SvgPicture

IS_CLUSTER: Expression = ["has", "point_count"]
ANCHORS = ":anchors"
_SIZED: Symbol = (Marker(size=12, opacity=0.8),)
_POINTS = frozenset({GeometryType.POINT, GeometryType.MULTI_POINT})


@dataclass(frozen=True, slots=True)
class Frame:
    """The inputs of a drawing; ``pictures`` collects those that its style layers name.

    ``total`` is how many features the layer has, which a density needs; 0 where nobody counted. ``is_portable``: the
    style is for other programs too, of which QGIS reads few expressions: values are constants, and a style layer for
    each symbol has a filter that all read.
    """

    style: Style
    geometry: GeometryType
    classes: Classes
    pictures: dict[str, SvgPicture]
    language: str = "fr"
    total: int = 0
    is_portable: bool = False

    @property
    def is_point(self) -> bool:
        """Whether features are points."""
        return self.geometry in _POINTS

    def add(self, picture: SvgPicture) -> str:
        """Keep a picture and return its name."""
        self.pictures[picture.name] = picture
        return picture.name

    def symbol(self, member: int) -> Symbol:
        """Return the symbol of a class in its colours."""
        style_class = None if member == REST else self.classes.style_classes[member]
        return self.style.symbol_of(style_class, default_symbol(self.style, self.geometry))


@dataclass(slots=True)
class Bucket:
    """Symbol layers that one style layer draws, by class; all have the constant properties of the ``first``."""

    signature: tuple[Any, ...]
    items: dict[int, Any]
    level: int = 0

    @property
    def first(self) -> Any:
        """One of the symbol layers."""
        return next(iter(self.items.values()))

    def choose(self, frame: Frame, value: Callable[[Any], Any]) -> Expression:
        """Return a value of the symbol layer of each class as an expression."""
        values = {member: value(item) for member, item in self.items.items()}
        return frame.classes.choose(values, next(iter(values.values())))

    def alike(self) -> list[Bucket]:
        """Return a bucket for each symbol layer that differs, in the order of their first classes."""
        members: dict[Any, dict[int, Any]] = {}
        for member, item in self.items.items():
            members.setdefault(item, {})[member] = item
        return [replace(self, items=items) for items in members.values()]

    def filter(self, frame: Frame, *more: Expression) -> dict[str, Expression]:
        """Return the filter that leaves the features of the bucket's classes; empty where it leaves all."""
        parts = list(more)
        chosen = (
            frame.classes.condition(self.items)
            if frame.is_portable
            else frame.classes.choose(dict.fromkeys(self.items, True), rest=False)
        )
        if chosen is not True:
            parts.append(chosen)
        if not parts:
            return {}
        return {"filter": parts[0] if len(parts) == 1 else ["all", *parts]}


def default_symbol(style: Style, geometry: GeometryType) -> Symbol:
    """Return the symbol of a geometry where the style has none."""
    if geometry in _POINTS:
        return _SIZED if style.proportion else POINT_SYMBOL
    if geometry.is_surface:
        return (*SURFACE_SYMBOL, *_SIZED) if style.proportion else SURFACE_SYMBOL
    return LINE_SYMBOL


def buckets(frame: Frame) -> list[Bucket]:
    """Return the symbol layers of every class, level by level, the lowest first: the order of each symbol is kept."""
    stack: list[Bucket] = []
    for member in frame.classes.members:
        index = 0
        for level, layer in enumerate(frame.symbol(member)):
            if signature := _signature(frame, layer):
                index = _put(stack, index, Bucket(signature, {member: layer}, level)) + 1
    return stack


def _put(stack: list[Bucket], start: int, bucket: Bucket) -> int:
    """Put a bucket at ``start`` or above: with its like, or else below the levels over its own. Return where it is."""
    for index in range(start, len(stack)):
        if stack[index].signature == bucket.signature:
            stack[index].items |= bucket.items
            return index
    above = (index for index in range(start, len(stack)) if stack[index].level > bucket.level)
    index = next(above, len(stack))
    stack.insert(index, bucket)
    return index


def _signature(frame: Frame, layer: SymbolLayer) -> tuple[Any, ...]:
    """Return the properties that one style layer has for all its features; empty where the geometry cannot show it."""
    match layer:
        case Marker():
            return ("marker", marker_kind(layer), layer.zooms, layer.opacity)
        case _ if frame.is_point:
            return ()
        case Stroke():
            dash = (layer.dash, layer.width) if layer.dash else ()
            return ("stroke", layer.zooms, layer.opacity, layer.cap, dash)
        case MarkerLine():
            return ("marker-line", layer.zooms, layer.interval, layer.marker.opacity)
        case _ if not frame.geometry.is_surface:
            return ()
        case Fill():
            return ("fill", layer.zooms, layer.opacity)
        case LinePattern() | PointPattern():
            return ("pattern", layer.zooms)


def marker_kind(marker: Marker) -> str:
    """Return how a marker is drawn: a circle of MapLibre, a disc with a pictogram that stays apart, or an image.

    A pictogram alone is a symbol as a shape is: it stays where another one is.
    """
    if marker.icon:
        return "disc" if marker.fill or marker.stroke else "image"
    return "circle" if marker.shape == "circle" else "image"
