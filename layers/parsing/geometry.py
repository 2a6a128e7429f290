"""Geometries of clients, checked: WKT, GeoJSON and boxes, in a CRS and its axis order."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.crs import CRS84, Crs, box_ewkb
from layers.errors import InvalidBbox, InvalidGeometry

MAX_CHARACTERS = 256 * 1024
MAX_VERTICES = 5_000
MAX_NESTING = 8
GEOMETRY_TYPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
COLLECTION = "GeometryCollection"

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_REASON = re.compile(r"(?P<fault>[^\[]+)(?:\[(?P<place>[^\]]*)\])?")
_FAULTS = {
    "self-intersection": gettext_noop("le contour se croise"),
    "ring self-intersection": gettext_noop("un anneau passe deux fois par le même point"),
    "hole lies outside shell": gettext_noop("un trou sort du contour"),
    "holes are nested": gettext_noop("un trou est dans un autre"),
    "nested holes": gettext_noop("un trou est dans un autre"),
    "nested shells": gettext_noop("une partie en recouvre une autre"),
    "duplicate rings": gettext_noop("un anneau est répété"),
    "interior is disconnected": gettext_noop("l’intérieur est coupé en morceaux"),
    "too few points in geometry component": gettext_noop("une partie a trop peu de points distincts"),
    "invalid coordinate": gettext_noop("une coordonnée n’est pas un nombre fini"),
}


def parse_geometry(text: str, *, crs: Crs = CRS84, parameter: str) -> GEOSGeometry:
    """Read WKT, or a GeoJSON geometry when the text opens with ``{``, written in ``crs`` and its axis order.

    The answer is two-dimensional, in x, y order, and carries the SRID of ``crs``.

    Raises:
        InvalidGeometry: unreadable, empty, too large, of another type, invalid, not finite, or out of the range of
            ``crs``.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidGeometry(
            _("La géométrie compte %(size)d caractères ; le maximum est %(max)d.")
            % {"size": len(text), "max": MAX_CHARACTERS},
            parameter=parameter,
        )
    if nesting(text) > MAX_NESTING:
        raise _unreadable(text, parameter)
    if text.lstrip().startswith("{"):
        return read_geometry(_json(text, parameter), crs=crs, parameter=parameter)
    try:
        # What is no number, and one over the doubles, which reads as infinite, are refused as such.
        with numpy.errstate(over="ignore", invalid="ignore"):
            shape = shapely.from_wkt(text)
    except (shapely.errors.ShapelyError, UnicodeEncodeError, NotImplementedError):  # the last for curves
        raise _unreadable(text, parameter) from None
    return checked_geometry(shape, crs=crs, parameter=parameter)


def read_geometry(
    value: Mapping[str, Any], *, crs: Crs = CRS84, parameter: str, with_collections: bool = False
) -> GEOSGeometry:
    """Read a GeoJSON geometry or a CQL2 ``{"bbox": […]}``, as ``parse_geometry`` does.

    ``with_collections`` reads collections too; what one is made of is one geometry where it is of one dimension.

    Raises:
        InvalidGeometry: as ``parse_geometry``.
    """
    if "bbox" in value and "type" not in value:
        return _box(value["bbox"], crs, parameter)
    if with_collections and value.get("type") == COLLECTION:
        return _collection(value, crs, parameter)
    text = json.dumps(value, ensure_ascii=False)
    if value.get("type") not in GEOMETRY_TYPES:
        raise _other_type(value.get("type"), parameter)
    if _vertices(value.get("coordinates")) > MAX_VERTICES:
        raise _too_many_vertices(parameter)
    try:
        shape = shapely.from_geojson(text)
    except (shapely.errors.ShapelyError, UnicodeEncodeError):
        raise _unreadable(text, parameter) from None
    return checked_geometry(shape, crs=crs, parameter=parameter)


def _collection(value: Mapping[str, Any], crs: Crs, parameter: str) -> GEOSGeometry:
    """Read a collection, of which no member is one; parts that touch or overlap are one set of points."""
    members = value.get("geometries")
    if not isinstance(members, list) or not all(isinstance(member, Mapping) for member in members):
        raise _unreadable(json.dumps(value, ensure_ascii=False), parameter)
    if not members:
        raise InvalidGeometry(_("La géométrie est vide."), parameter=parameter)
    parts = [read_geometry(member, crs=crs, parameter=parameter) for member in members]
    if sum(part.num_coords for part in parts) > MAX_VERTICES:
        raise _too_many_vertices(parameter)
    shapes = [shapely.from_wkb(bytes(part.wkb)) for part in parts]
    is_mixed = len({shapely.get_dimensions(shape) for shape in shapes}) > 1
    collection = shapely.GeometryCollection(shapes) if is_mixed else shapely.union_all(shapes)
    return GEOSGeometry(memoryview(shapely.to_wkb(collection)), srid=crs.srid)


def _json(text: str, parameter: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        raise _unreadable(text, parameter) from None
    assert isinstance(value, dict)  # the text opens with a brace
    return value


def _box(numbers: object, crs: Crs, parameter: str) -> GEOSGeometry:
    text = ",".join(repr(number) for number in numbers) if isinstance(numbers, list | tuple) else ""
    try:
        box = parse_bbox(text, crs=crs, parameter="BBOX")
    except InvalidBbox as error:
        raise InvalidGeometry(error.detail, parameter=parameter) from None
    if not box.valid:
        raise InvalidGeometry(_("BBOX n’a pas de surface : « %s ».") % text[:80], parameter=parameter)
    return box


def checked_geometry(shape: Any, *, crs: Crs, parameter: str) -> GEOSGeometry:
    """Refuse what PostGIS would choke on or misread; return the geometry in x, y order with its SRID.

    ``shape`` is one of shapely, in the axis order of ``crs``.

    Raises:
        InvalidGeometry: as ``parse_geometry``.
    """
    if shape.geom_type not in GEOMETRY_TYPES:
        raise _other_type(shape.geom_type, parameter)
    if shape.is_empty:
        raise InvalidGeometry(_("La géométrie est vide."), parameter=parameter)
    if shapely.get_num_coordinates(shape) > MAX_VERTICES:
        raise _too_many_vertices(parameter)
    flat = shapely.force_2d(shape)
    _check_range(flat, crs, parameter)
    if not flat.is_valid:
        raise InvalidGeometry(
            _("La géométrie n’est pas valide : %s.") % _fault(shapely.is_valid_reason(flat)),
            parameter=parameter,
        )
    if crs.is_yx:
        flat = shapely.transform(flat, lambda coordinates: coordinates[:, ::-1])
    return GEOSGeometry(memoryview(shapely.to_wkb(flat)), srid=crs.srid)


def _check_range(shape: Any, crs: Crs, parameter: str) -> None:
    """Refuse the first point that is not finite or out of the range of ``crs``."""
    min_x, min_y, max_x, max_y = crs.bounds
    points = shapely.get_coordinates(shape)
    xs, ys = (points[:, 1], points[:, 0]) if crs.is_yx else (points[:, 0], points[:, 1])
    # False for NaN as well.
    is_inside = (min_x <= xs) & (xs <= max_x) & (min_y <= ys) & (ys <= max_y)
    if is_inside.all():
        return
    position = is_inside.argmin()
    first, second = points[position].tolist()
    if not (math.isfinite(first) and math.isfinite(second)):
        raise InvalidGeometry(_("Une coordonnée n’est pas un nombre fini."), parameter=parameter)
    x, y = xs[position], ys[position]
    raise InvalidGeometry(
        _("Le point (%(first)s %(second)s) sort des limites de %(crs)s.")
        % {"first": first, "second": second, "crs": crs.title}
        + (axes_hint(crs) if min_x <= y <= max_x and min_y <= x <= max_y else ""),
        parameter=parameter,
    )


def axes_hint(crs: Crs) -> str:
    """Return the sentence to add to a fault when the same coordinates the other way round would be right."""
    order = _("y puis x (latitude, longitude)") if crs.is_yx else _("x puis y (longitude, latitude)")
    return _(" Les axes semblent inversés : l’ordre attendu est %s.") % order


def _fault(reason: str) -> str:
    """Put GEOS's reason (``Self-intersection[2.2 48.8]``) in French, with the place in the client's coordinates."""
    match = _REASON.match(reason)
    fault = match["fault"].strip() if match else reason
    message = _FAULTS.get(fault.lower())
    french = _(message) if message else fault
    position = match["place"] if match else None
    return _("%(fault)s en (%(place)s)") % {"fault": french, "place": position} if position else french


def nesting(text: str) -> int:
    """Return the deepest level of brackets, in one pass: deep nesting overflows the stack of recursive readers."""
    depth = deepest = 0
    for character in text:
        if character in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif character in _CLOSING:
            depth -= 1
    return deepest


def _vertices(coordinates: object) -> int:
    """Count the positions of GeoJSON coordinates; callers have bounded their nesting."""
    if not isinstance(coordinates, list) or not coordinates:
        return 0
    return sum(map(_vertices, coordinates)) if isinstance(coordinates[0], list) else 1


def has_heights(coordinates: object) -> bool:
    """Whether a position of GeoJSON coordinates has more than two numbers; callers have bounded their nesting."""
    if not isinstance(coordinates, list) or not coordinates:
        return False
    return any(map(has_heights, coordinates)) if isinstance(coordinates[0], list) else len(coordinates) > 2


def _other_type(kind: object, parameter: str) -> InvalidGeometry:
    return InvalidGeometry(
        _("Type de géométrie attendu : %(types)s ; reçu « %(type)s ».")
        % {"types": ", ".join(GEOMETRY_TYPES), "type": str(kind)[:40]},
        parameter=parameter,
    )


def _too_many_vertices(parameter: str) -> InvalidGeometry:
    return InvalidGeometry(_("La géométrie a plus de %d sommets.") % MAX_VERTICES, parameter=parameter)


def _unreadable(text: str, parameter: str) -> InvalidGeometry:
    return InvalidGeometry(
        _("Géométrie illisible : WKT (POLYGON((…))) ou GeoJSON attendu ; reçu « %s ».") % text.strip()[:60],
        parameter=parameter,
    )


_HALF_TURN = 180.0
_TURN = 2 * _HALF_TURN


def parse_bbox(text: str, *, crs: Crs = CRS84, parameter: str = "bbox") -> GEOSGeometry:
    """Read 4 or 6 numbers in the axis order of ``crs`` and return a (multi)polygon in x, y order with its SRID.

    Six numbers carry heights, which must be in order and select nothing: features are in two dimensions. In longitude
    and latitude a first longitude greater than the second crosses the antimeridian, however wide the box is (OGC
    17-069r4, 7.15.3); longitudes may go one turn further, as maps that scroll around the world write them.

    Raises:
        InvalidBbox: wrong count, not finite, out of the range of the CRS, or swapped.
    """
    numbers = [_number(part, text, parameter) for part in text.split(",")]
    if len(numbers) not in {4, 6}:
        raise InvalidBbox(
            _("%(name)s attend 4 nombres (ou 6 avec les hauteurs) ; « %(value)s » en compte %(count)d.")
            % {"name": parameter, "value": text[:80], "count": len(numbers)},
            parameter=parameter,
        )
    half = len(numbers) // 2
    if half == 3 and numbers[2] > numbers[5]:
        raise InvalidBbox(
            _("%(name)s est inversé : la hauteur minimale doit précéder la hauteur maximale.")
            % {"name": parameter},
            parameter=parameter,
        )
    first, second = numbers[:2], numbers[half : half + 2]
    if crs.is_yx:
        first, second = first[::-1], second[::-1]
    _check_bbox_range(first, second, crs, parameter)
    return _polygon(first, second, crs, parameter)


def _number(part: str, text: str, parameter: str) -> float:
    try:
        value = float(part)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidBbox(
            _("%(name)s contient « %(part)s », qui n’est pas un nombre : « %(value)s ».")
            % {"name": parameter, "part": part[:40], "value": text[:80]},
            parameter=parameter,
        )
    return value


def _check_bbox_range(first: list[float], second: list[float], crs: Crs, parameter: str) -> None:
    min_x, min_y, max_x, max_y = crs.bounds
    if crs.is_in_degrees:
        min_x, max_x = min_x - _TURN, max_x + _TURN
    for x, y in (first, second):
        if not (min_x <= x <= max_x and min_y <= y <= max_y):
            raise InvalidBbox(
                _(
                    "%(name)s sort des limites de %(crs)s : x de %(min_x)g à %(max_x)g, y de %(min_y)g à %(max_y)g."
                )
                % {
                    "name": parameter,
                    "crs": crs.title,
                    "min_x": min_x,
                    "max_x": max_x,
                    "min_y": min_y,
                    "max_y": max_y,
                },
                parameter=parameter,
            )


def _polygon(first: list[float], second: list[float], crs: Crs, parameter: str) -> GEOSGeometry:
    (x1, y1), (x2, y2) = first, second
    spans = longitude_spans(x1, x2) if crs.is_in_degrees else [(x1, x2)] if x1 <= x2 else []
    if y1 > y2 or not spans:
        raise InvalidBbox(
            _("%(name)s est inversé : le coin minimal doit précéder le coin maximal (%(order)s).")
            % {"name": parameter, "order": "y,x,y,x" if crs.is_yx else "x,y,x,y"},
            parameter=parameter,
        )
    parts = [GEOSGeometry(memoryview(box_ewkb((start, y1, end, y2), crs.srid))) for start, end in spans]
    return MultiPolygon(*parts, srid=crs.srid) if len(parts) > 1 else parts[0]


def longitude_spans(west: float, east: float) -> list[tuple[float, float]]:
    """Return the longitudes from ``west`` to ``east`` within ±180: one span, or two when they cross the antimeridian.

    None when ``east`` comes first beyond ±180, where the way round the world is ambiguous.
    """
    is_inside = min(west, east) >= -_HALF_TURN and max(west, east) <= _HALF_TURN
    if west <= east and is_inside:
        return [(west, east)]
    if west > east and not is_inside:
        return []
    if west > east:
        return [(west, _HALF_TURN), (-_HALF_TURN, east)] if west < _HALF_TURN else [(-_HALF_TURN, east)]
    width = east - west
    if width >= _TURN:
        return [(-_HALF_TURN, _HALF_TURN)]
    start = (west + _HALF_TURN) % _TURN - _HALF_TURN
    end = start + width
    spans = [(start, min(end, _HALF_TURN)), (-_HALF_TURN, end - _TURN)]
    return [(lower, upper) for lower, upper in spans if lower < upper or (lower == upper and width == 0)]
