"""Features in the style of their layer as a picture, for pages without a script and for print.

The same symbols in the same order as on the map at one zoom (``buckets``), without labels. Colours are text after a
``@``; lengths are CSS pixels. The path of a class stands once in the picture, whatever the symbol layers that draw it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from layers.definitions import GeometryType
from layers.formats.styles.buckets import Bucket, Frame, buckets, marker_kind
from layers.formats.styles.class_expressions import classes_of
from layers.formats.styles.densities import density
from layers.formats.styles.feature_classes import class_of, size_of
from layers.formats.styles.overlays import overlay_styles
from layers.formats.styles.paths import (
    Shape,
    dots_of,
    fitting,
    inner_position,
    is_small,
    lines_of,
    moved,
    path_of,
)
from layers.formats.styles.patterns import pattern_picture
from layers.formats.styles.pictures import drawn_marker
from layers.formats.styles.swatches import places_along, stroke_paint
from layers.styles.definitions import Style
from layers.styles.symbols import Fill, LinePattern, Marker, MarkerLine, PointPattern, Stroke, Zooms

_DOT = 8.0
# Markers along the lines of one style layer.
_MOST_ALONG = 600
_SPECK = 3.5


@dataclass(frozen=True, slots=True)
class PicturedFeature:
    """A feature of a picture: ``shape`` is shapely's, in pixels; ``values`` are those of the fields of its style."""

    shape: Shape
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FeaturesPicture:
    """SVG elements, and what they show: the places of the classes (``class_expressions``) and of the overlays."""

    shapes: str
    members: frozenset[int]
    overlays: frozenset[int]


@dataclass(slots=True)
class _Page:
    """What is written so far: ``prefix`` begins every id, ``taken`` are the middles of discs."""

    prefix: str
    definitions: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    taken: list[tuple[float, float, float]] = field(default_factory=list)

    def define(self, element: str, attributes: str, content: str = "") -> str:
        """Write an element that others use; return its id."""
        name = f"{self.prefix}{len(self.definitions)}"
        self.definitions.append(f'<{element} id="{name}" {attributes}>{content}</{element}>')
        return name


@dataclass(slots=True)
class _Class:
    """The features of a class; ``paths`` remembers the id of their path at each offset."""

    features: list[PicturedFeature]
    paths: dict[float, str] = field(default_factory=dict)


def features_picture(
    style: Style, geometry: GeometryType, features: Sequence[PicturedFeature], *, zoom: float, prefix: str
) -> FeaturesPicture:
    """Return features in a style as the map draws them at ``zoom``; ids begin with ``prefix``."""
    shapes = fitting([one.shape for one in features])
    kept = [replace(one, shape=shape) for one, shape in zip(features, shapes, strict=True)]
    page = _Page(prefix)
    if style.heat and geometry.is_point:
        places = [(x, y) for one in kept for x, y in _positions(one)]
        return FeaturesPicture(density(style.heat, places, f"{prefix}heat"), frozenset(), frozenset())
    members = _draw(page, style, geometry, kept, zoom)
    over = [_draw(page, each, geometry, kept, zoom) for each in overlay_styles(style, geometry)]
    shown = frozenset(place for place, found in enumerate(over) if found)
    body = "".join((*page.below, *page.parts))
    return FeaturesPicture(f"<defs>{''.join(page.definitions)}</defs>{body}", members, shown)


def _draw(
    page: _Page, style: Style, geometry: GeometryType, features: Iterable[PicturedFeature], zoom: float
) -> frozenset[int]:
    """Draw features in a style; return the classes that some of them are in."""
    frame = Frame(style, geometry, classes_of(style), {})
    classes: dict[int, _Class] = {}
    for one in features:
        member = class_of(frame.classes, one.values)
        if member is not None:
            classes.setdefault(member, _Class([])).features.append(one)
    stacks = buckets(frame)
    zoom = _nearest(stacks, min(max(zoom, style.zooms[0]), style.zooms[1] - 0.01))
    for bucket in stacks:
        if bucket.first.zooms[0] <= zoom < bucket.first.zooms[1]:
            _bucket(page, frame, bucket, classes)
    return frozenset(classes)


def _nearest(stacks: Sequence[Bucket], zoom: float) -> float:
    """Return a zoom at which something is drawn: the nearest one."""
    limits: list[Zooms] = [bucket.first.zooms for bucket in stacks]
    if not limits or any(low <= zoom < high for low, high in limits):
        return zoom
    low, high = min(limits, key=lambda pair: max(pair[0] - zoom, zoom - pair[1]))
    return low if zoom < low else high - 0.01


def _bucket(page: _Page, frame: Frame, bucket: Bucket, classes: Mapping[int, _Class]) -> None:
    drawn = {member: classes[member] for member in bucket.items if member in classes}
    if isinstance(bucket.first, Marker):
        pairs = [(bucket.items[place], one) for place, found in drawn.items() for one in found.features]
        _markers(page, frame, pairs)
        return
    for member, found in drawn.items():
        page.parts += _layer(page, frame, bucket.items[member], found)


def _layer(page: _Page, frame: Frame, layer: Any, found: _Class) -> Iterator[str]:
    """Yield the elements of a symbol layer of lines or surfaces for the features of a class."""
    match layer:
        case Stroke() if frame.style.proportion and not frame.geometry.is_surface:
            yield from _growing_lines(frame, layer, found)
        case Stroke():
            name = _path(page, found, layer.offset)
            yield f'<use href="#{name}" fill="none" {stroke_paint(layer)}/>'
        case Fill():
            name = _path(page, found, 0)
            veil = f' fill-opacity="{layer.opacity:g}"' if layer.opacity < 1 else ""
            yield f'<use href="#{name}" fill="@{layer.colour}"{veil}/>'
            specks = [inner_position(one.shape) for one in found.features if is_small(one.shape)]
            if specks:
                look = f'stroke="@{layer.colour}" stroke-width="{_SPECK:g}" stroke-linecap="round"'
                yield f'<path d="{dots_of(specks)}" fill="none" {look}/>'
        case LinePattern() | PointPattern():
            tile = pattern_picture(layer, frame.style.icon)
            size = f'width="{tile.width:g}" height="{tile.height:g}" patternUnits="userSpaceOnUse"'
            pattern = page.define("pattern", size, tile.shapes)
            yield f'<use href="#{_path(page, found, 0)}" fill="url(#{pattern})"/>'
        case MarkerLine():
            yield from _along(page, frame, layer, found)


def _path(page: _Page, found: _Class, offset: float) -> str:
    """Return the id of the path of a class, moved by an offset."""
    if offset not in found.paths:
        shapes = (moved(one.shape, offset) for one in found.features)
        path = "".join(path_of(shape) for shape in shapes if not shape.is_empty)
        found.paths[offset] = page.define("path", f'd="{path}"')
    return found.paths[offset]


def _growing_lines(frame: Frame, stroke: Stroke, found: _Class) -> Iterator[str]:
    """Yield lines as wide as their value, those of one width together."""
    proportion = frame.style.proportion
    assert proportion is not None
    widths: dict[float, list[str]] = {}
    for one in found.features:
        size = size_of(one.values.get(frame.style.field), proportion, is_width=True)
        widths.setdefault(round(size * 2) / 2, []).append(path_of(one.shape))
    for width, paths in sorted(widths.items(), reverse=True):
        look = stroke_paint(replace(stroke, width=width))
        yield f'<path d="{"".join(paths)}" fill="none" {look}/>'


def _along(page: _Page, frame: Frame, layer: MarkerLine, found: _Class) -> Iterator[str]:
    """Yield markers along lines and edges: further apart where there would be too many."""
    shapes = [moved(one.shape, layer.offset) for one in found.features]
    length = sum(shape.length for shape in shapes)
    interval = max(layer.interval, 1, length / _MOST_ALONG)
    for shape in shapes:
        for line in lines_of(shape):
            for x, y, turn in places_along(line, interval):
                turned = replace(layer.marker, angle=layer.marker.angle + round(turn / 15) * 15)
                yield _use(_marker_name(page, turned, frame), x, y)


def _marker_name(page: _Page, marker: Marker, frame: Frame) -> str:
    """Return the id of a marker around 0 0."""
    content = drawn_marker(marker, frame.style.icon, 0, 0)
    known = next((text for text in page.definitions if text.endswith(f">{content}</g>")), "")
    return known.split('"')[1] if known else page.define("g", "", content)


def _use(name: str, x: float, y: float) -> str:
    return f'<use href="#{name}" x="{x:.4g}" y="{y:.4g}"/>'


def _markers(page: _Page, frame: Frame, pairs: Sequence[tuple[Marker, PicturedFeature]]) -> None:
    """Draw markers, those of one look together: the largest first, so that none is hidden."""
    looks: dict[Marker, list[tuple[float, float]]] = {}
    for marker, one in pairs:
        sized = replace(marker, size=_size(frame, marker, one))
        looks.setdefault(sized, []).extend(_positions(one))
    for marker, places in sorted(looks.items(), key=lambda pair: -pair[0].size):
        if marker_kind(marker) == "circle":
            _circles(page, frame, marker, places)
        elif marker_kind(marker) == "disc" and frame.is_point:
            _discs(page, frame, marker, places)
        else:
            name = _marker_name(page, marker, frame)
            page.parts += [_use(name, x, y) for x, y in places]


def _size(frame: Frame, marker: Marker, one: PicturedFeature) -> float:
    proportion = frame.style.proportion
    if proportion is None:
        return marker.size
    return round(size_of(one.values.get(frame.style.field), proportion, is_width=False))


def _positions(one: PicturedFeature) -> list[tuple[float, float]]:
    if one.shape.geom_type.endswith("Point"):
        return [(x, y) for x, y in _coordinates(one.shape)]
    return [inner_position(one.shape)]


def _coordinates(shape: Shape) -> Iterator[tuple[float, float]]:
    for part in getattr(shape, "geoms", (shape,)):
        yield part.x, part.y


def _circles(page: _Page, frame: Frame, marker: Marker, places: Sequence[tuple[float, float]]) -> None:
    """Draw circles as dots of a path; paper rims lie below every point, as on the map."""
    path, rim = dots_of(places), marker.stroke_width if marker.stroke else 0
    if frame.style.proportion or not marker.fill or marker.stroke.partition("/")[0] not in {"", "paper"}:
        name = _marker_name(page, marker, frame)
        page.parts += [_use(name, x, y) for x, y in places]
        return
    look = 'fill="none" stroke-linecap="round"'
    veil = f' stroke-opacity="{marker.opacity:g}"' if marker.opacity < 1 else ""
    if rim:
        width = marker.size + rim
        page.below.append(f'<path d="{path}" {look} stroke="@{marker.stroke}" stroke-width="{width:g}"/>')
    width = max(marker.size - rim, 1)
    page.parts.append(f'<path d="{path}" {look} stroke="@{marker.fill}" stroke-width="{width:g}"{veil}/>')


def _discs(page: _Page, frame: Frame, marker: Marker, places: Sequence[tuple[float, float]]) -> None:
    """Draw discs with a pictogram that stay apart; a point without room for one is a dot."""
    dot = replace(marker, size=min(marker.size, _DOT), icon="")
    for x, y in places:
        reach = marker.size / 2
        is_free = all(math.hypot(x - left, y - top) > reach + other for left, top, other in page.taken)
        if is_free:
            page.taken.append((x, y, reach))
        name = _marker_name(page, marker if is_free else dot, frame)
        (page.parts if is_free else page.below).append(_use(name, x, y))
