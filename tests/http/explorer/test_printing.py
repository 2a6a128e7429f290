"""``/carte/imprimer/``: the map's question on paper, for whoever asks, and nothing that they may not see."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.world import World

PAGE = "/carte/imprimer/"


def test_the_sheet_names_its_layers_with_what_they_hold(client: Client, world: World) -> None:
    page = client.get(PAGE, {"couches": "arbres-remarquables"}).content.decode()
    assert '<li data-layer="arbres-remarquables"' in page


def test_the_sheet_says_what_is_asked_in_words(client: Client, world: World) -> None:
    page = client.get(
        PAGE, {"couches": "aires-de-jeux", "near": "2.2,48.8", "radius": "300"}
    ).content.decode()
    assert "à moins de 300\u00a0m d’ici" in page


def test_the_title_is_escaped(client: Client, world: World) -> None:
    page = client.get(PAGE, {"titre": "<b>Parcs</b>"}).content.decode()
    assert "&lt;b&gt;Parcs&lt;/b&gt;" in page
    assert "<b>Parcs</b>" not in page


@pytest.mark.parametrize(
    ("paper", "sense", "sheet"),
    [
        ("a4", "portrait", "a4-portrait"),
        ("a4", "paysage", "a4-landscape"),
        ("a3", "portrait", "a3-portrait"),
        ("a3", "paysage", "a3-landscape"),
    ],
)
def test_each_paper_has_its_page(client: Client, world: World, paper: str, sense: str, sheet: str) -> None:
    page = client.get(PAGE, {"papier": paper, "sens": sense}).content.decode()
    assert page.count("explorer/printing/a") == 1
    assert f"explorer/printing/{sheet}.css" in page


def test_the_form_keeps_the_question(client: Client, world: World) -> None:
    page = client.get(PAGE, {"couches": "aires-de-jeux", "q": "parc", "papier": "a3"}).content.decode()
    assert '<input type="hidden" name="q" value="parc">' in page


def test_a_hidden_layer_is_not_on_the_sheet(client: Client, world: World) -> None:
    page = client.get(
        PAGE, {"couches": ["arbres-remarquables", "aires-de-jeux"], "liste": "1"}
    ).content.decode()
    assert "Aires de jeux" not in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vue", "12"),
        ("vue", "12/95/2"),
        ("vue", "23/48/2"),
        ("vue", "nan/48/2"),
        ("echelle", "1234"),
        ("echelle", "-1"),
        ("papier", "a5"),
        ("sens", "travers"),
        ("liste", "oui"),
        ("titre", "x" * 121),
        ("radius", "300"),
        ("couleur", "bleu"),
        ("titre", "a\x00b"),
    ],
)
def test_what_cannot_be_is_a_400_that_names_it(client: Client, world: World, name: str, value: str) -> None:
    response = client.get(PAGE, {name: value})
    assert (response.status_code, name in response.content.decode()) == (400, True)


def test_a_parameter_given_twice_is_a_400(client: Client, world: World) -> None:
    assert client.get(PAGE, {"papier": ["a4", "a3"]}).status_code == 400


def test_an_empty_form_is_the_plain_sheet(client: Client, world: World) -> None:
    empty = {"titre": "", "vue": "", "papier": "", "sens": "", "echelle": "", "liste": ""}
    assert client.get(PAGE, empty).status_code == 200
