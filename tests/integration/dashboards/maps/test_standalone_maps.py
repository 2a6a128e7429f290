"""The stand-alone map: what its file holds, what it never asks, and whose rights it obeys."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.maps.kind import MAP
from dashboards.panels.kinds import PanelRequest
from dashboards.reading.panel_views import standalone_response
from interface.standalone import features
from interface.standalone.document import StandaloneMap
from layers import access
from layers.errors import Forbidden
from layers.models import Grant
from layers.parsing import FeatureQuery
from tests import factories
from tests.people import PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.selections import visitor
from tests.world import MATRICULE, PLAYGROUNDS, TREES, ZONES, World

HOSTILE = "</script><script>alert(1)</script>"
CATEGORIES = {"mode": "categories"}


def asked(layer: str, options: dict[str, Any], person: Person = PUBLIC, **question: Any) -> PanelRequest:
    """Return a map panel asked by a person."""
    somebody = visitor(person)
    questioned = PanelQuestion(layer, **question)
    panel = Panel("carte", "map", title="Où sont-ils", question=questioned, options=options)
    return PanelRequest(panel, questioned, somebody, access.scope(somebody, layer), FeatureQuery())


def written(layer: str, options: dict[str, Any], person: Person = PUBLIC, **question: Any) -> str:
    """Return the text of the file."""
    return MAP.map_file(asked(layer, options, person, **question)).content.decode()


class _Addresses(HTMLParser):
    """Collects what the tags of a page would fetch or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        names = {"src", "href", "action", "data", "poster", "srcset", "style"}
        self.found += [f"{tag} {name}={value}" for name, value in attributes if name in names]


@pytest.fixture
def hostile_trees(catalogue: Any) -> StandaloneMap:
    """The file of a tree whose words are a script."""
    factories.tree(HOSTILE, adresse="<img src=x onerror=alert(1)>", genre="Cedrus")
    return MAP.map_file(asked(TREES, CATEGORIES))


def test_a_file_fetches_nothing(hostile_trees: StandaloneMap) -> None:
    assert _Addresses(hostile_trees.content.decode()).found == []


def test_a_file_names_no_address_in_its_style(hostile_trees: StandaloneMap) -> None:
    styles = re.findall(r"<style>(.*?)</style>", hostile_trees.content.decode(), re.DOTALL)
    assert not [sheet for sheet in styles if "url(" in sheet or "@import" in sheet]


def test_a_file_has_the_scripts_of_leaflet_of_the_portal_and_of_its_map_alone(
    hostile_trees: StandaloneMap,
) -> None:
    assert _Addresses(hostile_trees.content.decode()).scripts == 3


def test_a_script_in_a_value_is_text(hostile_trees: StandaloneMap) -> None:
    assert "<script>alert" not in hostile_trees.content.decode()


def test_the_policy_of_a_file_lets_it_ask_nothing(hostile_trees: StandaloneMap) -> None:
    assert hostile_trees.policy.startswith("default-src 'none'; script-src 'sha256-")


def test_the_page_says_its_policy_itself(hostile_trees: StandaloneMap) -> None:
    head = hostile_trees.content.decode().split("<style>", 1)[0]
    assert hostile_trees.policy in head.replace("&#x27;", "'")


def test_the_answer_is_shut_in(catalogue: Any) -> None:
    policy = standalone_response(MAP, asked(TREES, CATEGORIES))["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self'; sandbox allow-scripts")


def test_popups_tell_the_key_facts(world: World) -> None:
    assert dict(features_of(written(ZONES, CATEGORIES))["UMeudon"]) == {"Type de zone": "Zone urbaine"}


def test_a_hidden_field_is_in_no_file(world: World) -> None:
    assert MATRICULE not in written(TREES, CATEGORIES, PUBLIC)


def test_hidden_rows_are_in_no_file(world: World) -> None:
    assert set(features_of(written(PLAYGROUNDS, CATEGORIES, TOWN_AGENT))) == {"Jeux-Val", "Jeux-Bruyeres"}


def test_who_sees_every_row_takes_every_row(world: World) -> None:
    assert "Jeux-Pont" in features_of(written(PLAYGROUNDS, CATEGORIES, PLANNER))


def test_who_may_not_download_takes_no_features(world: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS).update(can_download=False)
    with pytest.raises(Forbidden):
        MAP.map_file(asked(PLAYGROUNDS, CATEGORIES, PLANNER))


def test_who_may_not_download_still_takes_a_measure_by_commune(world: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS).update(can_download=False)
    assert dict(features_of(written(PLAYGROUNDS, {"mode": "choropleth"}, PLANNER))["Meudon"]) == {
        "Nombre d’objets": "2"
    }


def test_circles_of_communes_are_in_the_file(world: World) -> None:
    held = features_of(written(TREES, {"mode": "symbols"}))
    assert dict(held["Meudon"]) == {"Nombre d’objets": "1"}


def test_joined_surfaces_tell_their_measure(world: World) -> None:
    options = {"mode": "choropleth", "join": {"layer": ZONES, "key": "libelle"}}
    held = features_of(written(ZONES, options, by=("libelle",)))
    assert held["UMeudon"][0] == ["Nombre d’objets", "1"]


def test_circles_of_joined_surfaces_are_in_the_file(world: World) -> None:
    options = {"mode": "symbols", "join": {"layer": ZONES, "key": "libelle"}}
    held = features_of(written(ZONES, options, by=("libelle",)))
    assert held["UMeudon"] == [["Nombre d’objets", "1"]]


def test_a_file_that_leaves_features_out_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "MAX_FEATURES", 2)
    assert "Objets montrés\u00a0: 2 sur 3." in written(ZONES, CATEGORIES)


def test_a_file_stays_under_its_size(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "MAX_BYTES", 700)
    assert len(features_of(written(ZONES, CATEGORIES))) < 3


def test_large_outlines_are_read_by_fewer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "_MAX_READ_BYTES", 600)
    assert len(features_of(written(ZONES, CATEGORIES))) < 3


@pytest.mark.parametrize(("mode", "scripts"), [("clusters", 4), ("heat", 5)])
def test_many_points_have_scripts_of_their_own_that_the_policy_names(
    world: World, mode: str, scripts: int
) -> None:
    text = written(TREES, {"mode": mode})
    assert _Addresses(text).scripts == text.split("<style>", 1)[0].count("sha256-") - 3 == scripts


@pytest.mark.parametrize("mode", ["clusters", "heat"])
def test_a_script_in_a_value_is_text_among_many_points(catalogue: Any, mode: str) -> None:
    factories.tree(HOSTILE)
    assert "<script>alert" not in written(TREES, {"mode": mode})


@pytest.mark.parametrize("mode", ["clusters", "heat"])
def test_an_empty_map_of_many_points_is_a_file_too(catalogue: Any, mode: str) -> None:
    assert "Où sont-ils" in written(TREES, {"mode": mode})


def test_an_empty_map_is_a_file_too(catalogue: Any) -> None:
    assert "Où sont-ils" in written(TREES, CATEGORIES)


def features_of(text: str) -> dict[str, list[Any]]:
    """Return the facts of the features that the script of a file draws, by title."""
    documents = re.findall(r"_add\((\{.*?\})\);\n", text)
    found = [feature for document in documents for feature in json.loads(document)["features"]]
    return {f["properties"]["title"]: f["properties"]["facts"] for f in found if f["properties"]["facts"]}
