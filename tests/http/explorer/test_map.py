"""The list beside the map: what tells rows apart, and the nearest first around a place."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from layers.models import Layer, ProtectedField
from tests import factories
from tests.factories import MEUDON, MIDDLES
from tests.world import TREES, ZONES

FACTS = re.compile(r'class="results-facts">(.*?)</span>')


def facts(client: Client, slug: str) -> list[str]:
    """Return the facts told of each row of a layer."""
    return FACTS.findall(client.get(f"/carte/?couches={slug}").content.decode())


@pytest.fixture
def twins(catalogue: object) -> None:
    """Two zones of one name, two trees of another."""
    factories.zone("UA", typezone="U", libelong="Centre ancien")
    factories.zone("UA", typezone="N", libelong="")
    factories.tree("Cèdre", genre="Cedrus", espece="libani")
    factories.tree("Cèdre", genre="Cedrus", espece="atlantica")


def test_rows_of_one_title_are_told_apart(twins: None, client: Client) -> None:
    assert len(set(facts(client, ZONES))) == 2
    assert facts(client, TREES) == ["Cedrus · libani", "Cedrus · atlantica"]


def test_a_fact_that_is_empty_leaves_no_hole(twins: None, client: Client) -> None:
    assert sorted(told.count("·") for told in facts(client, ZONES)) == [0, 1]


def test_around_a_place_the_nearest_comes_first_and_says_how_far(catalogue: object, client: Client) -> None:
    longitude, latitude = MIDDLES[MEUDON]
    with factories.in_bulk():
        for name, north in (("Allée", 0.002), ("Zone", 0.0005), ("Mail", 0.001)):
            factories.tree(name, at=factories.point(longitude, latitude + north))
    asked = f"/carte/?couches={TREES}&near={longitude},{latitude}&radius=1000"
    page = client.get(asked).content.decode()
    assert re.findall(r'class="results-name">(.*?)</span>', page) == ["Zone", "Mail", "Allée"]
    assert [told.split(" · ")[0] for told in FACTS.findall(page)] == [
        "à 56\u00a0m",
        "à 111\u00a0m",
        "à 222\u00a0m",
    ]


def test_around_a_place_a_distance_says_how_sure_it_is(catalogue: object, client: Client) -> None:
    longitude, latitude = MIDDLES[MEUDON]
    place = f"near={longitude},{latitude}&radius=100"
    factories.tree("Loin", at=factories.point(longitude, latitude + 0.002), precision_position=1500)
    page = client.get(f"/carte/?couches={TREES}&{place}").content.decode()
    assert "Loin, à 222\u00a0m, à 1,5\u00a0km près" in page
    factories.tree("Allée", at=factories.point(longitude, latitude + 0.0005), precision_position=50)
    listed = client.get(f"/carte/?couches={TREES}&{place}").content.decode()
    assert FACTS.findall(listed)[0].startswith("à 56\u00a0m, à 50\u00a0m près")
    asked = client.get(f"/carte/?couches={TREES}&sujet={TREES}&{place}").content.decode()
    answer = asked.partition('class="answer-rows"')[2].partition("</ul>")[0]
    assert "<span>à 50\u00a0m près</span>" in answer
    assert "proche de la limite" in answer


def test_around_a_place_nothing_further_than_asked_is_listed_but_the_nearest(
    catalogue: object, client: Client
) -> None:
    longitude, latitude = MIDDLES[MEUDON]
    with factories.in_bulk():
        for name, north in (("Loin", 0.002), ("Au-delà", 0.003)):
            factories.tree(name, at=factories.point(longitude, latitude + north))
    page = client.get(f"/carte/?couches={TREES}&near={longitude},{latitude}&radius=100").content.decode()
    assert "Loin, à 222\u00a0m" in page
    assert "Au-delà" not in page


def test_a_hidden_field_is_not_a_fact(twins: None, client: Client) -> None:
    ProtectedField.objects.create(layer=Layer.objects.get(slug=TREES), name="espece")
    assert facts(client, TREES) == ["Cedrus", "Cedrus"]


def test_without_script_the_page_says_the_question_draws_it_and_lists_by_pages(
    catalogue: object, client: Client
) -> None:
    with factories.in_bulk():
        for number in range(12):
            factories.tree(f"Cèdre {number:02}", genre="Cedrus")
    asked = f"couches={TREES}&{TREES}.genre=Cedrus"
    page = client.get(f"/carte/?{asked}").content.decode()
    unscripted = page.split("<noscript>")[1].split("</noscript>")[0]
    assert re.search(r"<h2>Arbres remarquables.*Cedrus\u00a0: 12 arbres</h2>", unscripted)
    assert "page par page" in page
    assert page.count('<li class="with-script">') == 4
    (address,) = re.findall(r'<img src="([^"]+)"', unscripted)
    drawing = client.get(address.replace("&amp;", "&"))
    assert (drawing.status_code, drawing["Content-Type"]) == (200, "image/svg+xml")
