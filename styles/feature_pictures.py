"""Features in the style of their layer as a picture, for pages without a script and for print.

The same symbols in the same order as on the map at one zoom (``frame.buckets``), without labels. Geometries are
shapely's, in pixels: x rightwards, y downwards; those of a class are arrays. Colours are text after a ``@``; lengths
are CSS pixels. The path of a class stands once in the picture, whatever the symbol layers that draw it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy
import shapely

from layers.definitions import GeometryType
from layers.styles.definitions import Heat, Style
from layers.styles.palettes import PALETTES
from layers.styles.symbols import Fill, LinePattern, Marker, MarkerLine, PointPattern, Stroke, Zooms
from styles.classes import class_of, classes_of, size_of
from styles.frame import Bucket, Frame, buckets, marker_kind
from styles.patterns import pattern_picture
from styles.pictures import marker_svg
from styles.styled_layers import overlay_styles
from styles.swatches import positions_along, stroke_paint

# Markers along the lines of one style layer.
_MAX_ALONG = 600
_SPECK = 3.5
Shape = Any  # shapely has no types
Position = tuple[float, float]
MAX_POSITIONS = 12_000
"""Positions of a picture, which bound its bytes: lines are coarser until they fit."""
_FINEST = 0.3
# A surface or a line narrower and lower than this is a dot.
_SMALL = 3.0
_STEPS = 6
_POLYGON, _MULTIPOLYGON = 3, 6
_DEFAULT_PALETTE = "YlOrRd"
_OPACITY = 0.85
# What the densest place is drawn with: so many times a dot that is seen alone.
_DENSEST = 2.5
_STRONGEST = 0.9


@dataclass(frozen=True, slots=True)
class PicturedFeature:
    """A feature of a picture: ``shape`` is shapely's, in pixels; ``values`` are those of the fields of its style."""

    shape: Shape
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FeaturesPicture:
    """SVG elements, with what is in them: the indexes of the classes (``styles.classes``) and of the overlays."""

    shapes: str
    members: frozenset[int]
    overlays: frozenset[int]


@dataclass(slots=True)
class _Page:
    """The SVG written so far: ``prefix`` begins every id."""

    prefix: str
    definitions: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

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

    @property
    def shapes(self) -> Shape:
        """The shapes of its features, an array."""
        return numpy.array([one.shape for one in self.features], dtype=object)


def features_picture(
    style: Style, geometry: GeometryType, features: Sequence[PicturedFeature], *, zoom: float, prefix: str
) -> FeaturesPicture:
    """Return features in a style as the map draws them at ``zoom``; ids begin with ``prefix``."""
    shapes = fitting([one.shape for one in features])
    pictured = [replace(one, shape=shape) for one, shape in zip(features, shapes, strict=True)]
    page = _Page(prefix)
    if style.heat and geometry.is_point:
        points = [(x, y) for one in pictured for x, y in _positions(one)]
        return FeaturesPicture(density(style.heat, points, f"{prefix}heat"), frozenset(), frozenset())
    members = _draw(page, style, geometry, pictured, zoom)
    over = [_draw(page, each, geometry, pictured, zoom) for each in overlay_styles(style, geometry)]
    overlays = frozenset(index for index, members_of_overlay in enumerate(over) if members_of_overlay)
    body = "".join((*page.below, *page.parts))
    return FeaturesPicture(f"<defs>{''.join(page.definitions)}</defs>{body}", members, overlays)


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
    features_by_class = {member: classes[member] for member in bucket.items if member in classes}
    if isinstance(bucket.first, Marker):
        pairs = [
            (bucket.items[class_index], one)
            for class_index, group in features_by_class.items()
            for one in group.features
        ]
        _markers(page, frame, pairs)
        return
    for member, group in features_by_class.items():
        page.parts += _layer(page, frame, bucket.items[member], group)


def _layer(page: _Page, frame: Frame, layer: Any, group: _Class) -> Iterator[str]:
    """Yield the elements of a symbol layer of lines or surfaces for the features of a class."""
    match layer:
        case Stroke() if frame.style.proportion and not frame.geometry.is_surface:
            yield from _growing_lines(frame, layer, group)
        case Stroke():
            name = _path(page, group, layer.offset)
            yield f'<use href="#{name}" fill="none" {stroke_paint(layer)}/>'
        case Fill():
            name = _path(page, group, 0)
            veil = f' fill-opacity="{layer.opacity:g}"' if layer.opacity < 1 else ""
            yield f'<use href="#{name}" fill="@{layer.colour}"{veil}/>'
            shapes = group.shapes
            specks = [inner_position(shape) for shape in shapes[are_small(shapes)]]
            if specks:
                look = f'stroke="@{layer.colour}" stroke-width="{_SPECK:g}" stroke-linecap="round"'
                yield f'<path d="{dots_of(specks)}" fill="none" {look}/>'
        case LinePattern() | PointPattern():
            tile = pattern_picture(layer, frame.style.icon)
            size = f'width="{tile.width:g}" height="{tile.height:g}" patternUnits="userSpaceOnUse"'
            pattern = page.define("pattern", size, tile.shapes)
            yield f'<use href="#{_path(page, group, 0)}" fill="url(#{pattern})"/>'
        case MarkerLine():
            yield from _along(page, frame, layer, group)


def _path(page: _Page, group: _Class, offset: float) -> str:
    """Return the id of the path of a class, moved by an offset."""
    if offset not in group.paths:
        path = path_of(moved(group.shapes, offset))
        group.paths[offset] = page.define("path", f'd="{path}"')
    return group.paths[offset]


def _growing_lines(frame: Frame, stroke: Stroke, group: _Class) -> Iterator[str]:
    """Yield lines as wide as their value, those of one width together."""
    proportion = frame.style.proportion
    assert proportion is not None
    widths: dict[float, list[str]] = {}
    for one in group.features:
        size = size_of(one.values.get(frame.style.field), proportion, is_width=True)
        widths.setdefault(round(size * 2) / 2, []).append(path_of(one.shape))
    for width, paths in sorted(widths.items(), reverse=True):
        look = stroke_paint(replace(stroke, width=width))
        yield f'<path d="{"".join(paths)}" fill="none" {look}/>'


def _along(page: _Page, frame: Frame, layer: MarkerLine, group: _Class) -> Iterator[str]:
    """Yield markers along lines and edges: further apart where there would be too many."""
    shapes = moved(group.shapes, layer.offset)
    length = shapely.length(shapes).sum()
    interval = max(layer.interval, 1, length / _MAX_ALONG)
    for shape in shapes:
        for line in lines_of(shape):
            for x, y, turn in positions_along(line, interval):
                turned = replace(layer.marker, angle=layer.marker.angle + round(turn / 15) * 15)
                yield _use(_marker_name(page, turned, frame), x, y)


def _marker_name(page: _Page, marker: Marker, frame: Frame) -> str:
    """Return the id of a marker around 0 0."""
    content = marker_svg(marker, frame.style.icon, 0, 0)
    defined = next((text for text in page.definitions if text.endswith(f">{content}</g>")), "")
    return defined.split('"')[1] if defined else page.define("g", "", content)


def _use(name: str, x: float, y: float) -> str:
    return f'<use href="#{name}" x="{x:.4g}" y="{y:.4g}"/>'


def _markers(page: _Page, frame: Frame, pairs: Sequence[tuple[Marker, PicturedFeature]]) -> None:
    """Draw markers, those of one look together: the largest first, so that none is hidden."""
    looks: dict[Marker, list[tuple[float, float]]] = {}
    for marker, one in pairs:
        sized = replace(marker, size=_size(frame, marker, one))
        looks.setdefault(sized, []).extend(_positions(one))
    for marker, points in sorted(looks.items(), key=lambda pair: -pair[0].size):
        if marker_kind(marker) == "circle":
            _circles(page, frame, marker, points)
        elif marker_kind(marker) == "disc" and frame.is_point:
            _discs(page, frame, marker, points)
        else:
            name = _marker_name(page, marker, frame)
            page.parts += [_use(name, x, y) for x, y in points]


def _size(frame: Frame, marker: Marker, one: PicturedFeature) -> float:
    proportion = frame.style.proportion
    if proportion is None:
        return marker.size
    return round(size_of(one.values.get(frame.style.field), proportion, is_width=False))


def _positions(one: PicturedFeature) -> list[tuple[float, float]]:
    if one.shape.geom_type.endswith("Point"):
        return [(part.x, part.y) for part in getattr(one.shape, "geoms", (one.shape,))]
    return [inner_position(one.shape)]


def _circles(page: _Page, frame: Frame, marker: Marker, points: Sequence[tuple[float, float]]) -> None:
    """Draw circles as dots of a path; paper rims lie below every point, as on the map."""
    path, rim = dots_of(points), marker.stroke_width if marker.stroke else 0
    if frame.style.proportion or not marker.fill or marker.stroke.partition("/")[0] not in {"", "paper"}:
        name = _marker_name(page, marker, frame)
        page.parts += [_use(name, x, y) for x, y in points]
        return
    look = 'fill="none" stroke-linecap="round"'
    veil = f' stroke-opacity="{marker.opacity:g}"' if marker.opacity < 1 else ""
    if rim:
        width = marker.size + rim
        page.below.append(f'<path d="{path}" {look} stroke="@{marker.stroke}" stroke-width="{width:g}"/>')
    width = max(marker.size - rim, 1)
    page.parts.append(f'<path d="{path}" {look} stroke="@{marker.fill}" stroke-width="{width:g}"{veil}/>')


def _discs(page: _Page, frame: Frame, marker: Marker, points: Sequence[tuple[float, float]]) -> None:
    """Draw discs with a pictogram, each over its neighbour: a class has one look at a zoom."""
    name = _marker_name(page, marker, frame)
    page.parts += [_use(name, x, y) for x, y in points]


def fitting(shapes: Sequence[Shape]) -> list[Shape]:
    """Return shapes as coarse as it takes for all of them to have ``MAX_POSITIONS`` at most, or no more to lose."""
    tolerance = _FINEST
    coarse = shapely.simplify(shapes, tolerance)
    while shapely.get_num_coordinates(coarse).sum() > MAX_POSITIONS and tolerance < 50:
        tolerance *= 2
        coarse = shapely.simplify(coarse, tolerance)
    return list(coarse)


def are_small(shapes: Shape) -> Any:
    """Whether lines or surfaces are so small that a picture shows each as a dot: for one, or for each of an array."""
    left, top, right, bottom = shapely.bounds(shapes).T
    return (right - left < _SMALL) & (bottom - top < _SMALL)


def path_of(shapes: Shape) -> str:
    """Return the path of lines and surfaces, one or an array.

    Rings of holes turn the other way: the rule of filling is ``nonzero``.
    """
    lines = _lines(shapes)
    texts = shapely.to_wkt(lines, rounding_precision=1, trim=True)
    closed = shapely.is_closed(lines)
    return "".join(_line(text, is_closed) for text, is_closed in zip(texts, closed, strict=True))


def dots_of(positions: Sequence[Position]) -> str:
    """Return a path with a line without length at each position, which a round cap makes a dot."""
    return "".join(f"M{x:.4g} {y:.4g}h0" for x, y in positions)


def lines_of(shape: Shape) -> list[list[Position]]:
    """Return the positions of each line, or ring, of a shape."""
    return [[(x, y) for x, y in line.coords] for line in _lines(shape)]


def inner_position(shape: Shape) -> Position:
    """Return a position of a shape: inside a surface, half way along a line."""
    if shape.geom_type.endswith("LineString"):
        longest = max(shapely.get_parts(shape), key=lambda part: part.length)
        middle = longest.interpolate(0.5, normalized=True)
    else:
        middle = shape.representative_point()
    return middle.x, middle.y


def moved(shapes: Shape, offset: float) -> Shape:
    """Return where strokes at an offset run: inside the edges of surfaces, right of lines."""
    if not offset:
        return shapes
    are_surfaces = numpy.isin(shapely.get_type_id(shapes), (_POLYGON, _MULTIPOLYGON))
    result = numpy.empty_like(shapes)
    result[are_surfaces] = shapely.buffer(shapes[are_surfaces], -offset, join_style="mitre")
    # Downwards is positive here, so what lies right of a line is on the side of positive offsets.
    result[~are_surfaces] = shapely.offset_curve(shapes[~are_surfaces], offset)
    return result


def _lines(shapes: Shape) -> Any:
    """Return the lines of shapes, an array: those that are lines, and the rings of surfaces."""
    parts = shapely.get_parts(shapes)
    parts = parts[~shapely.is_empty(parts)]
    are_surfaces = shapely.get_type_id(parts) == _POLYGON
    rings = shapely.get_rings(shapely.orient_polygons(parts[are_surfaces]))
    return numpy.concatenate([rings, parts[~are_surfaces]])


def _line(text: str, is_closed: bool) -> str:
    """Return the path of a line from its WKT; positions that are one when rounded are one."""
    positions = text[text.index("(") + 1 : -1].split(", ")
    distinct = [
        position for position, before in zip(positions, ("", *positions), strict=False) if position != before
    ]
    if len(distinct) == 1:
        return f"M{distinct[0]}h0"
    return f"M{'L'.join(distinct)}{'Z' if is_closed else ''}"


# The radius of a dot before it is spread, and how far it is, as shares of the radius of the density.
_CORE, _SPREAD = 0.45, 0.4


def density(heat: Heat, points: Sequence[tuple[float, float]], name: str) -> str:
    """Return the density of points at ``points``, in pixels; ids begin with ``name``.

    Dots add up where they meet. The filter puts their opacity into each channel and looks a colour up in a table, as a
    heat map does with its ramp (SVG 1.1, 15.10 and 15.11). The densest place is as full as the scale goes.
    """
    if not points:
        return ""
    colours = PALETTES.get(heat.palette, PALETTES[_DEFAULT_PALETTE]).colours(_STEPS)
    channels = [[int(colour[at : at + 2], 16) / 255 for colour in colours] for at in (1, 3, 5)]
    tables = "".join(
        f'<feFunc{letter} type="table" tableValues="{values[0]:.3g} {" ".join(f"{one:.3g}" for one in values)}"/>'
        for letter, values in zip("RGB", channels, strict=True)
    )
    veil = " ".join(["0", *[f"{_OPACITY:g}"] * _STEPS])
    dots = "".join(f'<use href="#{name}-dot" x="{x:.4g}" y="{y:.4g}"/>' for x, y in points)
    dot = f'r="{heat.radius * _CORE:g}" fill="@ink" fill-opacity="{_strength(heat, points):.3g}"'
    return (
        f'<defs><circle id="{name}-dot" {dot}/>'
        f'<filter id="{name}" x="-20%" y="-20%" width="140%" height="140%" color-interpolation-filters="sRGB">'
        f'<feGaussianBlur stdDeviation="{heat.radius * _SPREAD:g}"/>'
        '<feColorMatrix values="0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0"/>'
        f'<feComponentTransfer>{tables}<feFuncA type="table" tableValues="{veil}"/></feComponentTransfer>'
        f'</filter></defs><g filter="url(#{name})">{dots}</g>'
    )


def _strength(heat: Heat, points: Sequence[tuple[float, float]]) -> float:
    """Return the opacity of a dot: the less, the more of them meet in a square as wide as the radius."""
    crowd = Counter((x // heat.radius, y // heat.radius) for x, y in points)
    return min(_STRONGEST, _DENSEST / max(crowd.values()))
