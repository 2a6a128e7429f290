"""Features over the communes and the backdrop as a drawing, in SVG (EPSG:3857, north up): no script, no style sheet."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import Any

from interface.backdrop import BackdropDrawing, backdrop, draw
from interface.palette import literal
from interface.standalone.features import Feature
from interface.territory import CommuneShape

MARGIN, HIGHEST = 12.0, 440.0
"""Pixels: around the territory, and the height that a drawing has at most, whatever the shape of the territory."""
_NAME, _SMALL_NAME, _WIDE, _LETTER = 12, 9, 420, 0.56
"""Pixels of a name, of one in a narrow drawing and of the width that is none; a letter over the height of its name."""
_NAME_LINE, _NAME_LINES = 1.35, (0, -1, 1, -2, 2)  # heights of a line, and the lines where a name may stand
_ABOVE = 9  # pixels from a point to the words over it
Position = tuple[float, float]
# The colours of the backdrop by kind, and whether they fill; those of its names, and their slant.
_BACKDROP = {
    "wood": ("backdrop-wood", True),
    "park": ("backdrop-park", True),
    "water": ("backdrop-water", True),
    "rail": ("backdrop-rail", False),
    "road": ("backdrop-road-edge", False),
}
_INKS = {"river": ("backdrop-water-ink", "italic"), "wood-name": ("backdrop-wood-ink", "italic")}
_SHAPES = {"Polygon": 1, "LineString": 0, "MultiPolygon": 2, "MultiLineString": 1}


class PictureFrame:
    """Where a longitude and a latitude are in the drawing."""

    def __init__(
        self, bounds: tuple[float, float, float, float], width: float, *, highest: float = HIGHEST
    ) -> None:
        west, south, east, north = bounds
        (left, bottom), (right, top) = _mercator(west, south), _mercator(east, north)
        across, up = max(right - left, 1e-9), max(top - bottom, 1e-9)
        self.width = width
        self._scale = min((width - 2 * MARGIN) / across, (highest - 2 * MARGIN) / up)
        self.height = round(up * self._scale + 2 * MARGIN, 1)
        self._left = left - (width / self._scale - across) / 2
        self._top = top + MARGIN / self._scale

    def to_pixels(self, position: Sequence[float]) -> Position:
        """Return pixels from the left and from the top."""
        x, y = _mercator(position[0], position[1])
        return round((x - self._left) * self._scale, 1), round((self._top - y) * self._scale, 1)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the drawing, in degrees."""
        right, bottom = self._left + self.width / self._scale, self._top - self.height / self._scale
        return (*_degrees(self._left, bottom), *_degrees(right, self._top))

    def holds(self, position: Position) -> bool:
        """Whether a place is in the drawing."""
        return 0 <= position[0] <= self.width and 0 <= position[1] <= self.height


def drawing_of(
    features: Sequence[Feature],
    communes: Sequence[CommuneShape],
    frame: PictureFrame,
    *,
    is_ground_hidden: bool = False,
    lit: Collection[str] = (),
) -> str:
    """Return the elements of a drawing: the ground, the features over it, the outlines of ``lit`` communes, the names.

    ``is_ground_hidden`` where the features cover the communes: the water is then drawn over them, and of the names of
    the backdrop only those of towns.
    """
    paths = [_path(json.loads(commune.geometry), frame) for commune in communes]
    names = place_names([*sorted(communes, key=lambda commune: commune.code not in lit)], frame)
    below = _backdrop(frame, names)
    parts = [
        f'<rect width="{frame.width:.0f}" height="{frame.height}" fill="{literal("paper-3")}"/>',
        *(f'<path d="{path}" fill="{literal("paper-2")}"/>' for path in paths),
        *_shapes(below),
        *(f'<path d="{path}" fill="none" stroke="{literal("line-2")}" stroke-width="1"/>' for path in paths),
        *_names(below, of_towns_alone=is_ground_hidden),
        *(text for feature in features for text in _feature(feature, frame)),
        *(_shapes(below, ("water",)) if is_ground_hidden else ()),
        *(
            f'<path d="{path}" fill="none" stroke="{literal("brand")}" stroke-width="2"/>'
            for path, commune in zip(paths, communes, strict=True)
            if commune.code in lit
        ),
        *(_haloed(name.text, name.x, name.y, name.size) for name in names),
        *(text for feature in features for text in _label(feature, frame)),
    ]
    return "".join(parts)


def _mercator(longitude: float, latitude: float) -> Position:
    """Return a position on the unit sphere of EPSG:3857, in radians."""
    return math.radians(longitude), math.asinh(math.tan(math.radians(latitude)))


def _degrees(x: float, y: float) -> Position:
    """Return the longitude and the latitude of a position on the unit sphere of EPSG:3857."""
    return math.degrees(x), math.degrees(math.atan(math.sinh(y)))


def _backdrop(frame: PictureFrame, names: Iterable[PlacedName]) -> BackdropDrawing:
    """Return the backdrop around the communes, without names over theirs."""
    size = _SMALL_NAME if frame.width >= _WIDE else 0
    return draw(
        backdrop(),
        lambda x, y: frame.to_pixels((x, y)),
        frame.box,
        size=size,
        occupied=[name.box for name in names],
        ranks=3,
        decimals=1,
    )


def _shapes(below: BackdropDrawing, kinds: Sequence[str] = tuple(_BACKDROP)) -> Iterator[str]:
    """Yield the paths of a backdrop, from the lowest."""
    for kind, path in below.paths:
        if kind in kinds:
            token, is_filled = _BACKDROP[kind]
            colour = literal(token)
            paint = f'fill="{colour}"' if is_filled else f'fill="none" stroke="{colour}" stroke-width="0.8"'
            yield f'<path d="{path}" {paint}/>'


def _names(below: BackdropDrawing, *, of_towns_alone: bool) -> Iterator[str]:
    for name in below.names:
        if of_towns_alone and name.kind != "place":
            continue
        ink, slant = _INKS.get(name.kind, ("ink-2", "normal"))
        yield (
            f'<text transform="{name.transform}" dy="{name.size * 0.35:.1f}" text-anchor="middle" '
            f'font-size="{name.size:g}" font-style="{slant}" fill="{literal(ink)}">{escape(name.text)}</text>'
        )


@dataclass(frozen=True, slots=True)
class PlacedName:
    """A name of a height in pixels, whose middle stands at ``x`` on the line ``y``."""

    text: str
    x: float
    y: float
    size: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        half = len(self.text) * self.size * _LETTER / 2
        return self.x - half, self.y - self.size, self.x + half, self.y + self.size / 3

    def is_over(self, other: PlacedName) -> bool:
        """Whether two names share a place."""
        left, top, right, bottom = self.box
        other_left, other_top, other_right, other_bottom = other.box
        return left < other_right and other_left < right and top < other_bottom and other_top < bottom


def place_names(communes: Iterable[CommuneShape], frame: PictureFrame) -> list[PlacedName]:
    """Return the names of communes within the drawing, none over another.

    The first ones stand in the middle; one that has no room there stands a line or two above or below, or is left out.
    """
    size = _NAME if frame.width >= _WIDE else _SMALL_NAME
    placed: list[PlacedName] = []
    for commune in communes:
        x, y = frame.to_pixels(commune.label)
        if not frame.holds((x, y)):
            continue
        half = len(commune.name) * size * _LETTER / 2
        middle = round(min(max(x, half), max(frame.width - half, half)), 1)
        places = (
            PlacedName(commune.name, middle, round(y + lines * _NAME_LINE * size, 1), size)
            for lines in _NAME_LINES
        )
        free = (
            place
            for place in places
            if place.box[1] >= 0 and place.box[3] <= frame.height and not any(map(place.is_over, placed))
        )
        placed += [*islice(free, 1)]
    return placed


def _haloed(words: str, x: float, y: float, size: float) -> str:
    text = f'<text x="{x}" y="{y}" text-anchor="middle" font-size="{size}" font-weight="600"'
    halo = (
        f'stroke="{literal("paper")}" stroke-width="3" stroke-linejoin="round" fill="none" aria-hidden="true"'
    )
    return f'{text} {halo}>{escape(words)}</text>{text} fill="{literal("ink")}">{escape(words)}</text>'


def _label(feature: Feature, frame: PictureFrame) -> Iterator[str]:
    """Yield the words that a point stands under: ``label`` of its look."""
    words = feature["properties"]["style"].get("label")
    if words:
        x, y = frame.to_pixels(feature["geometry"]["coordinates"])
        if frame.holds((x, y)):
            yield _haloed(words, x, round(y - _ABOVE, 1), _NAME)


def _feature(feature: Feature, frame: PictureFrame) -> Iterator[str]:
    style, geometry = feature["properties"]["style"], feature["geometry"]
    kind = geometry["type"]
    if kind in {"Point", "MultiPoint"}:
        for position in [geometry["coordinates"]] if kind == "Point" else geometry["coordinates"]:
            pixel = frame.to_pixels(position)
            if frame.holds(pixel):
                yield _point(pixel, style)
        return
    is_line = kind.endswith("LineString")
    yield f'<path d="{_path(geometry, frame)}" {_paint(style, is_filled=not is_line)}/>'


def _point(position: Position, style: dict[str, Any]) -> str:
    radius = style.get("radius", 4)
    if corners := style.get("corners"):
        return f'<polygon points="{polygon(corners, radius, *position)}" {_paint(style)}/>'
    return f'<circle cx="{position[0]}" cy="{position[1]}" r="{radius}" {_paint(style)}/>'


def _paint(style: dict[str, Any], *, is_filled: bool = True) -> str:
    """Return Leaflet's options of a path as attributes of SVG."""
    attributes = {
        "fill": style.get("fillColor", "none") if is_filled and style.get("fill", True) else "none",
        "fill-opacity": style.get("fillOpacity", 1),
        "fill-rule": "evenodd",
        "stroke": style.get("color", "none"),
        "stroke-width": style.get("weight", 1),
    }
    more = {"stroke-opacity": "opacity", "stroke-dasharray": "dashArray", "stroke-linecap": "lineCap"}
    attributes |= {name: style[option] for name, option in more.items() if option in style}
    return " ".join(f'{name}="{escape(str(value))}"' for name, value in attributes.items())


def _path(geometry: dict[str, Any], frame: PictureFrame) -> str:
    is_closed = geometry["type"].endswith("Polygon")
    rings = _rings(geometry["coordinates"], _SHAPES[geometry["type"]])
    return "".join(_ring([frame.to_pixels(position) for position in ring], is_closed) for ring in rings)


def _rings(coordinates: Any, depth: int) -> Iterator[Iterable[Sequence[float]]]:
    """Yield the lists of positions of a geometry, however deep they stand."""
    if depth == 0:
        yield coordinates
        return
    for part in coordinates:
        yield from _rings(part, depth - 1)


def _ring(positions: list[Position], is_closed: bool) -> str:
    """Return one ring; positions that fall on the same tenth of a pixel are one."""
    remaining = [
        position for index, position in enumerate(positions) if index == 0 or position != positions[index - 1]
    ]
    text = "L".join(f"{x} {y}" for x, y in remaining)
    return f"M{text}{'Z' if is_closed else ''}"


def polygon(corners: Iterable[tuple[float, float]], radius: float, x: float = 0.0, y: float = 0.0) -> str:
    """Return the corners of a shape as SVG writes them, around a place."""
    return " ".join(f"{x + radius * across:.2f},{y + radius * down:.2f}" for across, down in corners)
