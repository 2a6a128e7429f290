"""A question that is typed: proposed by the search with what was not understood, as JSON, or put in an address."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import unquote, urlencode

import pytest

from heritage.models import RemarkableTree
from reference_data.models import Address
from tests import factories
from tests.people import PLANNER, PUBLIC, Person
from tests.protocols import ask, get

INTERPRETATION = "/carte/question/comprendre/"
FIGURE = "/carte/question/chiffre/"
ASKED = "arbres remarquables en zone N à Meudon"
PARAMETERS = [
    ["sujet", "arbres-remarquables"],
    ["arbres-remarquables.touching", "plui-zones*"],
    ["plui-zones.typezone", "N"],
    ["commune", "92048"],
]

pytestmark = pytest.mark.usefixtures("world")


def answer(address: str, text: str, person: Person = PUBLIC) -> Any:
    return ask(address, {"q": text}, person, host="localhost", by_basic=False)  # type: ignore[arg-type]


def document(text: str, person: Person = PUBLIC) -> Any:
    return json.loads(answer(INTERPRETATION, text, person).body)


def test_a_question_becomes_an_address_of_the_map() -> None:
    found = document(ASKED)
    assert found["parameters"] == PARAMETERS
    assert found["proposed"].startswith("/carte/?couches=")
    assert found["notUnderstood"] == []


def test_a_superlative_sorts_the_table_and_a_second_subject_is_on_the_map() -> None:
    ordered = document("le plus haut des arbres remarquables")
    assert ordered["proposed"].endswith("&tableau=arbres-remarquables&tri=-hauteur&onglet=filtres")
    both = document("arbres remarquables et aires de jeux à Meudon", PLANNER)
    assert {"couches=arbres-remarquables", "couches=aires-de-jeux"} <= set(both["address"].split("&"))
    assert "sur la carte aussi" in both["notes"][0]


def test_words_that_were_not_used_keep_the_map_from_opening_at_once() -> None:
    found = document(f"{ASKED} zwxq")
    assert found["parameters"] == PARAMETERS
    assert found["proposed"] == ""
    assert found["notUnderstood"] == [{"text": "zwxq", "reason": "unknown"}]


@pytest.mark.parametrize("address", ["/recherche/", "/recherche/suggestions/"])
def test_the_search_proposes_the_question_and_says_what_it_did_not_understand(address: str) -> None:
    page = answer(address, f"{ASKED} zwxq").body
    assert "sujet=arbres-remarquables" in page
    assert "«\u00a0zwxq\u00a0» n’est pas compris" in page


def test_a_hidden_layer_is_never_proposed() -> None:
    asked = "aires de jeux à Meudon"
    assert document(asked, PLANNER)["subject"] == "aires-de-jeux"
    hidden = document(asked)
    assert hidden["address"] == ""
    assert "aires-de-jeux" not in answer("/recherche/suggestions/", asked).body


def test_a_text_that_is_too_long_is_refused_by_name() -> None:
    found = answer(INTERPRETATION, "a" * 201)
    assert found.status == 400
    assert "200" in found.body


@pytest.mark.parametrize("part", ["sujet", "ajouter", "champ.hauteur"])
def test_a_value_of_the_address_that_its_field_cannot_have_is_refused_by_name(part: str) -> None:
    asked = {"sujet": "arbres-remarquables", "arbres-remarquables.hauteur": "haut"}
    found = get(f"/carte/question/{part}/?{urlencode(asked)}", by_basic=False)
    assert found.status == 400
    assert "arbres-remarquables.hauteur" in found.body


def test_a_question_around_the_person_asks_for_the_position_on_the_map() -> None:
    near = document("arbres remarquables à moins de 500 m de chez moi")
    assert near["proposed"].endswith("&near=moi&radius=500&onglet=autour")
    assert near["count"] == ""
    alone = document("autour de moi")
    assert alone["proposed"] == "/carte/?near=moi&radius=300&onglet=autour"


def test_without_script_the_map_says_that_it_cannot_ask_for_the_position() -> None:
    page = get("/carte/?sujet=arbres-remarquables&near=moi&radius=300", by_basic=False)
    assert page.status == 200
    assert "choisissez une commune, ou partez d’une adresse" in page.body


@pytest.mark.parametrize("asked", ["near=moi", "near=moi&radius=loin"])
def test_a_place_of_the_person_without_a_radius_is_refused(asked: str) -> None:
    page = get(f"/carte/?{asked}", by_basic=False)
    assert page.status == 400
    assert "radius" in page.body


def test_the_page_of_results_reads_a_question_as_the_panel_of_the_map_does() -> None:
    asked = "zones zwxq brmbl"
    panel = document(asked)
    assert panel["subject"] == "plui-zones"
    results = answer("/recherche/", asked).body
    assert "sujet=plui-zones" in results
    assert "«\u00a0zwxq brmbl\u00a0» n’est pas compris" in results


def test_the_page_of_results_says_what_a_text_without_any_result_lacks() -> None:
    results = answer("/recherche/", "zwxq brmbl").body
    assert "«\u00a0zwxq brmbl\u00a0» n’est pas compris" in results
    assert "Rien ne répond à ces mots" in results


def test_a_figure_is_said_with_the_page_that_shows_it_by_the_same_conditions() -> None:
    factories.tree("Un", hauteur=10, genre="Zelkova")
    factories.tree("Deux", hauteur=20, genre="Zelkova")
    mean = document("hauteur moyenne des arbres remarquables de genre Zelkova")
    assert mean["figure"] == 15
    assert mean["count"] == "Hauteur, moyenne\u00a0: 15\u00a0m"
    page = get(mean["proposed"], by_basic=False)
    assert page.status == 200
    assert "15" in page.body


def test_groups_are_said_in_their_order() -> None:
    with factories.in_bulk():
        for _number in range(30):
            factories.tree("Charme", genre="Carpinus")
    groups = document("arbres remarquables par genre")
    assert groups["count"].startswith("Arbres remarquables\u00a0: Carpinus 30")
    page = get(groups["proposed"], by_basic=False).body
    rows = re.findall(r'<th scope="row">([^<]*)</th>\s*<td class="number">([^<]*)</td>', page)
    assert rows[0] == ("Carpinus", "30")
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page)
    assert heads == ["Genre", "Arbres remarquables"]
    assert "group_by=genre" in page


def test_the_page_of_a_figure_recalls_the_question_and_leads_to_the_map_and_the_layer() -> None:
    factories.tree("Un", hauteur=10, genre="Zelkova")
    text = "hauteur maximale des arbres remarquables de genre Zelkova"
    page = answer(FIGURE, text).body
    assert f"<h1>H{text[1:]}</h1>" in page
    assert '<p class="figure-number">10\u00a0m</p>' in page
    assert "/carte/?couches=arbres-remarquables" in page
    assert 'href="/catalogue/arbres-remarquables/"' in page


def test_the_search_begins_with_the_figure() -> None:
    factories.tree("Un", hauteur=10, genre="Zelkova")
    results = answer("/recherche/", "hauteur maximale des arbres remarquables de genre Zelkova").body
    assert '<p class="figure-number">10\u00a0m</p>' in results
    assert "/carte/question/chiffre/?q=hauteur" in results


@pytest.mark.parametrize(
    ("text", "head"),
    [
        (
            "hauteur moyenne des arbres remarquables par commune",
            "de <b>12\u00a0m</b> (Meudon) à <b>30\u00a0m</b> (Sèvres)",
        ),
        (
            "quelle commune a le plus d’arbres remarquables",
            '2 <span class="figure-of">Sèvres</span>',
        ),
    ],
    ids=["of each commune", "of the first commune"],
)
def test_the_value_of_one_commune_is_no_head_unless_the_question_asks_for_the_first(
    text: str, head: str
) -> None:
    RemarkableTree.objects.all().delete()
    factories.tree("Un", at=factories.MEUDON, hauteur=12)
    for name in ("Deux", "Trois"):
        factories.tree(name, at=factories.SEVRES, hauteur=30)
    page = re.sub(r"[ \n]+", " ", answer(FIGURE, text).body)
    assert head in page
    assert '<th scope="col">Commune</th>' in page


@pytest.mark.parametrize(
    ("text", "leads_to"),
    [(ASKED, "/carte/?couches="), ("zwxq brmbl", "/recherche/?q=zwxq"), ("", "/recherche/?q=")],
)
def test_a_text_without_a_figure_leads_to_its_answer_or_to_the_search(text: str, leads_to: str) -> None:
    led = answer(FIGURE, text)
    assert led.status == 302
    assert led.headers["Location"].startswith(leads_to)


def test_the_figure_of_a_hidden_layer_is_not_read() -> None:
    text = "surface des aires de jeux par commune"
    assert answer(FIGURE, text, PLANNER).status == 200
    assert answer(FIGURE, text).status == 302


def test_the_commune_that_has_the_least_may_have_none() -> None:
    factories.tree("Un", at=factories.MEUDON)
    page = answer(FIGURE, "quelle commune a le moins d’arbres remarquables").body
    rows = re.findall(r'<th scope="row">([^<]*)</th>\s*<td class="number">([^<]*)</td>', page)
    assert rows[0][1] == "0"
    assert rows[-1][0] == "Meudon"


def test_the_value_of_one_object_is_said_with_its_name() -> None:
    factories.tree("Chêne du carrefour", hauteur=23.5)
    answer = document("hauteur du chêne du carrefour")
    assert answer["figure"] == 23.5
    assert answer["count"] == "Hauteur de «\u00a0Chêne du carrefour\u00a0»\u00a0: 23,5\u00a0m"


def test_a_hidden_field_makes_no_figure() -> None:
    hidden = document("arbres remarquables par état sanitaire")
    assert hidden["figure"] is None
    assert hidden["notUnderstood"] != []


def test_what_is_first_in_an_order_is_alone_in_the_list_and_in_the_table() -> None:
    for name, height in (("Petit", 31), ("Grand", 90), ("Moyen", 60)):
        factories.tree(name, hauteur=height)
    proposed = document("les 2 arbres remarquables les plus hauts")["proposed"]
    page = get(proposed, by_basic=False).body
    rows = re.findall(r'answer-name results-name">([^<]*)<', page)
    assert rows == ["Grand", "Moyen"]
    assert "les 2 premiers par hauteur" in page
    table = get(proposed.replace("/carte/", "/carte/tableau/arbres-remarquables/"), by_basic=False).body
    assert ("Grand" in table, "Moyen" in table, "Petit" in table) == (True, True, False)


def _twins() -> None:
    for code, town in (("92048", "Meudon"), ("92072", "Sèvres")):
        x, y = factories.MIDDLES[code]
        Address.objects.create(
            id_ban=f"{code}_x_00012",
            numero=12,
            nom_voie="Rue de l’Étang",
            code_insee=code,
            nom_commune=town,
            geom=factories.point(x, y),
        )


@pytest.mark.parametrize("page", ["/recherche/", "/recherche/suggestions/", "/carte/question/"])
def test_an_address_of_several_is_chosen_from_links_to_each_and_to_nothing_else(page: str) -> None:
    _twins()
    answer("/recherche/", "dans quelle zone")  # reads the words that suggestions do not wait for
    body = unquote(html.unescape(answer(page, "dans quelle zone est le 12 rue de l’étang").body))
    links = re.findall(r'<a\s[^>]*href="(/carte/\?[^"]*)"[^>]*>(.*?)</a>', body, re.DOTALL)
    questions = {
        re.sub(r"<[^>]+>", "", words).strip(): link for link, words in links if "sujet=plui-zones" in link
    }
    assert list(questions) == ["12 Rue de l’Étang, Meudon", "12 Rue de l’Étang, Sèvres"]
    assert all("plui-zones.touching=adresses/" in link for link in questions.values())
    assert "À quelle adresse\xa0?" in body
    assert 'data-typed-address="couches' not in body


def test_the_zone_of_an_address_is_where_it_stands() -> None:
    _twins()
    address = Address.objects.get(code_insee="92048")
    query = f"couches=plui-zones&couches=adresses&sujet=plui-zones&plui-zones.touching=adresses/{address.pk}"
    body = html.unescape(get(f"/carte/?{query}", by_basic=False).body)
    assert 'data-sentence="PLUi : zones, à l’endroit de' in body.replace("\xa0", " ")
