"""Sample prescriptions that a plan has beside heritage and woods: reserved sites, housing, shops, heights, margins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import shapely

from gisportal.demo.outlines import Shape, blob, street_inside
from gisportal.demo.sources import dice
from gisportal.demo.territory import Territory, point_in
from gisportal.demo.zoning import Zone


@dataclass(frozen=True, slots=True)
class PrescriptionSite:
    """A prescription to be: what it is called, its code TYPEPSC-STYPEPSC, its NATURE, its shape in EPSG:4326."""

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
_LINES = (
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
_PROJECTS_DRAWN = 4
_EDGE = 0.0009  # some 60 to 100 m from the edge of a zone


def surfaces(territory: Territory, zones: Sequence[Zone]) -> Iterator[PrescriptionSite]:
    """Yield the sites, each inside its commune, then the zones to be built with their orientations."""
    rolls = dice("prescriptions-sites-surf")
    for code, label, nature, labels, count, radius in _SURFACES:
        for zone in rolls.sample(_zones(zones, labels), count):
            place = point_in(zone.shape, rolls)
            shape = blob((place.x, place.y), rolls, territory.shapes[zone.code], radius=radius)
            yield PrescriptionSite(f"{label}, {territory.names[zone.code]}", code, nature, shape)
    projects = sorted((zone for zone in zones if zone.label in _PROJECTS), key=lambda zone: -zone.shape.area)
    for zone in projects[:_PROJECTS_DRAWN]:
        label = f"Orientations d'aménagement, {territory.names[zone.code]}"
        yield PrescriptionSite(label, _PROJECTS[zone.label], "OAP", zone.shape)


def lines(territory: Territory, zones: Sequence[Zone]) -> Iterator[PrescriptionSite]:
    """Yield the streets and edges, each inside its commune."""
    rolls = dice("prescriptions-sites-lin")
    inner = _inner(territory.shapes)
    for code, label, nature, labels, count in _LINES:
        for zone in rolls.sample([it for it in _zones(zones, labels) if _core(it, inner)], count):
            place = point_in(_core(zone, inner), rolls)
            shape = street_inside((place.x, place.y), rolls, territory.shapes[zone.code])
            yield PrescriptionSite(f"{label}, {territory.names[zone.code]}", code, nature, shape)


def points(territory: Territory, zones: Sequence[Zone]) -> Iterator[PrescriptionSite]:
    """Yield the points, each in a zone where it may be."""
    rolls = dice("prescriptions-sites-pct")
    for code, label, nature, labels, count in _POINTS:
        for zone in rolls.sample(_zones(zones, labels), count):
            place = point_in(zone.shape, rolls)
            yield PrescriptionSite(
                f"{label}, {territory.names[zone.code]}", code, nature, shapely.Point(place.x, place.y)
            )


def _zones(zones: Sequence[Zone], labels: str) -> list[Zone]:
    return [zone for zone in zones if zone.label in labels.split()]


def _inner(shapes: Mapping[str, Shape]) -> Mapping[str, Shape]:
    """Return the communes drawn back: a street that starts there has a heading that stays inside."""
    return {code: shape.buffer(-_EDGE) for code, shape in shapes.items()}


def _core(zone: Zone, inner: Mapping[str, Shape]) -> Shape:
    return shapely.intersection(zone.shape, inner[zone.code])
