"""Addresses and parcels in the search, as people write them."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Point

from reference_data.models import Address, Parcel, RoadSection
from reference_data.vocabulary import Importance, RoadNature, TrafficDirection
from tests.factories import MEUDON, SEVRES, box
from tests.search_index import index, names
from tests.world import World

pytestmark = pytest.mark.django_db


def address(number: int, code: str, town: str, x: float, **others: str) -> None:
    Address.objects.create(
        id_ban=f"{code}_x_{number:05d}{others.get('rep', '')}",
        numero=number,
        nom_voie="Rue de l’Étang",
        code_insee=code,
        nom_commune=town,
        geom=Point(x, 48.81, srid=4326),
        **others,
    )


@pytest.fixture
def indexed(world: World) -> World:
    address(12, MEUDON, "Meudon", 2.21)
    address(12, MEUDON, "Meudon", 2.211, rep="bis")
    address(14, MEUDON, "Meudon", 2.212)
    address(14, SEVRES, "Sèvres", 2.19)
    Parcel.objects.create(
        idu="92048000AB0012",
        code_insee=MEUDON,
        section="AB",
        numero="12",
        geom=MultiPolygon(box(2.21, 48.81, 2.2105, 48.8105), srid=4326),
    )
    index()
    return world


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14 rue de l'etang meudon", ["14 Rue de l’Étang"]),
        ("14 RUE DE L’ETANG SEVRES", ["14 Rue de l’Étang"]),
        ("12 bis rue de l'étang", ["12 bis Rue de l’Étang"]),
        ("rue de l'étang 14", ["14 Rue de l’Étang, Meudon", "14 Rue de l’Étang, Sèvres"]),
        ("AB 12", ["AB 12"]),
        ("92048000AB0012", ["AB 12"]),
    ],
)
def test_an_address_or_a_parcel_is_found_as_people_write_it(
    indexed: World, text: str, expected: list[str]
) -> None:
    assert names(text) == expected


def test_the_exact_address_comes_before_what_has_its_number_elsewhere(indexed: World) -> None:
    for number in range(3):
        RoadSection.objects.create(
            cleabs=f"TRONROUT{number}",
            nom_voie_ban_gauche="Rue de l’Étang",
            nature=RoadNature.DEUX_CHAUSSEES,
            importance=Importance.VILLES,
            sens_de_circulation=TrafficDirection.DOUBLE,
            geom=LineString((2.21, 48.81), (2.211, 48.81), srid=4326),
        )
    address(2, MEUDON, "Meudon", 2.213)
    index()
    assert names("2 rue de l'étang meudon")[0] == "2 Rue de l’Étang"
    assert names("AB 12 Meudon")[0] == "AB 12"
