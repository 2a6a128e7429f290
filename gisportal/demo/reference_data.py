"""Sample reference data: road sections (BD TOPO), addresses (BAN), parcels (Etalab) and public easements (CNIG SUP).

Road sections and streets have identifiers with an X, which no producer gives.
"""

from __future__ import annotations

import datetime as dt
import random
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import shapely
from django.contrib.gis.geos import Point

from gisportal.demo.easement_packages import load_easement_packages
from gisportal.demo.parcels import SampleParcel, parcels_of, square_metres
from gisportal.demo.sample_rows import Territory, read_features, save_rows, seeded_random, to_geos
from gisportal.demo.servitudes import easements
from gisportal.demo.streets import House, Section, sections_of
from reference_data.models import Address, Parcel, RoadSection
from reference_data.vocabulary import Importance, RoadNature, TrafficDirection


def load_reference_data(territory: Territory) -> None:
    """Write the road sections, the parcels of the zones, the addresses and the easements."""
    sections, parcels = sections_of(territory), parcels_of(territory)
    with ThreadPoolExecutor(1) as threads:  # while the database places the rows before in their communes
        parcel_rows = threads.submit(lambda: list(_parcels(parcels)))
        address_rows = threads.submit(lambda: list(_addresses(sections, parcels, territory.names)))
        save_rows(list(_road_sections(sections)), keys=("cleabs",))
        save_rows(parcel_rows.result(), keys=("idu",))
        save_rows(address_rows.result(), keys=("id_ban",))
    load_easement_packages(easements(sections))


def _road_sections(sections: Sequence[Section]) -> Iterator[RoadSection]:
    rng = seeded_random("road-sections")
    for number, section in enumerate(sections, 1):
        left, right = (_bounds(section.numbers(is_left=is_left)) for is_left in (True, False))
        yield RoadSection(
            cleabs=f"TRONROUTX{number:015d}",
            nature=_nature(section),
            nom_voie_ban_gauche=section.name,
            nom_voie_ban_droite=section.name,
            importance=_importance(section, rng),
            sens_de_circulation=_direction(section, rng),
            position_par_rapport_au_sol="1" if section.is_bridge else "0",
            nombre_de_voies=None if section.is_path else 4 if section.is_avenue else rng.choice((1, 2, 2)),
            largeur_de_chaussee=None
            if section.is_path
            else 14.0
            if section.is_avenue
            else rng.choice((4.5, 6.0)),
            vitesse_moyenne_vl=0
            if section.is_path
            else 35
            if section.is_avenue
            else rng.choice((15, 20, 25)),
            urbain=not section.is_path,
            insee_commune_gauche=section.codes[0],
            insee_commune_droite=section.codes[1],
            bornes_debut_gauche=left[0],
            bornes_fin_gauche=left[1],
            bornes_debut_droite=right[0],
            bornes_fin_droite=right[1],
            geom=to_geos(section.shape),
        )


def _bounds(houses: Sequence[House]) -> tuple[str, str]:
    """Return the first and the last number of one side, empty without a house."""
    if not houses:
        return "", ""
    first, last = (f"{house.number}{house.suffix.upper()}" for house in (houses[0], houses[-1]))
    return first, last


def _nature(section: Section) -> RoadNature:
    if section.is_path:
        return RoadNature.CHEMIN
    return RoadNature.DEUX_CHAUSSEES if section.is_avenue else RoadNature.UNE_CHAUSSEE


def _importance(section: Section, rng: random.Random) -> Importance:
    if section.is_path:
        return Importance.LOCALE
    if section.is_avenue:
        return Importance.COMMUNES
    return rng.choices([Importance.QUARTIERS, Importance.DESSERTE], weights=[1, 3])[0]


def _direction(section: Section, rng: random.Random) -> TrafficDirection:
    if section.is_path:
        return TrafficDirection.SANS_OBJET
    if section.is_avenue:
        return TrafficDirection.DOUBLE
    directions = [TrafficDirection.DOUBLE, TrafficDirection.DIRECT, TrafficDirection.INVERSE]
    return rng.choices(directions, weights=[6, 3, 1])[0]


def _parcels(parcels: Sequence[SampleParcel]) -> Iterator[Parcel]:
    rng = seeded_random("parcel-rows")
    for parcel in parcels:
        created = dt.date(rng.randint(1985, 2024), rng.randint(1, 12), rng.randint(1, 28))
        yield Parcel(
            idu=parcel.idu,
            code_insee=parcel.code,
            section=parcel.section,
            numero=str(parcel.number),
            contenance=round(square_metres(parcel.shape)),
            arpente=rng.random() < 0.2,
            created=created,
            updated=created + dt.timedelta(days=rng.choice((0, 0, rng.randint(30, 400)))),
            geom=to_geos(shapely.multipolygons([parcel.shape])),
        )


def _addresses(
    sections: Sequence[Section], parcels: Sequence[SampleParcel], names: Mapping[str, str]
) -> Iterator[Address]:
    """Yield the addresses, each in the commune of its side of the street."""
    rng = seeded_random("addresses")
    postcodes = {
        it["properties"]["code"]: it["properties"]["codes_postaux"]
        for it in read_features("communes.geojson")
    }
    houses = [(section, house) for section in sections for house in section.houses]
    points = shapely.points([house.point for _section, house in houses])
    inside = dict(
        np.column_stack(
            shapely.STRtree([it.shape for it in parcels]).query(points, predicate="within")
        ).tolist()
    )
    for index, (section, house) in enumerate(houses):
        code = section.codes[0 if house.is_left else 1]
        street = f"{section.codes[0]}_x{section.street:03d}"
        is_certified = rng.random() < 0.8
        yield Address(
            id_ban=f"{street}_{house.number:05d}{'_' if house.suffix else ''}{house.suffix}",
            id_fantoir=street,
            numero=house.number,
            rep=house.suffix,
            nom_voie=section.name,
            code_postal=postcodes[code][0],
            code_insee=code,
            nom_commune=names[code],
            type_position=rng.choices(["entrée", "parcelle", "segment"], weights=[14, 4, 2])[0],
            libelle_acheminement=_capitals(names[code]),
            nom_afnor=_capitals(section.name),
            source_position="commune",
            source_nom_voie="commune",
            certification_commune=is_certified,
            cad_parcelles=[parcels[inside[index]].idu] if index in inside else [],
            geom=Point(*house.point, srid=4326),
        )


@cache
def _capitals(text: str) -> str:
    """Return a name as the post writes it: capitals without accents, apostrophes or hyphens."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return plain.replace("’", " ").replace("-", " ").upper()
