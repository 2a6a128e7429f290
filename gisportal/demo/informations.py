"""Sample informations annexed to the PLUi, and a few drawings of its paper plan; in EPSG:4326.

A right of pre-emption is on the towns, zones of concerted development where the plan builds, noise along roads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import shapely

from gisportal.demo.plui import DATAPPRO, GRID, IDENTIFIERS, IDURBA, SIREN, Zone
from gisportal.demo.prescriptions import blob, cnig_text, street_inside
from gisportal.demo.sample_rows import Territory, point_in, save_rows, seeded_random, to_geos
from gisportal.demo.zone_changes import datvalid
from plui.dated.queries import ANNULMENT_CODE
from plui.models import (
    HabillageLin,
    HabillagePct,
    HabillageSurf,
    HabillageTxt,
    InfoLin,
    InfoPct,
    Information,
    InfoSurf,
)

Shape = Any  # shapely has no types
Kind = TypeVar("Kind", bound=Information)
Site = tuple[str, str, Shape]

_NOISE = 0.0007  # some 50 to 80 m on each side of a road
_TOWNS = ("UA", "UB", "UC")
_DIGS, _NETWORKS, _ROADS = 6, 4, 5


def load_informations(territory: Territory, zones: Sequence[Zone]) -> None:
    """Write informations by geometry, then drawings: a text and an outline a commune."""
    for model, letter, sites in (
        (InfoSurf, "S", _surfaces(territory, zones)),
        (InfoLin, "L", _lines(territory)),
        (InfoPct, "P", _points(territory)),
    ):
        rows = [_information(model, number, letter, site) for number, site in enumerate(sites, 1)]
        save_rows(rows, keys=("lib_idinfo",))
    _load_drawings(territory)


def _information(model: type[Kind], number: int, letter: str, site: Site) -> Kind:
    label, code, shape = site
    typeinf, stypeinf = code.split("-")
    return model(
        idurba_id=IDURBA,
        lib_idinfo=f"{IDENTIFIERS}_I{letter}{number:03d}",
        libelle=cnig_text(f"{label}, exemple"),
        typeinf=typeinf,
        stypeinf=stypeinf,
        nomfic=f"{SIREN}_{'jugement' if code == ANNULMENT_CODE else 'liste_annexes'}_{DATAPPRO}.pdf",
        datvalid=datvalid(number),
        geom=to_geos(shape),
    )


def _surfaces(territory: Territory, zones: Sequence[Zone]) -> Iterator[Site]:
    """Yield rights of pre-emption, zones of concerted development, noise along roads, digs, a partial annulment."""
    rng = seeded_random("informations-surf")
    for code, name in territory.names.items():
        largest = max(_of(zones, code, _TOWNS), key=lambda zone: zone.shape.area, default=None)
        if largest is not None:
            yield f"Droit de préemption urbain, {name}", "04-00", largest.shape
    for zone in [zone for zone in zones if zone.label == "AUc"][:4]:
        yield f"Zone d'aménagement concerté, {territory.names[zone.code]}", "02-00", zone.shape
    for label, road in _roads(territory):
        shape = shapely.set_precision(road.buffer(_NOISE, quad_segs=3), GRID)
        yield f"Secteur affecté par le bruit, {label}", "14-00", shape
    for code in list(territory.names)[:2]:
        point = territory.point_in(code, rng)
        shape = blob((point.x, point.y), rng, territory.shapes[code], radius=90)
        yield f"Secteur archéologique, {territory.names[code]}", "16-00", shape
    code = list(territory.names)[-1]
    point = territory.point_in(code, rng)
    shape = blob((point.x, point.y), rng, territory.shapes[code], radius=260)
    yield f"Jugement du 9 juin 2026, {territory.names[code]}", ANNULMENT_CODE, shape


def _of(zones: Sequence[Zone], code: str, labels: Sequence[str]) -> list[Zone]:
    return [zone for zone in zones if zone.code == code and zone.label in labels]


def _roads(territory: Territory) -> Iterator[tuple[str, Shape]]:
    """Yield invented roads, each inside its commune."""
    rng = seeded_random("informations-roads")
    inner = {code: shape.buffer(-0.0009) for code, shape in territory.shapes.items()}
    for code in list(territory.names)[:_ROADS]:
        point = point_in(inner[code], rng)
        yield territory.names[code], street_inside((point.x, point.y), rng, territory.shapes[code])


def _lines(territory: Territory) -> Iterator[Site]:
    """Yield networks of sanitation."""
    rng = seeded_random("informations-lin")
    for code in list(territory.names)[:_NETWORKS]:
        point = point_in(territory.shapes[code].buffer(-0.0009), rng)
        line = street_inside((point.x, point.y), rng, territory.shapes[code])
        yield f"Collecteur d'assainissement, {territory.names[code]}", "19-01", line


def _points(territory: Territory) -> Iterator[Site]:
    """Yield archaeological sites."""
    rng = seeded_random("informations-pct")
    for code in list(territory.names)[:_DIGS]:
        point = territory.point_in(code, rng)
        yield (
            f"Site archéologique, {territory.names[code]}",
            "16-00",
            shapely.Point(point.x, point.y),
        )


def _load_drawings(territory: Territory) -> None:
    """Write a pond with its shore, a mark and the name of each commune."""
    rng = seeded_random("habillage")
    surfaces, lines, points, texts = [], [], [], []
    for number, (code, name) in enumerate(territory.names.items(), 1):
        point = territory.point_in(code, rng)
        pond = blob((point.x, point.y), rng, territory.shapes[code], radius=60)
        surface, shore = to_geos(pond), to_geos(shapely.LineString(pond.exterior.coords))
        surfaces.append(
            HabillageSurf(nattrac="Plan d'eau", couleur="120-170-210", geom=surface, **_named("S", number))
        )
        lines.append(HabillageLin(nattrac="Rive", couleur="060-110-160", geom=shore, **_named("L", number)))
        points.append(
            HabillagePct(nattrac="Repère", couleur="080-080-080", geom=point, **_named("P", number))
        )
        text = cnig_text(name)[:80]
        texts.append(
            HabillageTxt(natecr="Commune", txt=text, taille=12, angle=0, geom=point, **_named("T", number))
        )
    save_rows(surfaces, keys=("lib_idhab",))
    save_rows(lines, keys=("lib_idhab",))
    save_rows(points, keys=("lib_idhab",))
    save_rows(texts, keys=("lib_idhab",))


def _named(letter: str, number: int) -> dict[str, Any]:
    return {"idurba_id": IDURBA, "lib_idhab": f"{IDENTIFIERS}_H{letter}{number:03d}"}
