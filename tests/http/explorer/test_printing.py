"""``/carte/imprimer/``: the map's question on paper, for whoever asks, and nothing that they may not see."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.gis.geos import Polygon
from django.test import Client

from heritage.models import RemarkableTree
from plui.models import ZoneUrba
from tests import factories
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


QUESTION = {
    "couches": ["plui-zones", "arbres-remarquables"],
    "sujet": "plui-zones",
    "liste": "1",
    "plui-zones.touching": "arbres-remarquables@300*",
}


def printed(client: Client, **more: str) -> str:
    """Return the print page of a question: zones near trees."""
    return client.get(PAGE, QUESTION | more).content.decode()


def test_the_printed_list_is_that_of_the_question_alone(
    client: Client, world: World, subtests: pytest.Subtests
) -> None:
    page = printed(client)
    with subtests.test("its answers, with the matched object and the distance"):
        assert 'class="answer-rows"' in page
        assert 'class="answer-near"' in page
        assert 'class="answer-distance"' in page
    with subtests.test("no list of the other layers"):
        assert 'class="results-rows"' not in page
        assert "beside-layer" not in page
    with subtests.test("without a question, the list of every layer"):
        plain = client.get(PAGE, {"couches": "arbres-remarquables", "liste": "1"}).content.decode()
        assert 'class="results-rows"' in plain


def test_the_printed_list_has_all_that_the_map_lists_and_says_its_pages(
    client: Client, world: World, subtests: pytest.Subtests
) -> None:
    with factories.in_bulk():
        for number in range(45):
            factories.tree(f"Chêne {number}")
    asked = {"couches": "arbres-remarquables"}
    for more in ({}, {"sujet": "arbres-remarquables"}, {"sujet": "arbres-remarquables", "ordre": "-hauteur"}):
        page = client.get(PAGE, asked | more | {"liste": "1"}).content.decode()
        with subtests.test("every row", **more):
            assert page.count("data-feature=") == RemarkableTree.objects.count()
    pages = [
        re.search(r"environ (\d+) page", client.get(PAGE, asked | {"papier": paper}).content.decode())
        for paper in ("a4", "a3")
    ]
    with subtests.test("its pages, before it is printed"):
        assert [match and match[1] for match in pages] == ["1", "1"]


def test_a_list_that_is_cut_gives_the_address_of_all_its_rows(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.printing.views.MAX_ROWS", 1)
    page = client.get(PAGE, {"couches": "plui-zones", "liste": "1", "q": "U"}).content.decode()
    assert page.count("data-feature=") == 1
    assert re.search(r"tous les objets\u00a0: http://[^/ ]+/catalogue/plui-zones/\?q=U#objets", page)


LISTED, UNLISTED = '<section class="print-list">', '<section class="print-list without-map">'


@pytest.mark.parametrize(
    ("asked", "section"),
    [
        (QUESTION | {"liste": ""}, LISTED),
        (QUESTION | {"liste": "0"}, UNLISTED),
        ({"couches": "plui-zones"}, UNLISTED),
        ({"couches": "plui-zones", "sujet": "plui-zones"}, UNLISTED),
        ({"couches": "plui-zones", "liste": "1"}, LISTED),
    ],
    ids=["a question", "a question without", "layers", "a layer whole", "layers with"],
)
def test_the_list_of_a_question_is_printed_unless_refused(
    client: Client, world: World, asked: dict[str, str], section: str
) -> None:
    assert section in client.get(PAGE, asked).content.decode()


def framed_box(page: str) -> list[float] | None:
    """Return the box that the map frames."""
    (config,) = re.findall(r'<script id="map-config" type="application/json">(.*?)</script>', page)
    box: list[float] | None = json.loads(config)["box"]
    return box


def test_the_map_frames_what_answers(client: Client, world: World, subtests: pytest.Subtests) -> None:
    box = framed_box(printed(client, vue="12/48.8/2.2"))
    with subtests.test("whole"):
        assert box is not None
        west, south, east, north = box
        names = re.findall(r'data-feature="plui-zones/(\d+)"', printed(client))
        answers = ZoneUrba.objects.filter(pk__in=names)
        assert answers.count() > 1
        assert answers.filter(geom__coveredby=Polygon.from_bbox((west, south, east, north))).count() == len(
            names
        )
    with subtests.test("unless the view of the map is asked"):
        assert framed_box(printed(client, vue="12/48.8/2.2", echelle="0")) is None
    with subtests.test("not without a question"):
        assert framed_box(client.get(PAGE, {"couches": "arbres-remarquables"}).content.decode()) is None
    with subtests.test("nor where nothing answers"):
        assert framed_box(printed(client, q="rien de tel")) is None
