"""A sample PLUi: a document that says what it is, and a zoning that tiles the territory.

``DATAPPRO`` is a sample date, not the approval of any document; the document, its zones and its written pieces say
« exemple ». Two objects of five are taken over from earlier documents, which ``DATVALID`` says. Texts keep to the
characters the CNIG standard allows.

Zones have no gap or overlap, and neighbours share every vertex: cells around scattered seeds are cut by the boundaries
of the communes *once*, all lines together on a grid of a millionth of a degree (0.1 m), so that every face is made of
the same nodes as its neighbours. Faces of one commune that get the same label and touch become one zone. Cutting
polygon by polygon would leave slivers instead.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.db.models import Value
from django.db.models.functions import Replace
from django.utils import timezone

from gisportal.demo.sample_pieces import zone_page
from gisportal.demo.sample_rows import Territory, save_rows, seeded_random, to_geos
from gisportal.demo.zone_changes import (
    MODIFICATION_1,
    MODIFICATION_2,
    STARTING_DATE,
    changed_days,
    datvalid,
    zone_changes,
)
from plui.models import (
    DocUrba,
    DocUrbaCom,
    GraphicObject,
    PrescriptionLin,
    PrescriptionPct,
    PrescriptionSurf,
    ZoneUrba,
)
from plui.vocabulary import Etat, TypeDoc, TypeRef, TypeZone

Shape = Any  # shapely has no types
GRID = 1e-6
CELLS = 2600
DISTRICTS = 900
# Zones below this size (square degrees, some 3,000 m²) join the neighbour they touch most.
SMALLEST = 4e-7

# Kinds of district, by commune: dense towns, towns on the slopes, villages in the woods.
_DENSE = (*("UA", "UB", "UB", "UC", "UD", "UF", "UL", "UP") * 3, "AUc")
_SLOPE = (*("UA", "UB", "UC", "UD", "UE", "UE", "UF", "UL", "UP", "Np") * 3, "AUc", "AUs")
_WOODED = (*("UA", "UD", "UE", "UE", "UE", "UL", "Np", "Np") * 2, "A", "AUc", "AUs")
_MIX: Mapping[str, tuple[str, ...]] = {
    "92012": _DENSE,
    "92022": _SLOPE,
    "92040": _DENSE,
    "92047": _WOODED,
    "92048": _SLOPE,
    "92072": _SLOPE,
    "92075": _DENSE,
    "92077": _WOODED,
}
# Rough outlines of the woods (longitude, latitude), drawn by hand: Meudon, Fausses-Reposes, Saint-Cloud.
_WOODS = shapely.from_wkt(
    "MULTIPOLYGON("
    "((2.17 48.77, 2.236 48.77, 2.246 48.788, 2.234 48.796, 2.222 48.801, 2.212 48.806, 2.204 48.805, "
    "2.196 48.802, 2.18 48.8, 2.168 48.79, 2.17 48.77)), "
    "((2.15 48.812, 2.186 48.811, 2.184 48.8195, 2.176 48.8275, 2.15 48.829, 2.15 48.812)), "
    "((2.172 48.8315, 2.2 48.8285, 2.222 48.8295, 2.22 48.85, 2.172 48.85, 2.172 48.8315)))"
)
# Meudon-la-Forêt, a town inside the wood.
_TOWN_IN_THE_WOODS = shapely.Point(2.2275, 48.7862).buffer(0.0075)


def in_woods(point: Shape) -> bool:
    """Say whether a point is in the woods."""
    return bool(_WOODS.contains(point) and not _TOWN_IN_THE_WOODS.contains(point))


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone: the commune's INSEE code, its label, and a simple polygon in EPSG:4326."""

    code: str
    label: str
    shape: Shape


def tile(communes: Mapping[str, Shape]) -> list[Zone]:
    """Return the zones of the communes given as polygons, in a stable order."""
    rng = seeded_random("zoning")
    seeds = _scatter(communes, CELLS, rng)
    labels = _labels(communes, seeds, rng)
    by_label: dict[tuple[str, str], list[Shape]] = defaultdict(list)
    for code, cell in _cells(communes, seeds):
        by_label[code, labels(code, cell)].append(cell)
    zones = [
        Zone(code, label, part)
        for (code, label), cells in by_label.items()
        for part in shapely.get_parts(shapely.union_all(cells, grid_size=GRID))
    ]
    return sorted(_without_slivers(zones), key=_order)


@lru_cache(maxsize=1)
def zones_of(territory: Territory) -> Sequence[Zone]:
    """Return the zones of the territory, tiled once a process: a second of it, for four layers."""
    return tuple(tile(territory.shapes))


def _order(zone: Zone) -> tuple[object, ...]:
    return zone.code, zone.label, *zone.shape.representative_point().coords[0]


def _scatter(communes: Mapping[str, Shape], count: int, rng: random.Random) -> list[tuple[float, float]]:
    """Return points spread over the bounds of the territory, jittered around a regular grid."""
    west, south, east, north = shapely.total_bounds(np.array(list(communes.values())))
    across = round((count * (east - west) / ((north - south) * 1.5)) ** 0.5)
    step_x = (east - west) / across
    step_y = step_x / 1.5
    return [
        (west + (column + rng.random()) * step_x, south + (row + rng.random()) * step_y)
        for row in range(int((north - south) / step_y) + 1)
        for column in range(across)
    ]


def _cells(communes: Mapping[str, Shape], seeds: list[tuple[float, float]]) -> Iterable[tuple[str, Shape]]:
    """Cut the cells by the boundaries, and give each face to its commune."""
    cells = shapely.voronoi_polygons(shapely.MultiPoint(seeds), only_edges=True)
    boundaries = [shape.exterior for shape in communes.values()]
    lines = shapely.union_all([*shapely.get_parts(cells), *boundaries], grid_size=GRID)
    codes, shapes = list(communes), shapely.STRtree(list(communes.values()))
    for cell in shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))):
        inside = shapes.query(cell.representative_point(), predicate="within")
        if len(inside):
            yield codes[int(inside[0])], cell


def _labels(communes: Mapping[str, Shape], seeds: list[tuple[float, float]], rng: random.Random) -> Any:
    """Return the function that labels a face: by the woods, or by the district its nearest seed belongs to.

    A face takes the label of the whole cell, so that the cells stay whole inside their commune.
    """
    centres = rng.sample(seeds, min(DISTRICTS, len(seeds)))
    kinds = {code: [rng.choice(_MIX[code]) for _ in centres] for code in communes}
    nearest_seed = shapely.STRtree(shapely.points(seeds))
    nearest_centre = shapely.STRtree(shapely.points(centres))

    def label(code: str, cell: Shape) -> str:
        seed = shapely.points(seeds[int(nearest_seed.nearest(cell.representative_point()))])
        if in_woods(seed):
            return "Nf"
        return kinds[code][int(nearest_centre.nearest(seed))]

    return label


def _without_slivers(zones: list[Zone]) -> list[Zone]:
    """Join every zone that is too small to the neighbour of its commune with which it shares the longest border."""
    remaining = {index: zone for index, zone in enumerate(sorted(zones, key=_order))}
    for index, zone in sorted(remaining.items(), key=lambda item: item[1].shape.area):
        if zone.shape.area >= SMALLEST:
            break
        small = remaining[index].shape
        borders = {
            other: shapely.length(shapely.intersection(small, candidate.shape, grid_size=GRID))
            for other, candidate in remaining.items()
            if other != index and candidate.code == zone.code and candidate.shape.intersects(small)
        }
        if borders and max(borders.values()) > 0:
            host = max(borders, key=lambda other: (borders[other], -other))
            del remaining[index]
            joined = shapely.union_all([remaining[host].shape, small], grid_size=GRID)
            remaining[host] = Zone(zone.code, remaining[host].label, joined)
    return list(remaining.values())


SIREN = "200057974"
DATAPPRO = MODIFICATION_2
IDURBA = f"{SIREN}_PLUI_{DATAPPRO}"
# LIB_ID* begin with the folder of the package, in the pattern of the national model of 2025 (CNIG PLU §5.2).
IDENTIFIERS = f"{SIREN}_PLUi_{DATAPPRO}"
# Label → TYPEZONE, long label.
ZONES: dict[str, tuple[TypeZone, str]] = {
    "UA": (TypeZone.U, "Centre ancien"),
    "UB": (TypeZone.U, "Ville dense et commerces"),
    "UC": (TypeZone.U, "Habitat collectif"),
    "UD": (TypeZone.U, "Habitat mixte"),
    "UE": (TypeZone.U, "Habitat pavillonnaire"),
    "UF": (TypeZone.U, "Activités et bureaux"),
    "UL": (TypeZone.U, "Équipements et loisirs"),
    "UP": (TypeZone.U, "Parcs et jardins en ville"),
    "AUc": (TypeZone.AUC, "Secteur à urbaniser"),
    "AUs": (TypeZone.AUS, "Secteur à urbaniser plus tard"),
    "A": (TypeZone.A, "Jardins et cultures"),
    "Np": (TypeZone.N, "Parcs et coteaux boisés"),
    "Nf": (TypeZone.N, "Forêt"),
}


def load_document(codes: Iterable[str]) -> DocUrba:
    """Write the sample document and the communes it covers."""
    document = DocUrba(
        idurba=IDURBA,
        typedoc=TypeDoc.PLUI,
        etat=Etat.PARTIELLEMENT_ANNULE,
        nomproc="M2",
        datappro=DATAPPRO,
        siren=SIREN,
        nomreg=f"{SIREN}_reglement_{DATAPPRO}.pdf",
        nomrapp=f"{SIREN}_{DATAPPRO}_rapport_M2_{DATAPPRO}.pdf",
        typeref=TypeRef.PCI,
        dateref=DATAPPRO,
    )
    save_rows([document], keys=("idurba",))
    communes = [DocUrbaCom(idurba_id=IDURBA, insee_id=code) for code in codes]
    save_rows(communes, keys=("idurba_id", "insee_id"))
    return document


def load_zones(territory: Territory) -> Sequence[Zone]:
    """Write the zoning and return it."""
    rename_objects()
    zones = zones_of(territory)
    days = changed_days(zone_changes([(zone.code, zone.shape) for zone in zones]))
    rows = [_row(number, zone, days.get(number, STARTING_DATE)) for number, zone in enumerate(zones, 1)]
    save_rows(rows, keys=("lib_idzone",))
    return zones


def _row(number: int, zone: Zone, day: str) -> ZoneUrba:
    typezone, long_label = ZONES[zone.label]
    return ZoneUrba(
        idurba_id=IDURBA,
        lib_idzone=f"{IDENTIFIERS}_ZO{number:03d}",
        libelle=zone.label,
        libelong=f"{long_label}, exemple",
        typezone=typezone,
        nomfic=f"{SIREN}_reglement_{DATAPPRO}.pdf#page={zone_page(zone.label, [*ZONES])}",
        datvalid=day,
        geom=to_geos(zone.shape),
    )


_SAMPLE = re.compile(rf"{IDENTIFIERS}_(?:ZO|P[PSL])(\d{{3}})", re.ASCII)
_OBJECTS: dict[type[GraphicObject], str] = {
    ZoneUrba: "lib_idzone",
    PrescriptionSurf: "lib_idpsc",
    PrescriptionLin: "lib_idpsc",
    PrescriptionPct: "lib_idpsc",
}


def rename_objects() -> None:
    """Give the objects of an older demonstration the identifiers of the present one."""
    for model, name in _OBJECTS.items():
        prefix, letters = (f"{IDURBA}_Z", f"{IDENTIFIERS}_ZO") if model is ZoneUrba else (IDURBA, IDENTIFIERS)
        former = model._default_manager.filter(**{f"{name}__startswith": prefix})
        if former.exists():  # an update of no row still counts as a write of its table
            former.update(**{name: Replace(name, Value(prefix), Value(letters))})


def date_objects() -> None:
    """Date the objects of a demonstration where all were of the day of their document; dates people gave stay."""
    rename_objects()
    zones = _sample_zones()
    for model, name in _OBJECTS.items():
        of_the_document = model._default_manager.filter(idurba__idurba=IDURBA, datvalid=DATAPPRO)
        days = {
            pk: zones.get(int(match[1]), STARTING_DATE) if model is ZoneUrba else datvalid(int(match[1]))
            for pk, identifier in of_the_document.values_list("pk", name)
            if (match := _SAMPLE.fullmatch(identifier))
        }
        for day in (STARTING_DATE, MODIFICATION_1):
            if earlier := [pk for pk, date in days.items() if date == day]:
                model._default_manager.filter(pk__in=earlier).update(datvalid=day, updated_at=timezone.now())


def _sample_zones() -> dict[int, str]:
    """Return the days of the sample zones of the database that a procedure changed, by their number."""
    rows = ZoneUrba.objects.filter(idurba__idurba=IDURBA, lib_idzone__startswith=f"{IDENTIFIERS}_ZO")
    shapes = [
        (str(commune or ""), shapely.from_wkb(bytes(geom.wkb)))
        for commune, geom in rows.order_by("lib_idzone").values_list("commune_id", "geom")
    ]
    return changed_days(zone_changes(shapes))


def wooded(zones: Sequence[Zone]) -> list[Zone]:
    """Return the wooded zones, largest first."""
    return sorted((zone for zone in zones if zone.label in {"Nf", "Np"}), key=lambda zone: -zone.shape.area)
