"""What the standard asks of zones together, and the national validator does not check: gaps, overlaps, coverage.

Everything is computed in EPSG:2154, in bulk by GEOS. Surfaces of 0.01 m² at most are numerical noise, and so are lines
of 1 cm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy
import shapely
from django.utils.translation import gettext as _

from plui.packages.checks.rows import bounded
from plui.packages.content import Commune, Package, TableContent
from plui.packages.findings import Finding
from plui.packages.projections import LAMBERT_93, geojson, to_lambert
from plui.packages.standards import GEOMETRY

NOISE_M2 = 0.01
NOISE_M = 0.01
OUTLINE_M = 10.0
"""Metres around the communes, beyond which the national validator warns."""

Shape = Any  # shapely has no types


def check_topology(package: Package, communes: Sequence[Commune]) -> list[Finding]:
    """Check zones against each other, the communes of the document against them, and prescriptions."""
    zones = package.tables.get("ZONE_URBA")
    if zones is None or not zones.has_geometry or not any(zones.shapes):
        return []
    shapes = _surfaces(zones)
    union = shapely.union_all(shapes)
    covered = _covered(package, communes)
    findings = [
        *_largest(overlaps(zones, shapes), zones),
        *_largest(gaps(zones, union), zones),
        *_largest(_uncovered(zones, union, covered), zones),
        *_largest(_outside_communes(zones, shapes, covered), zones),
    ]
    for table in package.tables.values():
        if table.name.startswith("PRESCRIPTION") and table.has_geometry and table.count:
            findings += _largest(_outside_zones(table, union), table)
    return findings


def _largest(findings: Iterator[Finding], table: TableContent) -> list[Finding]:
    return bounded(sorted(findings, key=lambda finding: -finding.size), table, GEOMETRY)


def _surfaces(table: TableContent) -> Any:
    """Return the surfaces of a table, made valid, empty where a row has none."""
    shapes = to_lambert(table.shapes, table.srid)
    is_broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[is_broken] = shapely.make_valid(shapes[is_broken])
    shapes[shapely.is_missing(shapes) | (shapely.get_dimensions(shapes) < 2)] = shapely.Polygon()
    return shapes


def _label(table: TableContent, row: int) -> str:
    return _("« %(label)s » (ligne %(row)d)") % {"label": table.value(row, "LIBELLE")[:40], "row": row + 1}


def overlaps(table: TableContent, shapes: Any) -> Iterator[Finding]:
    """Yield where two zones lie on each other, by more than noise; ``shapes`` are surfaces in EPSG:2154."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    is_pair = first < second
    first, second = first[is_pair], second[is_pair]
    shared = shapely.intersection(shapes[first], shapes[second])
    areas = shapely.area(shared)
    for index in numpy.flatnonzero(areas > NOISE_M2).tolist():
        one, other, area = int(first[index]), int(second[index]), float(areas[index])
        yield Finding(
            "PORTAL_ZONE_OVERLAP",
            _("Les zones %(one)s et %(other)s se recouvrent sur %(area)s m².")
            % {"one": _label(table, one), "other": _label(table, other), "area": _figure(area)},
            file=table.path,
            row=one + 1,
            attribute=GEOMETRY,
            value=f"{one + 1}-{other + 1}",
            size=area,
            geometry=_drawn(shared[index]),
        )


def gaps(table: TableContent, union: Shape) -> Iterator[Finding]:
    """Yield the holes in the union of the zones, by more than noise."""
    rings = shapely.get_rings(shapely.get_parts(union), return_index=False)
    exteriors = shapely.get_exterior_ring(shapely.get_parts(union))
    outlines = {shapely.to_wkb(ring) for ring in exteriors if ring is not None}
    for ring in rings:
        if shapely.to_wkb(ring) in outlines:
            continue
        hole = shapely.Polygon(ring)
        if hole.area > NOISE_M2:
            yield Finding(
                "PORTAL_ZONE_GAP",
                _("Aucune zone ne couvre %s m² entre des zones.") % _figure(hole.area),
                file=table.path,
                attribute=GEOMETRY,
                size=float(hole.area),
                geometry=_drawn(hole),
            )


def _covered(package: Package, communes: Sequence[Commune]) -> list[Commune]:
    """Return the communes of DOC_URBA_COM that the portal knows."""
    table = package.tables.get("DOC_URBA_COM")
    codes = set(table.column("INSEE")) if table else set()
    return [commune for commune in communes if commune.code in codes]


def _uncovered(table: TableContent, union: Shape, communes: Sequence[Commune]) -> Iterator[Finding]:
    """Yield the parts of communes that no zone covers; holes between zones are said by ``gaps``."""
    filled = _without_holes(union)
    for commune in communes:
        for part in shapely.get_parts(shapely.difference(commune.outline, filled)):
            if part.area > NOISE_M2:
                yield Finding(
                    "PORTAL_COMMUNE_UNCOVERED",
                    _("%(commune)s : aucune zone ne couvre %(area)s m².")
                    % {"commune": commune.name, "area": _figure(part.area)},
                    file=table.path,
                    attribute=GEOMETRY,
                    value=commune.code,
                    size=float(part.area),
                    geometry=_drawn(part),
                )


def _without_holes(union: Shape) -> Shape:
    parts = [part for part in shapely.get_parts(union) if part.geom_type == "Polygon"]
    return shapely.union_all([shapely.Polygon(part.exterior) for part in parts])


def _outside_communes(table: TableContent, shapes: Any, communes: Sequence[Commune]) -> Iterator[Finding]:
    """Yield the zones that leave the communes of the document by more than ten metres."""
    if not communes:
        return
    outline = shapely.buffer(shapely.union_all([commune.outline for commune in communes]), OUTLINE_M)
    shapely.prepare(outline)
    for row in numpy.flatnonzero(~shapely.covers(outline, shapes)).tolist():
        part = shapely.difference(shapes[row], outline)
        if part.area > NOISE_M2:
            yield Finding(
                "CNIG_GEOMETRY_OUTSIDE_DOCUMENT_EMPRISE_ERROR",
                _("La zone %(zone)s dépasse les communes du document de %(area)s m².")
                % {"zone": _label(table, row), "area": _figure(part.area)},
                file=table.path,
                row=row + 1,
                attribute=GEOMETRY,
                size=float(part.area),
                geometry=_drawn(part),
            )


def _outside_zones(table: TableContent, union: Shape) -> Iterator[Finding]:
    """Yield the prescriptions of which a part is in no zone; of points, those farther than noise."""
    shapes = to_lambert(table.shapes, table.srid)
    is_broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[is_broken] = shapely.make_valid(shapes[is_broken])
    shapely.prepare(union)
    rows = numpy.flatnonzero(~shapely.covers(union, shapes) & ~shapely.is_missing(shapes))
    parts = shapely.difference(shapes[rows], union)
    for row, part in zip(rows.tolist(), parts.tolist(), strict=True):
        dimension = int(shapely.get_dimensions(shapes[row]))
        size = float({2: part.area, 1: part.length}.get(dimension, 0.0))
        noise = {2: NOISE_M2, 1: NOISE_M}.get(dimension, -1.0)
        if size <= noise or (dimension == 0 and shapely.distance(part, union) <= NOISE_M):
            continue
        message = {
            2: _("La prescription %(label)s sort des zones sur %(size)s m²."),
            1: _("La prescription %(label)s sort des zones sur %(size)s m."),
        }.get(dimension, _("La prescription %(label)s n’est dans aucune zone."))
        yield Finding(
            "PORTAL_PRESCRIPTION_OUTSIDE",
            message % {"label": _label(table, row), "size": _figure(size)},
            file=table.path,
            row=row + 1,
            attribute=GEOMETRY,
            size=size,
            geometry=_drawn(part),
        )


def _figure(size: float) -> str:
    """Return a size with two decimals below ten, none above."""
    return f"{size:.2f}".replace(".", ",") if size < 10 else f"{size:,.0f}".replace(",", "\u202f")


def _drawn(shape: Shape) -> dict[str, Any] | None:
    return geojson(shape, LAMBERT_93)
