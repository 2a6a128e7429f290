"""Cards of dashboards: what the page shows, in small, under the rights of who looks; its sketch tells no more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import dashboards
from tests.people import GARDENER, OUTSIDER, PARTNER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, World

PART = {"HX-Request": "true"}
MINIATURE = "/tableaux-de-bord/ville/miniature/"
PANELS: list[dict[str, Any]] = [
    {"id": "aires", "kind": "figure", "title": "Nos aires", "question": {"layer": PLAYGROUNDS}},
    {
        "id": "etats",
        "kind": "bar",
        "title": "Contrôles",
        "question": {"layer": PLAYGROUNDS, "relation": "inspections", "by": ["resultat"]},
    },
    {"id": "ou", "kind": "map", "title": "Où", "question": {"layer": TREES}},
    {"id": "arbres", "kind": "table", "title": "Arbres", "question": {"layer": TREES, "by": ["commune"]}},
]


@pytest.fixture
def cards(world: World) -> World:
    """A public dashboard over an internal layer, a protected relation and an open layer; another of the gardeners."""
    dashboards.dashboard("ville", sections=[{"id": "s", "title": "s", "panels": PANELS}], is_public=True)
    dashboards.dashboard("jardins", groups=["Espaces verts"])
    return world


def asked(person: Person, path: str = MINIATURE, **headers: str) -> HttpResponse:
    """Return what somebody gets at an address."""
    client = Client()
    if not person.is_anonymous:
        client.force_login(person.account())
    return client.get(path, headers=headers)  # type: ignore[return-value]


def tiles(person: Person) -> str:
    """Return the miniature as somebody sees it."""
    return asked(person, **PART).content.decode()


@pytest.mark.parametrize(
    ("person", "value", "count"),
    [(PUBLIC, None, 2), (PARTNER, None, 2), (PLANNER, "3", 3), (TOWN_AGENT, "2", 3), (GARDENER, "3", 4)],
    ids=str,
)
def test_a_miniature_holds_what_its_reader_may_see(
    cards: World, person: Person, value: str | None, count: int
) -> None:
    shown = tiles(person)
    assert shown.count('class="tile ') == count
    assert ("Nos aires" in shown) is (value is not None)
    assert value is None or f"<b>{value}</b>" in shown


@pytest.mark.parametrize("person", [PUBLIC, PLANNER, GARDENER], ids=str)
def test_the_sketch_of_a_card_has_the_tiles_of_its_miniature(cards: World, person: Person) -> None:
    listed = asked(person, "/tableaux-de-bord/").content.decode()
    card = listed.partition(MINIATURE)[2].partition("</article>")[0]
    assert card.count('class="tile ') == tiles(person).count('class="tile ')


def test_the_miniature_of_a_hidden_dashboard_does_not_exist(cards: World) -> None:
    hidden = "/tableaux-de-bord/jardins/miniature/"
    assert asked(OUTSIDER, hidden, **PART).status_code == 404
    assert asked(GARDENER, hidden, **PART).status_code == 200


def test_the_address_of_a_miniature_leads_people_to_the_page(cards: World) -> None:
    assert asked(PUBLIC)["Location"] == "/tableaux-de-bord/ville/"


def test_a_miniature_asks_nothing_more_when_its_time_is_over(
    cards: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.reading.cards.BUDGET_S", -1.0)
    assert "<b>" not in tiles(PLANNER)
    asked(PLANNER, "/tableaux-de-bord/ville/aires/", **PART)
    assert "<b>3</b>" in tiles(PLANNER)


def test_a_map_draws_the_communes_and_some_of_its_features(cards: World) -> None:
    shown = tiles(PUBLIC)
    assert 'class="town shade-0"' in shown
    assert 'class="dots shade-1"' in shown


def test_a_table_of_one_column_says_each_value_once(world: World) -> None:
    names = {
        "id": "noms",
        "kind": "table",
        "title": "Noms",
        "question": {"layer": TREES, "fields": ["genre"]},
    }
    dashboards.dashboard("ville", sections=[{"id": "s", "title": "s", "panels": [names]}], is_public=True)
    lines = re.findall(r'class="tile-line"><span>(.*?)</span> <b>(.*?)</b>', tiles(PUBLIC))
    assert lines
    assert {value for _name, value in lines} == {""}
