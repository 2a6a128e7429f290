"""Classes of a style for who reads a part of the rows: no value that only the other rows hold, whatever is asked."""

from __future__ import annotations

import re
from typing import Any

import pytest

from layers.models import Layer
from tests.people import GARDENER, PLANNER, TOWN_AGENT, Person
from tests.protocols import Answer, get, tile_of
from tests.world import PLAYGROUNDS, World

_STYLES = f"/api/collections/{PLAYGROUNDS}/styles"
# Documents and pictures that are made of the style and of rows that are read: the same, whatever hidden rows hold.
DOCUMENTS = (
    *(f"{_STYLES}/portail?f={form}" for form in ("mapbox", "sld10", "sld11", "qml")),
    f"{_STYLES}/portail/legend?f=svg",
    f"{_STYLES}/portail/sprite.json",
    f"/tiles/{PLAYGROUNDS}/{{tile}}.mvt",
)
# Pages and files that bear a number or an instant of their own: their words are looked for.
PAGES = (
    f"/carte/?couches={PLAYGROUNDS}",
    f"/carte/imprimer/?couches={PLAYGROUNDS}",
    f"/catalogue/{PLAYGROUNDS}/",
    f"{_STYLES}?f=html",
    f"/export/{PLAYGROUNDS}.gpkg",
    f"/connecter/{PLAYGROUNDS}/",
)
KINDS = ("categories", "graduated", "proportional")


def restyle(kind: str, hidden: str) -> list[str]:
    """Draw playgrounds by what all their rows hold, the hidden one ``hidden``; return the words that tell it."""
    number = int(hidden)
    style: dict[str, Any] = {"field": "surface_m2", "categories": []}
    if kind == "categories":
        style = {
            "field": "exploitant",
            "categories": [
                {"value": "Exploitant-Visible", "title": "Titre-Visible", "token": "t-waste"},
                {"value": hidden, "title": f"Titre-{hidden}", "token": "t-nature"},
            ],
        }
    elif kind == "graduated":
        middle = number / 2
        style["intervals"] = [
            {"low": 100, "high": middle, "title": f"100 à {middle:g}", "token": "t-waste"},
            {"low": middle, "high": number, "title": f"{middle:g} à {hidden}", "token": "t-nature"},
        ]
    else:
        style["proportion"] = {"low": 0, "high": number}
    Layer.objects.filter(slug=PLAYGROUNDS).update(style=style)
    return [hidden, f"{hidden[:2]}\u202f{hidden[2:]}", f"{number / 2:g}"]


@pytest.fixture
def playgrounds(world: World) -> World:
    """The playgrounds of Meudon, of 100 and 300 m²; that of Boulogne is for the test to fill."""
    for name, surface in (("Jeux-Val", 100), ("Jeux-Bruyeres", 300)):
        found = world.playgrounds[name]
        found.exploitant, found.surface_m2 = "Exploitant-Visible", surface
        found.save()
    return world


def hide(world: World, hidden: str) -> None:
    """Give the playground of Boulogne its operator and its surface."""
    found = world.playgrounds["Jeux-Pont"]
    found.exploitant, found.surface_m2 = hidden, int(hidden)
    found.save()


def ask(path: str, person: Person) -> Answer:
    """Ask as a person: by Basic where machines ask, in a session for pages."""
    tile = tile_of(2.21, 48.81, 12)
    return get(path.replace("{tile}", tile), person, by_basic=path.startswith(("/api", "/tiles", "/export")))


@pytest.mark.parametrize("kind", KINDS)
def test_documents_do_not_depend_on_what_hidden_rows_hold(playgrounds: World, kind: str) -> None:
    told: dict[str, set[str]] = {path: set() for path in DOCUMENTS}
    whole: dict[str, set[str]] = {path: set() for path in DOCUMENTS}
    for hidden in ("81236", "97654"):
        hide(playgrounds, hidden)
        restyle(kind, hidden)
        for path in DOCUMENTS:
            answer = ask(path, TOWN_AGENT)
            assert answer.status == 200
            told[path].add(answer.body)
            whole[path].add(ask(path, PLANNER).body)
    assert {path: len(bodies) for path, bodies in told.items()} == dict.fromkeys(DOCUMENTS, 1)
    # The claim can fail: who reads every row is told of both.
    assert all(len(whole[path]) == 2 for path in DOCUMENTS[:4])


@pytest.mark.parametrize("kind", KINDS)
def test_pages_and_files_tell_no_class_of_hidden_rows(playgrounds: World, kind: str) -> None:
    hide(playgrounds, "81236")
    words = restyle(kind, "81236")
    leaks = {path: _words_in(path, TOWN_AGENT, words) for path in PAGES}
    assert leaks == dict.fromkeys(PAGES, frozenset())
    assert _words_in(PAGES[0], GARDENER, words)


def _words_in(path: str, person: Person, words: list[str]) -> frozenset[str]:
    """Return the words in a page or a file and, for the map, in the drawing of its layer, which it reads apart."""
    answer = ask(path, person)
    drawings = re.findall(rf'"(/carte/dessins/{PLAYGROUNDS}/[^"]+)"', answer.body)
    assert bool(drawings) == (path == PAGES[0])
    return answer.shows(words).union(*(ask(each, person).shows(words) for each in drawings))


def test_what_is_read_keeps_its_class(playgrounds: World) -> None:
    hide(playgrounds, "81236")
    restyle("categories", "81236")
    assert ask(f"{_STYLES}/portail?f=qml", TOWN_AGENT).shows(["Titre-Visible"])


def test_codes_of_the_schema_stay_whatever_the_rows(playgrounds: World) -> None:
    everywhere = {
        str(person): ask(f"{_STYLES}/portail?f=qml", person).shows(["ouvert", "ferme", "projet"])
        for person in (PLANNER, TOWN_AGENT)
    }
    assert everywhere[str(TOWN_AGENT)] == everywhere[str(PLANNER)] != frozenset()


def test_a_commune_s_portal_draws_by_the_classes_of_the_territory(playgrounds: World) -> None:
    hide(playgrounds, "81236")
    words = restyle("graduated", "81236")
    path = f"{_STYLES}/portail?f=qml"
    assert get(path, PLANNER, host="meudon.localhost").shows(words)
