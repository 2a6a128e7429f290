"""The map of a panel as a file, by its address: whose rights it obeys, under which filters, and in which policy."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from gisportal.journal.models import JournalEntry
from gisportal.journal.vocabulary import Event
from layers.models import Grant, Layer
from tests import dashboards
from tests.factories import BOULOGNE
from tests.people import OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, ZONES, World

ROOT = "/tableaux-de-bord/cartes"
ROWS = {"mode": "categories"}
JOINED = {"mode": "choropleth", "join": {"layer": PLAYGROUNDS, "key": "nom"}}
PANELS: list[dict[str, Any]] = [
    {"id": "arbres", "kind": "map", "title": "Les arbres", "question": {"layer": TREES}, "options": ROWS},
    {"id": "jeux", "kind": "map", "title": "Les jeux", "question": {"layer": PLAYGROUNDS}, "options": ROWS},
    {
        "id": "jointe",
        "kind": "map",
        "title": "Jointe aux jeux",
        "question": {"layer": ZONES, "by": ["libelle"]},
        "options": JOINED,
    },
    {
        "id": "autour",
        "kind": "map",
        "title": "Les arbres et ce qui est autour",
        "question": {"layer": TREES},
        "options": {**ROWS, "context": [ZONES, PLAYGROUNDS]},
    },
    {"id": "barres", "kind": "bar", "title": "Barres", "question": {"layer": TREES, "by": ["genre"]}},
]


@pytest.fixture
def maps(world: World) -> World:
    """A public dashboard of maps, and one of the gardeners."""
    dashboards.dashboard(
        "cartes",
        sections=[{"id": "tout", "title": "Tout", "panels": PANELS}],
        filters=[{"field": "commune", "kind": "commune"}],
        is_public=True,
    )
    dashboards.dashboard("interne", groups=["Espaces verts"])
    return world


def asked(person: Person, path: str) -> HttpResponse:
    """Return what somebody gets at an address."""
    client = Client()
    if not person.is_anonymous:
        client.force_login(person.account())
    return client.get(path)  # type: ignore[return-value]


@pytest.mark.parametrize("panel", ["jeux", "jointe", "barres", "inconnu"])
def test_what_is_no_map_of_the_visitor_is_not_there(maps: World, panel: str) -> None:
    assert asked(OUTSIDER, f"{ROOT}/{panel}/carte.html").status_code == 404


def test_the_map_of_a_hidden_dashboard_is_not_there(maps: World) -> None:
    assert asked(OUTSIDER, "/tableaux-de-bord/interne/p/carte.html").status_code == 404


@pytest.mark.parametrize(
    ("person", "names"),
    [(TOWN_AGENT, {"Jeux-Val", "Jeux-Bruyeres"}), (PLANNER, {"Jeux-Val", "Jeux-Bruyeres", "Jeux-Pont"})],
    ids=["agent-meudon", "urbaniste"],
)
def test_a_file_holds_the_rows_of_who_asks_it(maps: World, person: Person, names: set[str]) -> None:
    text = asked(person, f"{ROOT}/jeux/carte.html").content.decode()
    assert {name for name in maps.playgrounds if f'"{name}"' in text} == names


def test_a_file_follows_the_filters_of_the_page(maps: World) -> None:
    text = asked(OUTSIDER, f"{ROOT}/arbres/carte.html?commune={BOULOGNE}").content.decode()
    assert {name for name in maps.trees if f'"{name}"' in text} == {"Platane-Boulogne"}


def test_an_unknown_filter_of_a_file_is_refused_by_name(maps: World) -> None:
    response = asked(OUTSIDER, f"{ROOT}/arbres/carte.html?inconnu=1")
    assert response.status_code == 400
    assert "inconnu" in response.content.decode()


def test_who_may_not_download_is_told_so(maps: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS).update(can_download=False)
    assert asked(PLANNER, f"{ROOT}/jeux/carte.html").status_code == 403


@pytest.mark.parametrize(
    ("person", "is_reader"), [(OUTSIDER, False), (PLANNER, True)], ids=["public", "urbaniste"]
)
def test_a_file_holds_the_layers_around_of_its_reader(maps: World, person: Person, is_reader: bool) -> None:
    text = asked(person, f"{ROOT}/autour/carte.html").content.decode()
    title = {slug: str(Layer.objects.get(slug=slug).title) for slug in (ZONES, PLAYGROUNDS)}
    assert any(f'"{name}"' in text for name in maps.playgrounds) is is_reader
    assert (title[PLAYGROUNDS] in text) is is_reader
    assert title[ZONES] in text


def test_a_layer_around_that_is_not_downloaded_is_named_and_left_out(maps: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS).update(can_download=False)
    text = asked(PLANNER, f"{ROOT}/autour/carte.html").content.decode()
    assert not any(f'"{name}"' in text for name in maps.playgrounds)
    assert f"« {Layer.objects.get(slug=PLAYGROUNDS).title} » n’est pas dans le fichier" in text


def test_the_journal_has_the_layers_around_without_the_filters_of_the_page(maps: World) -> None:
    asked(PLANNER, f"{ROOT}/autour/carte.html?commune={BOULOGNE}")
    entry = JournalEntry.objects.filter(event=Event.EXPORT, subject=f"layer {PLAYGROUNDS}").latest("pk")
    assert entry.detail["rows"] == len(maps.playgrounds)
    assert "commune" not in str(entry.detail)


def test_the_journal_tells_who_took_internal_features(maps: World) -> None:
    asked(PLANNER, f"{ROOT}/jeux/carte.html")
    entry = JournalEntry.objects.filter(event=Event.EXPORT).latest("pk")
    assert entry.subject == f"layer {PLAYGROUNDS}"
    assert entry.detail["rows"] == 3


def test_a_file_is_shut_in_by_its_own_policy(maps: World) -> None:
    policy = asked(OUTSIDER, f"{ROOT}/arbres/carte.html")["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert policy.endswith("; sandbox allow-scripts")
    assert "unsafe" not in policy


def test_a_file_of_somebody_is_kept_by_nobody_else(maps: World) -> None:
    assert asked(PLANNER, f"{ROOT}/jeux/carte.html")["Cache-Control"] == "private, no-cache"


def test_a_map_joined_to_a_hidden_layer_is_absent(maps: World) -> None:
    assert "Jointe aux jeux" not in asked(OUTSIDER, f"{ROOT}/?tableaux=1").content.decode()


def test_a_map_is_a_table_without_script(maps: World) -> None:
    text = asked(OUTSIDER, f"{ROOT}/?tableaux=1").content.decode()
    assert 'data-filter-field="commune"' in text.partition('data-panel="arbres"')[2]
