"""Each geometry: there, of the type of its table, valid, single, within the country, not too complex, drawn once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy
import shapely
from django.utils.translation import gettext as _

from plui.packages.checks.rows import bounded
from plui.packages.content import Package, TableContent
from plui.packages.findings import Finding
from plui.packages.projections import geojson, to_lambert
from plui.packages.standards import GEOMETRY

_EXTENT = shapely.box(-378_305, 6_005_281, 1_320_649, 7_235_612)
"""Mainland France in EPSG:2154, the area of use of the system."""

_WARNING_PARTS, _ERROR_PARTS = 500, 1_000
_WARNING_POINTS, _ERROR_POINTS = 50_000, 200_000
_WARNING_DENSITY, _ERROR_DENSITY = 0.1, 10.0
_TYPES = {
    "Polygon": frozenset({"Polygon", "MultiPolygon"}),
    "LineString": frozenset({"LineString", "MultiLineString"}),
    "Point": frozenset({"Point", "MultiPoint"}),
}


def check_geometries(package: Package) -> list[Finding]:
    """Check every geometry of every table that has one."""
    findings: list[Finding] = []
    for table in package.tables.values():
        if table.model.geometry and table.has_geometry and table.count:
            for check in (
                _check_presence,
                _check_types,
                _check_validity,
                _check_extent,
                _check_repeats,
                _check_weight,
            ):
                findings += bounded(list(check(table)), table, GEOMETRY)
    return findings


def _finding(code: str, message: str, table: TableContent, row: int, shape: Any = None) -> Finding:
    return Finding(
        code,
        message,
        file=table.path,
        row=row + 1,
        attribute=GEOMETRY,
        geometry=geojson(shape, table.srid),
    )


def _check_presence(table: TableContent) -> Iterator[Finding]:
    for row, shape in enumerate(table.shapes):
        if row in table.unreadable:
            yield _finding(
                "ATTRIBUTE_GEOMETRY_INVALID_FORMAT", _("La géométrie ne peut pas être lue."), table, row
            )
        elif shape is None:
            yield _finding("ATTRIBUTE_UNEXPECTED_NULL", _("La géométrie est vide."), table, row)


def _check_types(table: TableContent) -> Iterator[Finding]:
    for row, shape in enumerate(table.shapes):
        if shape is None:
            continue
        if shape.geom_type not in _TYPES[table.model.geometry]:
            yield _finding(
                "ATTRIBUTE_INVALID_FORMAT",
                _("La géométrie est de type %(type)s ; la table attend %(expected)s.")
                % {"type": shape.geom_type, "expected": table.model.geometry},
                table,
                row,
                shape,
            )
        elif shapely.get_num_geometries(shape) > 1:
            yield _finding(
                "PORTAL_MULTIPART",
                _("La géométrie a %d parties ; le standard demande un objet par partie.")
                % shapely.get_num_geometries(shape),
                table,
                row,
                shape,
            )


def _check_validity(table: TableContent) -> Iterator[Finding]:
    shapes = numpy.array(table.shapes, dtype=object)
    is_valid = shapely.is_valid(shapes)
    for row in numpy.flatnonzero(~is_valid).tolist():
        shape = table.shapes[row]
        if shape is None:
            continue
        reason, where = _reason(shape)
        yield _finding("ATTRIBUTE_GEOMETRY_INVALID", reason, table, row, where)


def _reason(shape: Any) -> tuple[str, Any]:
    """Return why a geometry is not valid, in words, and the point where."""
    text, _bracket, rest = shapely.is_valid_reason(shape).partition("[")
    reasons = {
        "Self-intersection": _("Le contour se coupe."),
        "Ring Self-intersection": _("Le contour se touche lui-même."),
        "Hole lies outside shell": _("Un trou est hors de son contour."),
        "Holes are nested": _("Des trous sont l’un dans l’autre."),
        "Nested shells": _("Des contours sont l’un dans l’autre."),
        "Duplicate Rings": _("Deux contours sont identiques."),
        "Interior is disconnected": _("L’intérieur est en plusieurs morceaux."),
        "Too few points in geometry component": _("Un contour a trop peu de points."),
        "Invalid Coordinate": _("Une coordonnée n’est pas un nombre."),
    }
    reason = reasons.get(text.strip(), _("La géométrie n’est pas valide."))
    parts = rest.rstrip("]").split()
    try:
        return reason, shapely.Point(float(parts[0]), float(parts[1]))
    except (IndexError, ValueError):
        return reason, None


def _check_extent(table: TableContent) -> Iterator[Finding]:
    shapes = to_lambert(table.shapes, table.srid)
    within = shapely.covers(_EXTENT, shapely.envelope(shapes))
    for row in numpy.flatnonzero(~within).tolist():
        if table.shapes[row] is not None:
            yield Finding(
                "ATTRIBUTE_GEOMETRY_INVALID_DATA_EXTENT",
                _("La géométrie est hors de l’emprise du Lambert-93."),
                file=table.path,
                row=row + 1,
                attribute=GEOMETRY,
            )


def _check_repeats(table: TableContent) -> Iterator[Finding]:
    first: dict[bytes, int] = {}
    normal = shapely.to_wkb(shapely.normalize(numpy.array(table.shapes, dtype=object)))
    for row, wkb in enumerate(normal.tolist()):
        if wkb is None:
            continue
        if wkb in first:
            yield _finding(
                "ATTRIBUTE_NOT_UNIQUE",
                _("La géométrie est déjà celle de la ligne %d.") % (first[wkb] + 1),
                table,
                row,
                table.shapes[row],
            )
        first.setdefault(wkb, row)


def _check_weight(table: TableContent) -> Iterator[Finding]:
    """Check complexity by the thresholds that the national validator gives as a sample."""
    for row, shape in enumerate(table.shapes):
        if shape is None:
            continue
        points = int(shapely.get_num_coordinates(shape))
        parts = int(shapely.get_num_geometries(shape))
        holes = int(shapely.get_num_interior_rings(shapely.get_parts(shape)).sum())
        length = float(shapely.length(shape)) or 1.0
        density = points / length if points >= _WARNING_POINTS else 0.0
        values = {"points": points, "parts": parts, "holes": holes}
        message = _("La géométrie a %(points)d points, %(parts)d parties et %(holes)d trous.") % values
        if points > _ERROR_POINTS or max(parts, holes) > _ERROR_PARTS or density > _ERROR_DENSITY:
            yield _finding("CNIG_GEOMETRY_COMPLEXITY_ERROR", message, table, row)
        elif max(parts, holes) > _WARNING_PARTS or density > _WARNING_DENSITY:
            yield _finding("CNIG_GEOMETRY_COMPLEXITY_WARNING", message, table, row)
