"""Sample prescriptions: points on buildings and trees, surfaces on parks and woods, lines along façades and trees."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import shapely

from gisportal.demo.plui import DATAPPRO, IDURBA, SIREN, wooded
from gisportal.demo.rows import save_rows
from gisportal.demo.sources import dice, read_rows
from gisportal.demo.territory import Territory, to_geos
from gisportal.demo.zoning import GRID, Zone
from heritage.models import HeritageBuilding, RemarkableTree
from heritage.vocabulary import TreeProtection
from plui.models import Prescription, PrescriptionLin, PrescriptionPct, PrescriptionSurf

Shape = Any  # shapely has no types
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
# Metres in a degree of latitude, and of longitude at 48.8°.
_LAT, _LON = 111_200, 73_300


def load_prescriptions(
    territory: Territory,
    *,
    zones: Sequence[Zone],
    buildings: Sequence[HeritageBuilding],
    trees: Sequence[RemarkableTree],
) -> None:
    """Write the points, surfaces and lines of the sample PLUi."""
    save_rows(list(_points(buildings, trees))[:POINTS], keys=("lib_idpsc",))
    save_rows(list(_surfaces(territory, zones)), keys=("lib_idpsc",))
    save_rows(list(_lines(territory, buildings)), keys=("lib_idpsc",))


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
        found.append(
            (park["nom"], "07-02", "Parc", _blob(place, rolls, territory.shapes[park["code_insee"]]))
        )
    for rank, zone in enumerate(wooded(zones)[:WOODS]):
        name = f"Bois de {territory.names[zone.code]}"
        found.append((name, _WOOD_CODES[rank % len(_WOOD_CODES)], "Bois", _inside(zone.shape)))
    for code in sorted(territory.shapes)[:CORRIDORS]:
        seat = territory.point_in(code, rolls)
        shape = _blob((seat.x, seat.y), rolls, territory.shapes[code], radius=220)
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
        street = _street((building.geom.x, building.geom.y), rolls)
        while not whole.contains(street):
            street = _street((building.geom.x, building.geom.y), rolls)
        yield _prescription(
            PrescriptionLin,
            number,
            "L",
            code,
            libelle=cnig_text(f"{label} près de {building.denomination}, exemple"),
            nature=nature,
            geom=to_geos(street),
        )


def _blob(place: tuple[float, float], rolls: random.Random, limit: Shape, *, radius: int = 110) -> Shape:
    """Return an irregular surface of about ``radius`` metres around a place, inside ``limit``."""
    corners = []
    for step in range(11):
        angle, reach = 2 * math.pi * step / 11, radius * rolls.uniform(0.6, 1.2)
        corners.append((place[0] + reach * math.cos(angle) / _LON, place[1] + reach * math.sin(angle) / _LAT))
    return _largest(shapely.intersection(shapely.Polygon(corners), limit, grid_size=GRID))


def _inside(shape: Shape) -> Shape:
    """Return a zone drawn back by some 40 m and simplified."""
    return _largest(shapely.set_precision(shape.buffer(-0.0004).simplify(0.0001), GRID))


def _largest(shape: Shape) -> Shape:
    return max(shapely.get_parts(shape), key=lambda part: part.area)


def _street(place: tuple[float, float], rolls: random.Random) -> Shape:
    """Return a bent line of 120 to 300 m that starts some 20 m from a place, at 6 decimals."""
    x, y = place[0] + 20 / _LON, place[1] + 20 / _LAT
    heading = rolls.uniform(0, 2 * math.pi)
    points = [(round(x, 6), round(y, 6))]
    for _step in range(3):
        reach = rolls.uniform(40, 100)
        heading += rolls.uniform(-0.4, 0.4)
        x, y = x + reach * math.cos(heading) / _LON, y + reach * math.sin(heading) / _LAT
        points.append((round(x, 6), round(y, 6)))
    return shapely.LineString(points)


def cnig_text(text: str) -> str:
    """Return a label within the characters the CNIG standard allows: no brackets, straight apostrophe, hyphen."""
    plain = text.replace("’", "'").replace("–", "-").replace("(", ", ").replace(")", "")
    allowed = re.sub(r"[^\w ,;.'-]", " ", plain)
    return re.sub(r" (?=[ ,])", "", allowed)[:254]
