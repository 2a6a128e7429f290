"""The legend of the map: what is on, its classes as drawn, counts under the question, and nothing of what is hidden."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from layers.models import Layer, ProtectedField
from layers.vocabulary import Visibility
from tests import factories
from tests.factories import MEUDON
from tests.world import PLAYGROUNDS, TREES, ZONES


def legend(client: Client, address: str) -> str:
    """Return the text of the legend of a map, without tags; every space is a plain one."""
    page = client.get(address).content.decode()
    found = re.search(r'id="map-legend".*?</details>', page, re.DOTALL)
    assert found is not None
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[0])).split())


@pytest.fixture
def town(catalogue: object) -> None:
    """Two zones, U and N, three trees of several heights, a playground."""
    factories.zone("UA", typezone="U")
    factories.zone("Nf", typezone="N")
    with factories.in_bulk():
        for name, height in (("Cèdre", 10), ("Hêtre", 20), ("Orme", 30)):
            factories.tree(name, hauteur=height)
    factories.playground("Square")


def styled(slug: str, **style: object) -> None:
    """Give a layer a style as an administrator would."""
    Layer.objects.filter(slug=slug).update(style=style)


INTERVALS = [
    {"low": 0, "high": 15, "title": "petits", "token": "#d9f0a3"},
    {"low": 15, "high": 30, "title": "grands", "token": "#31a354"},
]


def test_the_legend_has_the_layers_that_are_on_alone(town: None, client: Client) -> None:
    told = legend(client, f"/carte/?couches={TREES}")
    assert "Arbres remarquables" in told
    assert "PLUi" not in told


def test_classes_that_nothing_has_are_not_told(town: None, client: Client) -> None:
    told = legend(client, f"/carte/?couches={ZONES}")
    assert "urbaine" in told.lower()
    assert "agricole" not in told.lower()


def test_counts_are_those_of_the_question(town: None, client: Client) -> None:
    told = legend(client, f"/carte/?couches={TREES}&{TREES}.nom_vernaculaire=Orme")
    assert "1 / 3" in told


def test_a_layer_that_the_question_dims_is_out_of_it(town: None, client: Client) -> None:
    told = legend(client, f"/carte/?couches={TREES}&{TREES}.nom_vernaculaire=Absent")
    assert "hors question" in told


def test_a_hidden_layer_is_not_in_the_legend(town: None, client: Client) -> None:
    Layer.objects.filter(slug=TREES).update(visibility=Visibility.INTERNAL)
    assert "Arbres" not in legend(client, f"/carte/?couches={TREES}&couches={ZONES}")


def test_classes_of_a_protected_field_are_not_told(town: None, client: Client) -> None:
    styled(TREES, field="hauteur", intervals=INTERVALS)
    ProtectedField.objects.create(layer=Layer.objects.get(slug=TREES), name="hauteur")
    told = legend(client, f"/carte/?couches={TREES}")
    assert "grands" not in told


def test_intervals_are_counted_their_last_limit_included(town: None, client: Client) -> None:
    styled(TREES, field="hauteur", intervals=INTERVALS)
    assert "petits 1 grands 2" in legend(client, f"/carte/?couches={TREES}")


def test_what_changes_in_a_legend_is_on_the_next_page(town: None, client: Client) -> None:
    """Its parts are written once for the same style and counts: in the panel, on the card and for the script."""
    address = f"/carte/?couches={TREES}"
    styled(TREES, field="hauteur", intervals=INTERVALS)
    pages = [client.get(address).content.decode()]
    styled(TREES, field="hauteur", intervals=[INTERVALS[0], INTERVALS[1] | {"title": "géants"}])
    pages.append(client.get(address).content.decode())
    Layer.objects.filter(slug=TREES).update(title="Arbres anciens")
    pages.append(client.get(address).content.decode())
    assert [page.count("grands") for page in pages] == [2, 0, 0]
    assert [page.count("géants") for page in pages] == [0, 2, 2]
    assert ["Arbres remarquables" in page for page in pages] == [True, True, False]


def test_counts_that_the_layer_suppresses_are_not_told(town: None, client: Client) -> None:
    styled(TREES, field="hauteur", intervals=INTERVALS)
    Layer.objects.filter(slug=TREES).update(smallest_count=2)
    told = legend(client, f"/carte/?couches={TREES}")
    assert "petits grands Autres" in told


def test_sizes_are_told_in_words(town: None, client: Client) -> None:
    styled(TREES, field="hauteur", proportion={"low": 0, "high": 30})
    assert "hauteur : 30 m, 15 m, 0 m" in legend(client, f"/carte/?couches={TREES}")


def test_layers_that_look_the_same_are_said(town: None, client: Client) -> None:
    styled(TREES, token="c-leaf", icon="maki:park")
    styled(PLAYGROUNDS, token="#125a08", icon="maki:park")
    told = legend(client, f"/carte/?couches={TREES}&couches={PLAYGROUNDS}")
    assert "presque la même couleur" in told


def test_the_list_that_htmx_asks_renews_the_legend(town: None, client: Client) -> None:
    page = client.get(f"/carte/?couches={TREES}&commune={MEUDON}", headers={"HX-Request": "true"})
    assert re.search(r'id="map-legend"[^>]*hx-swap-oob', page.content.decode())


def test_paper_tells_the_classes_with_their_counts(town: None, client: Client) -> None:
    styled(TREES, field="hauteur", intervals=INTERVALS)
    page = client.get(f"/carte/imprimer/?couches={TREES}").content.decode()
    assert "petits" in page


def test_what_lies_over_classes_is_told_with_its_count(town: None, client: Client) -> None:
    overlays = [
        {"field": "nom_vernaculaire", "values": ["Orme", "Cèdre"], "title": "À revoir"},
        {"field": "nom_vernaculaire", "values": ["Absent"], "title": "Jamais vu"},
    ]
    styled(TREES, field="hauteur", intervals=INTERVALS, overlays=overlays)
    told = legend(client, f"/carte/?couches={TREES}")
    assert "grands 2 À revoir 2" in told
    assert "Jamais vu" not in told
    ProtectedField.objects.create(layer=Layer.objects.get(slug=TREES), name="nom_vernaculaire")
    assert "À revoir" not in legend(client, f"/carte/?couches={TREES}")


def test_the_legend_says_from_which_zoom_a_layer_is_seen(town: None, client: Client) -> None:
    styled(TREES, zooms=[12, 18])
    page = client.get(f"/carte/?couches={TREES}").content.decode()
    assert 'data-zooms="0 12" hidden>visible de plus près' in page
    assert 'data-zooms="18 24" hidden>visible de plus loin' in page
