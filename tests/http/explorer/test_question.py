"""The question of the map: the layers that it sets aside, and the gesture that brings them again."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from tests.people import PLANNER, PUBLIC
from tests.protocols import get
from tests.world import PLAYGROUNDS, TREES, ZONES, World

pytestmark = pytest.mark.django_db
AGAIN = re.compile(r'<a class="chip chip-others"[^>]*href="/carte/\?([^"]*)"')


def _page(query: str, person: object = PUBLIC) -> str:
    return get(f"/carte/?{query}", person, by_basic=False).body  # type: ignore[arg-type]  # a person of the tests


def _choices(menu: str) -> list[str]:
    return [
        html.unescape(each) for each in re.findall(r'class="menu-choice[^"]*" href="/carte/\?([^"]*)"', menu)
    ]


def test_the_menu_of_the_subject_sets_the_other_layers_aside(world: World) -> None:
    menu = get(f"/carte/question/sujet/?couches={TREES}&couches={ZONES}", PUBLIC).body
    asked = next(each for each in _choices(menu) if f"sujet={TREES}" in each)
    assert asked == f"couches={TREES}&sujet={TREES}&retrait={ZONES}"


def test_nothing_asked_brings_them_again(world: World) -> None:
    menu = get(f"/carte/question/sujet/?couches={TREES}&sujet={TREES}&retrait={ZONES}", PUBLIC).body
    assert _choices(menu)[-1] == f"couches={TREES}&couches={ZONES}"


def test_one_link_on_the_map_brings_the_others_again(world: World) -> None:
    body = _page(f"couches={TREES}&sujet={TREES}&retrait={ZONES}")
    assert html.unescape(AGAIN.search(body)[1]) == f"couches={TREES}&couches={ZONES}&sujet={TREES}"  # type: ignore[index]
    assert body.count("Montrer 1 autre couche") == 2  # beside the sentence too


def test_once_they_are_there_the_same_link_sets_them_aside(world: World) -> None:
    body = _page(f"couches={TREES}&couches={ZONES}&sujet={TREES}")
    assert html.unescape(AGAIN.search(body)[1]) == f"couches={TREES}&sujet={TREES}&retrait={ZONES}"  # type: ignore[index]
    assert "Mettre en retrait 1 autre couche" in body


def test_a_sentence_typed_elsewhere_may_show_the_layers_of_the_portal(world: World) -> None:
    body = _page(f"couches={ZONES}&sujet={ZONES}", PLANNER)
    again = html.unescape(AGAIN.search(body)[1])  # type: ignore[index]
    assert set(re.findall("couches=([^&]*)", again)) == {TREES, PLAYGROUNDS, ZONES}


def test_a_map_without_a_question_sets_nothing_aside(world: World) -> None:
    assert AGAIN.search(_page(f"couches={TREES}&couches={ZONES}")) is None


def test_a_hidden_layer_that_is_set_aside_is_neither_named_nor_missing(world: World) -> None:
    body = _page(f"couches={TREES}&sujet={TREES}&retrait={PLAYGROUNDS},{ZONES}")
    assert "Aires de jeux" not in body
    assert "Montrer 1 autre couche" in body
    assert "data-missing" not in body


def test_too_many_layers_set_aside_are_refused_by_name(client: Client, world: World) -> None:
    many = ",".join(f"couche-{number}" for number in range(61))
    response = client.get(f"/carte/?couches={TREES}&sujet={TREES}&retrait={many}")
    assert response.status_code == 400
    assert "retrait" in response.content.decode()
