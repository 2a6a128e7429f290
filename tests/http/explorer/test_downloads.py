"""The page of downloads of the map: every layer that is on, exactly what answers, in links that need no script."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.test import Client

from layers.models import Grant
from tests import factories
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import GARDENER, PLANNER
from tests.world import MATRICULE, PLAYGROUNDS, TREES, ZONES, World

PAGE = "/carte/telecharger/"
LAMBERT_93 = "http://www.opengis.net/def/crs/EPSG/0/2154"


def page(client: Client, asked: str) -> str:
    """Return the page at an address."""
    response = client.get(f"{PAGE}?{asked}")
    assert response.status_code == 200
    return response.content.decode()


def files(text: str, slug: str) -> dict[str, str]:
    """Return the addresses of the files of a layer, by extension."""
    return {
        name: html.unescape(query)
        for name, query in re.findall(rf'href="/export/{slug}\.([\w.-]+)(\?[^"]*|)"', text)
    }


@pytest.fixture
def things(catalogue: object) -> None:
    """Trees in two communes, a zone in one."""
    factories.tree("Un", genre="Cedrus")
    factories.tree("Deux", genre="Acer")
    factories.tree("Trois", genre="Acer", at=MIDDLES[BOULOGNE])
    factories.zone("N1", typezone="N")


def test_each_layer_that_is_on_has_its_files_and_its_count(things: None, client: Client) -> None:
    text = page(client, f"couches={TREES}&couches={ZONES}")
    assert re.findall(r"<strong>(.+?)</strong>", text) == ["3 lignes", "1 ligne"]
    assert min(len(files(text, TREES)), len(files(text, ZONES))) >= 11


def test_a_file_holds_exactly_what_the_map_shows(things: None, client: Client) -> None:
    text = page(client, f"couches={TREES}&commune={MEUDON}&{TREES}.genre=Acer")
    taken = client.get(f"/export/{TREES}.geojson{files(text, TREES)['geojson']}")
    found = json.loads(taken.getvalue())
    assert [one["properties"]["nom_vernaculaire"] for one in found["features"]] == ["Deux"]


def test_what_is_asked_is_told_in_words(things: None, client: Client) -> None:
    text = page(client, f"couches={TREES}&commune={MEUDON}&bbox=2,48,3,49")
    assert "Meudon" in text
    assert "dans la vue" in text
    assert "2 lignes" in text


def test_a_layer_that_nothing_answers_has_no_file(things: None, client: Client) -> None:
    text = page(client, f"couches={TREES}&{TREES}.genre=Tilia")
    assert ("rien à prendre" in text, files(text, TREES)) == (True, {})


def test_files_are_offered_in_the_coordinates_that_they_can_hold(things: None, client: Client) -> None:
    offered = files(page(client, f"couches={TREES}&crs={LAMBERT_93}"), TREES)
    assert "gpkg" in offered
    assert "kml" not in offered
    assert "crs=http" in offered["gpkg"]


def test_the_form_of_coordinates_keeps_the_question(things: None, client: Client) -> None:
    text = page(client, f"couches={TREES}&{TREES}.genre=Acer&bbox=2,48,3,49")
    for name, value in (("couches", TREES), (f"{TREES}.genre", "Acer"), ("bbox", "2,48,3,49")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in text


def test_a_hidden_layer_is_not_there(world: World, client: Client) -> None:
    text = page(client, f"couches={TREES}&couches={PLAYGROUNDS}")
    assert "Aires de jeux" not in text
    assert "n’existe pas sur cette carte, ou ne vous est pas ouverte" in text


def test_who_may_not_download_is_told_so(world: World, client: Client) -> None:
    client.force_login(PLANNER.account())
    Grant.objects.filter(group__name=PLANNER.groups[0]).update(can_download=False)
    text = page(client, f"couches={PLAYGROUNDS}")
    assert ("ne permet pas de la télécharger" in text, files(text, PLAYGROUNDS)) == (True, {})


def test_a_hidden_field_reads_like_one_that_does_not_exist(world: World, client: Client) -> None:
    asked = [client.get(f"{PAGE}?{TREES}.{name}={MATRICULE}").status_code for name in ("matricule", "rien")]
    client.force_login(GARDENER.account())
    assert (asked, client.get(f"{PAGE}?{TREES}.matricule={MATRICULE}").status_code) == ([400, 400], 200)


@pytest.mark.parametrize("asked", ["couleur=bleu", "crs=EPSG:9999", "crs=x&crs=y", "bbox=1,2", "onglet=x"])
def test_bad_input_is_named(things: None, client: Client, asked: str) -> None:
    response = client.get(f"{PAGE}?{asked}")
    assert response.status_code == 400
    assert asked.partition("=")[0] in response.content.decode()
