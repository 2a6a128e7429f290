"""Sample prescriptions: points on buildings and trees, surfaces on parks and woods, lines along façades and trees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import shapely

from gisportal.demo import prescription_sites
from gisportal.demo.outlines import Shape, blob, inside, street_inside
from gisportal.demo.plui import DATAPPRO, IDURBA, SIREN, wooded
from gisportal.demo.prescription_sites import PrescriptionSite
from gisportal.demo.rows import save_rows
from gisportal.demo.sources import dice, read_rows
from gisportal.demo.territory import Territory, to_geos
from gisportal.demo.zoning import Zone
from heritage.models import HeritageBuilding, RemarkableTree
from heritage.vocabulary import TreeProtection
from plui.models import Prescription, PrescriptionLin, PrescriptionPct, PrescriptionSurf

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
    points += _sites(PrescriptionPct, len(points), "P", prescription_sites.points(territory, zones))
    surfaces = list(_surfaces(territory, zones))
    surfaces += _sites(PrescriptionSurf, len(surfaces), "S", prescription_sites.surfaces(territory, zones))
    lines = list(_lines(territory, buildings))
    lines += _sites(PrescriptionLin, len(lines), "L", prescription_sites.lines(territory, zones))
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
        nomfic=f"{SIREN}_prescription_exemple_{typepsc}_{stypepsc}_{DATAPPRO}.pdf",
        datvalid=DATAPPRO,
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
    rolls = dice("prescriptions-surf")
    parks = read_rows("parcs.csv")
    found: list[tuple[str, str, str, Shape]] = []
    for park in rolls.sample(parks, PARKS):
        place = (float(park["lon"]), float(park["lat"]))
        found.append((park["nom"], "07-02", "Parc", blob(place, rolls, territory.shapes[park["code_insee"]])))
    for rank, zone in enumerate(wooded(zones)[:WOODS]):
        name = f"Bois de {territory.names[zone.code]}"
        found.append((name, _WOOD_CODES[rank % len(_WOOD_CODES)], "Bois", inside(zone.shape)))
    for code in sorted(territory.shapes)[:CORRIDORS]:
        seat = territory.point_in(code, rolls)
        shape = blob((seat.x, seat.y), rolls, territory.shapes[code], radius=220)
        found.append((f"Continuité écologique, {territory.names[code]}", "25-00", "Trame_verte", shape))
    for number, (label, code, nature, shape) in enumerate(found, 1):
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
    """Yield short streets beside buildings, kept inside the territory."""
    rolls = dice("prescriptions-lin")
    whole = shapely.union_all(list(territory.shapes.values())).buffer(-0.0005)
    # Far enough from the edge for some heading to stay inside.
    inner = whole.buffer(-0.0008)
    sites = [building for building in buildings if inner.contains(shapely.Point(building.geom.coords))]
    for number, building in enumerate(rolls.sample(sites, LINES), 1):
        label, code, nature = _LINES[number % len(_LINES)]
        street = street_inside((building.geom.x, building.geom.y), rolls, whole)
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
