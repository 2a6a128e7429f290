"""Sample prescriptions: points on buildings and trees, surfaces on parks and woods, lines along façades and trees.

Others are what a plan has beside heritage and woods: reserved sites, housing, shops, heights, margins. Outlines are
irregular surfaces and bent lines around a place, in EPSG:4326.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import shapely

from gisportal.demo.plui import DATAPPRO, GRID, IDURBA, SIREN, ZONES, Zone, wooded
from gisportal.demo.sample_pieces import prescription_page
from gisportal.demo.sample_rows import Territory, point_in, read_rows, save_rows, seeded_random, to_geos
from gisportal.demo.zone_changes import datvalid
from heritage.models import HeritageBuilding, RemarkableTree
from heritage.vocabulary import TreeProtection
from plui.models import Prescription, PrescriptionLin, PrescriptionPct, PrescriptionSurf

Shape = Any  # shapely has no types
Point = tuple[float, float]

# Metres in a degree of latitude, and of longitude at 48.8°.
_LAT, _LON = 111_200, 73_300


def blob(point: Point, rng: random.Random, limit: Shape, *, radius: int = 110) -> Shape:
    """Return an irregular surface of about ``radius`` metres around a place, inside ``limit``."""
    corners = []
    for step in range(11):
        angle, distance = 2 * math.pi * step / 11, radius * rng.uniform(0.6, 1.2)
        corners.append(
            (point[0] + distance * math.cos(angle) / _LON, point[1] + distance * math.sin(angle) / _LAT)
        )
    return _largest(shapely.intersection(shapely.Polygon(corners), limit, grid_size=GRID))


def inside(shape: Shape) -> Shape:
    """Return a zone drawn back by some 40 m and simplified."""
    return _largest(shapely.set_precision(shape.buffer(-0.0004).simplify(0.0001), GRID))


def street(point: Point, rng: random.Random) -> Shape:
    """Return a bent line of 120 to 300 m that starts some 20 m from a place, at 6 decimals."""
    x, y = point[0] + 20 / _LON, point[1] + 20 / _LAT
    heading = rng.uniform(0, 2 * math.pi)
    points = [(round(x, 6), round(y, 6))]
    for _step in range(3):
        distance = rng.uniform(40, 100)
        heading += rng.uniform(-0.4, 0.4)
        x, y = x + distance * math.cos(heading) / _LON, y + distance * math.sin(heading) / _LAT
        points.append((round(x, 6), round(y, 6)))
    return shapely.LineString(points)


def street_inside(point: Point, rng: random.Random, limit: Shape) -> Shape:
    """Return the first street from a place that stays inside ``limit``."""
    line = street(point, rng)
    while not limit.contains(line):
        line = street(point, rng)
    return line


def _largest(shape: Shape) -> Shape:
    return max(shapely.get_parts(shape), key=lambda part: part.area)


@dataclass(frozen=True, slots=True)
class PrescriptionSite:
    """A prescription to create: its name, its code TYPEPSC-STYPEPSC, its NATURE, its shape in EPSG:4326."""

    label: str
    code: str
    nature: str
    shape: Shape


# Code, what is prescribed, NATURE, labels of the zones where it is found, how many, radius in metres.
_SURFACES = (
    ("02-01", "Terrain instable", "Anciennes_carrieres", "UE UD", 2, 120),
    ("05-01", "Élargissement de voie", "Voirie", "UA UB UC", 3, 35),
    ("05-02", "Future école", "Equipement_public", "UB UC", 2, 55),
    ("05-04", "Futur square", "Espace_vert", "UA UC UD", 2, 50),
    ("05-05", "Logements sociaux", "Logement_social", "UB UC", 2, 60),
    ("05-07", "Périmètre d'attente", "Attente_de_projet", "UF", 1, 170),
    ("08-00", "Jardins familiaux", "Jardins", "UE UL", 2, 65),
    ("15-01", "Recul sur la voie", "Marge_de_recul", "UE UD", 2, 60),
    ("16-03", "Secteur d'accueil en forêt", "STECAL", "Nf Np", 2, 60),
    ("17-00", "Mixité sociale", "Logement_social", "UC UD", 2, 140),
    ("22-01", "Commerces de proximité", "Commerces", "UA UB", 2, 90),
    ("39-02", "Hauteur limitée", "Hauteur_maximale", "UA UD", 2, 130),
    ("42-00", "Coefficient de biotope", "Pleine_terre", "UF", 1, 150),
)

_LINE_SITES = (
    ("01-01", "Alignement boisé", "Alignement_classe", "Nf Np", 2),
    ("05-01", "Voie nouvelle réservée", "Voirie", "UF UC", 2),
    ("15-01", "Alignement obligatoire", "Alignement", "UA UB", 3),
    ("24-03", "Voie à créer", "Voirie", "UF AUs AUc", 2),
    ("25-00", "Lisière à préserver", "Trame_verte", "Np", 2),
)

_POINTS = (
    ("01-01", "Arbre classé", "Arbre", "Np UP", 3),
    ("05-02", "Local public à prévoir", "Equipement_public", "UB UC", 2),
    ("16-01", "Ancienne grange", "Changement_de_destination", "A Np", 3),
    ("22-01", "Commerce à maintenir", "Commerce", "UA UB", 4),
    ("25-00", "Mare", "Trame_bleue", "Nf Np", 3),
)
# Zones that wait for a project have their orientations: OAP de projet, OAP entrées de ville.
_PROJECTS = {"AUc": "18-01", "AUs": "18-02"}
_PROJECT_COUNT = 4
_EDGE = 0.0009  # some 60 to 100 m from the edge of a zone


def other_surfaces(territory: Territory, zones: Sequence[Zone]) -> Iterator[PrescriptionSite]:
    """Yield the sites, each inside its commune, then the zones to be built with their orientations."""
    rng = seeded_random("prescriptions-sites-surf")
    for code, label, nature, labels, count, radius in _SURFACES:
        for zone in rng.sample(_zones(zones, labels), count):
            point = point_in(zone.shape, rng)
            shape = blob((point.x, point.y), rng, territory.shapes[zone.code], radius=radius)
            yield PrescriptionSite(f"{label}, {territory.names[zone.code]}", code, nature, shape)
    projects = sorted((zone for zone in zones if zone.label in _PROJECTS), key=lambda zone: -zone.shape.area)
    for zone in projects[:_PROJECT_COUNT]:
        label = f"Orientations d'aménagement, {territory.names[zone.code]}"
        yield PrescriptionSite(label, _PROJECTS[zone.label], "OAP", zone.shape)


def other_lines(territory: Territory, zones: Sequence[Zone]) -> Iterator[PrescriptionSite]:
    """Yield the streets and edges, each inside its commune."""
    rng = seeded_random("prescriptions-sites-lin")
    inner = _inner(territory.shapes)
    for code, label, nature, labels, count in _LINE_SITES:
        for zone in rng.sample([it for it in _zones(zones, labels) if _core(it, inner)], count):
            point = point_in(_core(zone, inner), rng)
            shape = street_inside((point.x, point.y), rng, territory.shapes[zone.code])
            yield PrescriptionSite(f"{label}, {territory.names[zone.code]}", code, nature, shape)


def other_points(territory: Territory, zones: Sequence[Zone]) -> Iterator[PrescriptionSite]:
    """Yield the points, each in a zone where it may be."""
    rng = seeded_random("prescriptions-sites-pct")
    for code, label, nature, labels, count in _POINTS:
        for zone in rng.sample(_zones(zones, labels), count):
            point = point_in(zone.shape, rng)
            yield PrescriptionSite(
                f"{label}, {territory.names[zone.code]}", code, nature, shapely.Point(point.x, point.y)
            )


def _zones(zones: Sequence[Zone], labels: str) -> list[Zone]:
    return [zone for zone in zones if zone.label in labels.split()]


def _inner(shapes: Mapping[str, Shape]) -> Mapping[str, Shape]:
    """Return the communes drawn back: a street that starts there has a heading that stays inside."""
    return {code: shape.buffer(-_EDGE) for code, shape in shapes.items()}


def _core(zone: Zone, inner: Mapping[str, Shape]) -> Shape:
    return shapely.intersection(zone.shape, inner[zone.code])


Kind = TypeVar("Kind", bound=Prescription)

POINTS, PARKS, WOODS, CORRIDORS, LINES = 48, 16, 10, 4, 20
_TREE_CODES = {TreeProtection.L151_19: "07-02", TreeProtection.L151_23: "07-04"}
_WOOD_CODES = ("01-01", "07-03", "07-05")
# What a line protects, its code, its NATURE.
_LINES = (
    ("Façades à préserver", "07-01", "Alignement_de_facades"),
    ("Alignement d'arbres", "07-02", "Alignement_d_arbres"),
    ("Linéaire commercial", "22-03", "Rez-de-chaussee_commerciaux"),
    ("Chemin à conserver", "24-04", "Sente"),
)


def load_prescriptions(
    territory: Territory,
    *,
    zones: Sequence[Zone],
    buildings: Sequence[HeritageBuilding],
    trees: Sequence[RemarkableTree],
) -> None:
    """Write the points, surfaces and lines of the sample PLUi."""
    points = list(_points(buildings, trees))[:POINTS]
    points += _sites(PrescriptionPct, len(points), "P", other_points(territory, zones))
    surfaces = list(_surfaces(territory, zones))
    surfaces += _sites(PrescriptionSurf, len(surfaces), "S", other_surfaces(territory, zones))
    lines = list(_lines(territory, buildings))
    lines += _sites(PrescriptionLin, len(lines), "L", other_lines(territory, zones))
    for rows in (points, surfaces, lines):
        save_rows(rows, keys=("lib_idpsc",))


def _prescription(model: type[Kind], number: int, letter: str, code: str, **values: Any) -> Kind:
    typepsc, stypepsc = code.split("-")
    return model(
        idurba_id=IDURBA,
        lib_idpsc=f"{IDURBA}_P{letter}{number:03d}",
        txt=f"{letter}{number}",
        typepsc=typepsc,
        stypepsc=stypepsc,
        nomfic=f"{SIREN}_reglement_{DATAPPRO}.pdf#page={prescription_page(typepsc, [*ZONES])}",
        datvalid=datvalid(number),
        **values,
    )


def _sites(model: type[Kind], before: int, letter: str, sites: Iterable[PrescriptionSite]) -> list[Kind]:
    """Return the rows of other sites, numbered after those that are there ``before``."""
    return [
        _prescription(
            model,
            number,
            letter,
            site.code,
            libelle=cnig_text(f"{site.label}, exemple"),
            nature=site.nature,
            geom=to_geos(site.shape),
        )
        for number, site in enumerate(sites, before + 1)
    ]


def _points(
    buildings: Iterable[HeritageBuilding], trees: Iterable[RemarkableTree]
) -> Iterable[PrescriptionPct]:
    protected = [
        (f"{it.denomination}, exemple", it.code_plui, "Batiment", it.geom) for it in buildings if it.code_plui
    ]
    protected += [
        (f"{it.nom_vernaculaire}, exemple", _TREE_CODES[TreeProtection(it.protection)], "Arbre", it.geom)
        for it in trees
        if it.protection in _TREE_CODES
    ]
    for number, (label, code, nature, geom) in enumerate(protected, 1):
        yield _prescription(
            PrescriptionPct, number, "P", code, libelle=cnig_text(label), nature=nature, geom=geom
        )


def _surfaces(territory: Territory, zones: Sequence[Zone]) -> Iterable[PrescriptionSurf]:
    """Yield parks (L151-19), woods drawn inside the wooded zones, and ecological corridors."""
    rng = seeded_random("prescriptions-surf")
    parks = read_rows("parcs.csv")
    surfaces: list[tuple[str, str, str, Shape]] = []
    for park in rng.sample(parks, PARKS):
        centre = (float(park["lon"]), float(park["lat"]))
        surfaces.append(
            (park["nom"], "07-02", "Parc", blob(centre, rng, territory.shapes[park["code_insee"]]))
        )
    for rank, zone in enumerate(wooded(zones)[:WOODS]):
        name = f"Bois de {territory.names[zone.code]}"
        surfaces.append((name, _WOOD_CODES[rank % len(_WOOD_CODES)], "Bois", inside(zone.shape)))
    for code in sorted(territory.shapes)[:CORRIDORS]:
        point = territory.point_in(code, rng)
        shape = blob((point.x, point.y), rng, territory.shapes[code], radius=220)
        surfaces.append((f"Continuité écologique, {territory.names[code]}", "25-00", "Trame_verte", shape))
    for number, (label, code, nature, shape) in enumerate(surfaces, 1):
        yield _prescription(
            PrescriptionSurf,
            number,
            "S",
            code,
            libelle=cnig_text(f"{label}, exemple"),
            nature=nature,
            geom=to_geos(shape),
        )


def _lines(territory: Territory, buildings: Sequence[HeritageBuilding]) -> Iterable[PrescriptionLin]:
    """Yield short streets near buildings, inside the territory."""
    rng = seeded_random("prescriptions-lin")
    territory_shape = shapely.union_all(list(territory.shapes.values())).buffer(-0.0005)
    # Far enough from the edge for some heading to stay inside.
    inner = territory_shape.buffer(-0.0008)
    sites = [building for building in buildings if inner.contains(shapely.Point(building.geom.coords))]
    for number, building in enumerate(rng.sample(sites, LINES), 1):
        label, code, nature = _LINES[number % len(_LINES)]
        street = street_inside((building.geom.x, building.geom.y), rng, territory_shape)
        yield _prescription(
            PrescriptionLin,
            number,
            "L",
            code,
            libelle=cnig_text(f"{label} près de {building.denomination}, exemple"),
            nature=nature,
            geom=to_geos(street),
        )


def cnig_text(text: str) -> str:
    """Return a label within the characters the CNIG standard allows: no brackets, straight apostrophe, hyphen."""
    plain = text.replace("’", "'").replace("–", "-").replace("(", ", ").replace(")", "")
    allowed = re.sub(r"[^\w ,;.'-]", " ", plain)
    return re.sub(r" (?=[ ,])", "", allowed)[:254]
