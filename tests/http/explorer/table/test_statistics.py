"""Statistics of what answers: counted, measured, under the map's question, and honest about what has no value."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests import factories
from tests.factories import BOULOGNE, MEUDON, MIDDLES, box
from tests.protocols import get
from tests.world import TREES, ZONES, World

STATISTICS = f"/carte/statistiques/{TREES}/"
PART = {"HX-Request": "true"}


@pytest.fixture
def trees(catalogue: object) -> None:
    """Three trees, one without height, in two communes."""
    factories.tree("Un", genre="Cedrus", hauteur=10)
    factories.tree("Deux", genre="Cedrus", hauteur=30)
    factories.tree("Trois", genre="Acer", at=MIDDLES[BOULOGNE])


def words(client: Client, path: str) -> str:
    """Return the text of a fragment, its tags taken away."""
    html = client.get(path, headers=PART).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_rows_are_counted_by_commune(trees: None, client: Client) -> None:
    assert "Meudon 2 66,7" in words(client, f"{STATISTICS}?par=commune")


def test_rows_are_counted_under_the_question(trees: None, client: Client) -> None:
    assert "Boulogne-Billancourt" not in words(client, f"{STATISTICS}?par=commune&commune={MEUDON}")


def test_figures_say_how_many_rows_have_a_value_and_add_up_no_heights(trees: None, client: Client) -> None:
    assert "Hauteur (m) – sans objet 20 20 10 30 2 1" in words(client, STATISTICS)


def test_surfaces_are_measured(catalogue: object, client: Client) -> None:
    factories.zone("U", geom=box(2.205, 48.805, 2.215, 48.815))
    assert re.search(r"surface totale : 81,\d+\sha", words(client, f"/carte/statistiques/{ZONES}/"))


def test_surfaces_under_a_commune_are_measured_by_the_part_inside(catalogue: object, client: Client) -> None:
    factories.zone("U", geom=box(2.195, 48.805, 2.205, 48.815))
    answer = words(client, f"/carte/statistiques/{ZONES}/?commune={MEUDON}&par=commune")
    assert re.search(r"surface totale.: 40,\d+\sha \(part dans la commune\)", answer)


def test_a_count_by_commune_that_exceeds_the_whole_says_so(catalogue: object, client: Client) -> None:
    factories.zone("U", geom=box(2.195, 48.805, 2.205, 48.815))
    answer = words(client, f"/carte/statistiques/{ZONES}/?par=commune")
    assert "Sur 1 objet" in answer
    assert "Meudon 1" in answer
    assert "Sèvres 1" in answer
    assert "il est compté dans chacune" in answer


def test_nothing_that_answers_is_said(trees: None, client: Client) -> None:
    assert "Aucun objet ne répond" in words(client, f"{STATISTICS}?q=introuvable")


def test_the_page_works_without_script(trees: None, client: Client) -> None:
    html = client.get(f"{STATISTICS}?commune={MEUDON}&par=commune").content.decode()
    assert "<h1>" in html
    assert f'name="commune" value="{MEUDON}"' in html


@pytest.mark.parametrize("name", ["matricule", "hauteur", "inconnu"])
def test_only_coded_fields_that_may_be_read_are_counted(world: World, name: str) -> None:
    assert get(f"{STATISTICS}?par={name}").status == 400
