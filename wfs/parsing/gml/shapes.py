"""Elements of GML become shapes, one small reader an element; positions are in the axis order of the client.

Curves that are not made of straight lines are refused by name, and so are collections of several types.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely
from django.utils.translation import gettext as _

from layers.crs import Crs
from layers.errors import InvalidGeometry
from layers.parsing.geometry import longitude_spans
from layers.parsing.xml import Element

NAMESPACES = frozenset({"http://www.opengis.net/gml/3.2", "http://www.opengis.net/gml", ""})
Box = tuple[float, float, float, float]
Position = tuple[float, ...]
# GML calls it ``srsDimension``, and 3.1 before its last form ``dimension``.
_DIMENSIONS = {"2": 2, "3": 3}


def dimension_of(element: Element, inherited: int, parameter: str) -> int:
    """Return how many numbers a position has in an element: its own declaration, or that of its parent.

    Raises:
        InvalidGeometry: neither two nor three.
    """
    text = element.attributes.get("srsDimension", element.attributes.get("dimension"))
    if text is None:
        return inherited
    if text.strip() not in _DIMENSIONS:
        raise InvalidGeometry(
            _("%(element)s : srsDimension attend 2 ou 3 ; reçu « %(value)s ».")
            % {"element": element, "value": text[:20]},
            parameter=parameter,
        )
    return _DIMENSIONS[text.strip()]


def positions(element: Element, dimension: int, parameter: str) -> list[Position]:
    """Return the positions that the children of an element hold, in their order.

    Raises:
        InvalidGeometry: none, a number that cannot be read, or a list that is cut in the middle of a position.
    """
    positions_read: list[Position] = []
    for child in element.children:
        read = _COORDINATE_READERS.get(child.name)
        if read is not None:
            positions_read += read(child, dimension_of(child, dimension, parameter), parameter)
    if not positions_read:
        raise InvalidGeometry(_("%s n’a pas de coordonnées.") % element, parameter=parameter)
    if len({len(position) for position in positions_read}) > 1:
        raise InvalidGeometry(
            _("%s mêle des positions de deux et de trois nombres.") % element, parameter=parameter
        )
    return positions_read


def _pos(element: Element, _dimension: int, parameter: str) -> list[Position]:
    return [_position(_numbers(element, parameter), element, parameter)]


def _pos_list(element: Element, dimension: int, parameter: str) -> list[Position]:
    numbers = _numbers(element, parameter)
    if len(numbers) % dimension:
        raise InvalidGeometry(
            _("%(element)s compte %(count)d nombres : un multiple de %(dimension)d est attendu.")
            % {"element": element, "count": len(numbers), "dimension": dimension},
            parameter=parameter,
        )
    return list(zip(*[iter(numbers)] * dimension, strict=True))


def _coordinates(element: Element, _dimension: int, parameter: str) -> list[Position]:
    """GML 2: ``2.2,48.8 2.3,48.9``, whose three separators may be others."""
    decimal = element.attributes.get("decimal") or "."
    within, between = element.attributes.get("cs") or ",", element.attributes.get("ts") or " "
    parts = element.text.split() if between.isspace() else element.text.strip().split(between)
    return [
        _position(
            [_number(part.strip().replace(decimal, "."), element, parameter) for part in text.split(within)],
            element,
            parameter,
        )
        for text in parts
    ]


def _coord(element: Element, _dimension: int, parameter: str) -> list[Position]:
    """GML 2: ``<coord><X>2.2</X><Y>48.8</Y></coord>``."""
    numbers = [_number(child.text.strip(), child, parameter) for child in element.named("X", "Y", "Z")]
    return [_position(numbers, element, parameter)]


def _coordinates_of_point(element: Element, dimension: int, parameter: str) -> list[Position]:
    """A position by way of a point: ``<pointProperty><Point><pos>…``."""
    return [position for child in element.children for position in positions(child, dimension, parameter)]


def _position(numbers: list[float], element: Element, parameter: str) -> Position:
    if len(numbers) not in {2, 3}:
        raise InvalidGeometry(
            _("%(element)s : une position compte 2 ou 3 nombres ; reçu %(count)d.")
            % {"element": element, "count": len(numbers)},
            parameter=parameter,
        )
    return tuple(numbers)


def _numbers(element: Element, parameter: str) -> list[float]:
    """Return the numbers of a text, converted at once: a list has thousands; single conversion only locates a fault."""
    parts = element.text.split()
    try:
        if "_" not in element.text:
            return list(map(float, parts))
    except ValueError:
        pass
    return [_number(part, element, parameter) for part in parts]


def _number(text: str, element: Element, parameter: str) -> float:
    try:
        if "_" in text:
            raise ValueError
        return float(text)
    except ValueError:
        raise InvalidGeometry(
            _("%(element)s : « %(value)s » n’est pas un nombre.") % {"element": element, "value": text[:40]},
            parameter=parameter,
        ) from None


_COORDINATE_READERS: Mapping[str, Callable[[Element, int, str], list[Position]]] = {
    "pos": _pos,
    "posList": _pos_list,
    "coordinates": _coordinates,
    "coord": _coord,
    "pointProperty": _coordinates_of_point,
    "pointRep": _coordinates_of_point,
}


@dataclass(frozen=True, slots=True)
class ShapeReader:
    """Reads the shapes of one geometry, whose coordinates are in ``crs``; ``name`` reads a ``srsName``."""

    crs: Crs
    name: Callable[[str], Crs]
    parameter: str

    def shape(self, element: Element, dimension: int = 2) -> Any:
        """Return the shape of an element, in the order of the client's axes.

        Raises:
            InvalidGeometry: not an element that is read, or one that does not make a geometry.
        """
        read = READERS.get(element.name) if element.namespace in NAMESPACES else None
        if read is None:
            raise self.fault(_("%s n’est pas une géométrie qui est lue.") % element)
        srs_name = element.attributes.get("srsName")
        if srs_name and self.name(srs_name) != self.crs:
            raise self.fault(_("%s n’est pas dans le système de la géométrie qui le contient.") % element)
        try:
            return read(self, element, dimension_of(element, dimension, self.parameter))
        except (shapely.errors.ShapelyError, ValueError):
            raise self.fault(_("%s a trop peu de points distincts.") % element) from None

    def fault(self, message: str) -> InvalidGeometry:
        """Return the fault with ``message`` about this geometry."""
        return InvalidGeometry(message, parameter=self.parameter)

    def positions(self, element: Element, dimension: int) -> list[Position]:
        """Return the positions of an element."""
        return positions(element, dimension, self.parameter)


Read = Callable[[ShapeReader, Element, int], Any]


def _point(reader: ShapeReader, element: Element, dimension: int) -> Any:
    positions = reader.positions(element, dimension)
    if len(positions) != 1:
        raise reader.fault(_("%s a plusieurs positions.") % element)
    return shapely.Point(positions[0])


def _line(reader: ShapeReader, element: Element, dimension: int) -> Any:
    return shapely.LineString(reader.positions(element, dimension))


def _curve(reader: ShapeReader, element: Element, dimension: int) -> Any:
    parts = [child for part in element.named("segments") for child in part.children]
    return _joined([reader.shape(part, dimension) for part in parts], reader, element)


def _composite_curve(reader: ShapeReader, element: Element, dimension: int) -> Any:
    return _joined(list(_members(reader, element, dimension)), reader, element)


def _joined(lines: list[Any], reader: ShapeReader, element: Element) -> Any:
    """Return one line: each begins where the one before ends."""
    _check_kinds(lines, "LineString", reader, element)
    positions: list[Position] = []
    for line in lines:
        coordinates = list(line.coords)
        if positions and positions[-1] != coordinates[0]:
            raise reader.fault(_("%s : un segment ne commence pas où finit le précédent.") % element)
        positions += coordinates[1:] if positions else coordinates
    return shapely.LineString(positions)


def _polygon(reader: ShapeReader, element: Element, dimension: int) -> Any:
    shells = [_ring(reader, part, dimension) for part in element.named("exterior", "outerBoundaryIs")]
    holes = [_ring(reader, part, dimension) for part in element.named("interior", "innerBoundaryIs")]
    if len(shells) != 1:
        raise reader.fault(_("%s attend un contour extérieur, et un seul.") % element)
    return shapely.Polygon(shells[0], holes)


def _ring(reader: ShapeReader, part: Element, dimension: int) -> list[Position]:
    """Return the positions of the ring in an ``exterior`` or an ``interior``."""
    if len(part.children) != 1 or part.children[0].name not in {"LinearRing", "Ring"}:
        raise reader.fault(_("%s attend un anneau (LinearRing).") % part)
    ring = part.children[0]
    if ring.name == "LinearRing":
        positions = reader.positions(ring, dimension_of(ring, dimension, reader.parameter))
    else:
        positions = list(_composite_curve(reader, ring, dimension).coords)
    if positions[0] != positions[-1]:
        raise reader.fault(_("%s n’est pas fermé : il finit par son premier point.") % ring)
    return positions


def _surface(reader: ShapeReader, element: Element, dimension: int) -> Any:
    """A surface of patches: the whole that they make."""
    parts = [child for part in element.named("patches", "polygonPatches") for child in part.children]
    return _united([reader.shape(part, dimension) for part in parts], reader, element)


def _composite_surface(reader: ShapeReader, element: Element, dimension: int) -> Any:
    return _united(list(_members(reader, element, dimension)), reader, element)


def _united(parts: list[Any], reader: ShapeReader, element: Element) -> Any:
    _check_kinds(parts, "Polygon", reader, element)
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _envelope(reader: ShapeReader, element: Element, dimension: int) -> Any:
    """A box: a polygon, two over the antimeridian, or what is left of one without width or height.

    What no coordinate reaches is cut.
    """
    corners = [
        _corner(reader, part, dimension) for part in element.named("lowerCorner", "upperCorner")
    ] or reader.positions(element, dimension)
    if len(corners) != 2:
        raise reader.fault(_("%s attend deux coins.") % element)
    (x1, y1, *_heights), (x2, y2, *_more_heights) = corners
    if any(map(math.isnan, (x1, y1, x2, y2))):
        raise reader.fault(_("Une coordonnée n’est pas un nombre fini."))
    boxes = _around_the_world((x1, y1, x2, y2), reader.crs)
    if not boxes or any(box[0] > box[2] or box[1] > box[3] for box in boxes):
        raise reader.fault(_("%s est inversé : le coin minimal doit précéder le coin maximal.") % element)
    parts = [_box(*_reachable(box, reader.crs)) for box in boxes]
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _box(x1: float, y1: float, x2: float, y2: float) -> Any:
    if x1 == x2 and y1 == y2:
        return shapely.Point(x1, y1)
    if x1 == x2 or y1 == y2:
        return shapely.LineString([(x1, y1), (x2, y2)])
    return shapely.box(x1, y1, x2, y2)


def _around_the_world(box: Box, crs: Crs) -> list[Box]:
    """Return the boxes of one whose longitudes cross the antimeridian or go beyond it, in the axis order of ``crs``."""
    x1, y1, x2, y2 = box
    if not crs.is_in_degrees or not all(map(math.isfinite, box)):
        return [box]
    if crs.is_yx:
        return [(x1, west, x2, east) for west, east in longitude_spans(y1, y2)]
    return [(west, y1, east, y2) for west, east in longitude_spans(x1, x2)]


def _corner(reader: ShapeReader, part: Element, dimension: int) -> Position:
    """Return a ``lowerCorner`` or an ``upperCorner``, which read as a ``pos``."""
    (position,) = reader.positions(_holder(part), dimension)
    return position


def _holder(part: Element) -> Element:
    position = replace(part, name="pos")
    return replace(part, children=[position])


def _reachable(box: Box, crs: Crs) -> Box:
    """Return the part of a box within valid coordinates, which zoomed-out maps exceed; all of it if none is."""
    least_x, least_y, most_x, most_y = crs.bounds
    if crs.is_yx:
        least_x, least_y, most_x, most_y = least_y, least_x, most_y, most_x
    x1, y1, x2, y2 = box
    if x1 > most_x or x2 < least_x or y1 > most_y or y2 < least_y:
        return box
    return max(x1, least_x), max(y1, least_y), min(x2, most_x), min(y2, most_y)


def _members(reader: ShapeReader, element: Element, dimension: int) -> Iterator[Any]:
    """Yield the shapes of ``pointMember``, ``surfaceMembers`` and their like."""
    for holder in element.children:
        if holder.name.endswith(("Member", "Members")):
            for child in holder.children:
                yield reader.shape(child, dimension)


def _check_kinds(parts: Sequence[Any], kind: str, reader: ShapeReader, element: Element) -> None:
    """Refuse an element without parts, or one of whose parts is of another kind."""
    if not parts:
        raise reader.fault(_("%s n’a pas de coordonnées.") % element)
    if any(part.geom_type != kind for part in parts):
        raise reader.fault(_("%s mêle des géométries de plusieurs types.") % element)


def _several(make: Callable[[list[Any]], Any], kind: str) -> Read:
    def read(reader: ShapeReader, element: Element, dimension: int) -> Any:
        parts = list(_members(reader, element, dimension))
        _check_kinds(parts, kind, reader, element)
        return make(parts)

    return read


READERS: Mapping[str, Read] = {
    "Point": _point,
    "LineString": _line,
    "LineStringSegment": _line,
    "Curve": _curve,
    "CompositeCurve": _composite_curve,
    "Polygon": _polygon,
    "PolygonPatch": _polygon,
    "Rectangle": _polygon,
    "Triangle": _polygon,
    "Surface": _surface,
    "PolyhedralSurface": _surface,
    "CompositeSurface": _composite_surface,
    "Envelope": _envelope,
    "Box": _envelope,
    "MultiPoint": _several(shapely.MultiPoint, "Point"),
    "MultiLineString": _several(shapely.MultiLineString, "LineString"),
    "MultiCurve": _several(shapely.MultiLineString, "LineString"),
    "MultiPolygon": _several(shapely.MultiPolygon, "Polygon"),
    "MultiSurface": _several(shapely.MultiPolygon, "Polygon"),
}
