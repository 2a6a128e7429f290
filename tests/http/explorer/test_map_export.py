"""Files and pictures of a map: what everybody sees, or with ``interne=1`` what the person who requests them sees."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from export_formats.services import export_sent
from interface.standalone import features
from layers.models import Grant
from tests.people import GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import get
from tests.world import MATRICULE, PLAYGROUNDS, TREES, ZONES, World

FILE, PICTURE = "/carte/fichier.html", "/carte/image.svg"
BOTH = f"couches={PLAYGROUNDS}&couches={TREES}"
WAYS = [FILE, PICTURE]


def taken(query: str, person: Person = PUBLIC, way: str = FILE) -> HttpResponse:
    """Return a file of the map as somebody's browser gets it."""
    client = Client()
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(f"{way}?{query}")
    assert answer.status_code == 200, answer.content[-800:]
    return answer  # type: ignore[return-value]  # as Django's client types it


def text_of(query: str, person: Person = PUBLIC, way: str = FILE) -> str:
    """Return the text of a file of the map."""
    return taken(query, person, way).content.decode()


def titles(text: str) -> set[str]:
    """Return the titles of the features that the script of a file draws."""
    documents = re.findall(r"_add\((\{.*?\})\);\n", text)
    found = [feature for document in documents for feature in json.loads(document)["features"]]
    return {each["properties"]["title"] for each in found if isinstance(each["id"], int)}


@pytest.fixture
def told() -> Iterator[list[dict[str, Any]]]:
    """What the journal hears of files that are taken."""
    heard: list[dict[str, Any]] = []

    def hear(**said: Any) -> None:
        heard.append(said)

    export_sent.connect(hear)
    yield heard
    export_sent.disconnect(hear)


def test_a_file_holds_what_everybody_sees(world: World) -> None:
    assert titles(text_of(BOTH, PLANNER)) == {"Cedre-Meudon", "Platane-Boulogne"}


def test_a_file_holds_internal_features_when_its_asker_says_so_and_warns_of_it(world: World) -> None:
    text = text_of(f"{BOTH}&interne=1", TOWN_AGENT)
    assert {"Jeux-Val", "Jeux-Bruyeres"} <= titles(text)
    assert "Jeux-Pont" not in text
    assert "contient des données internes" in text


def test_saying_so_gives_nobody_more_than_their_rights(world: World) -> None:
    assert titles(text_of(f"{BOTH}&interne=1")) == {"Cedre-Meudon", "Platane-Boulogne"}


def test_a_reserved_value_is_in_no_file(world: World) -> None:
    assert MATRICULE not in text_of(f"couches={TREES}", GARDENER)


def test_filters_and_places_narrow_a_file(world: World) -> None:
    assert titles(text_of(f"couches={TREES}&commune=92048")) == {"Cedre-Meudon"}


def test_a_file_says_what_is_asked_its_sources_and_its_day(world: World) -> None:
    text = text_of(f"couches={TREES}&commune=92048")
    assert "Meudon" in text
    assert "Carte du" in text


@pytest.mark.parametrize("way", WAYS)
def test_a_layer_that_may_not_be_downloaded_is_not_in_a_file_which_says_so(world: World, way: str) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS).update(can_download=False)
    text = text_of(f"{BOTH}&interne=1", PLANNER, way)
    assert "Jeux-" not in text
    assert "votre droit ne permet pas" in text


def test_a_file_that_leaves_features_out_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.map_export.files.MAX_FEATURES", 3)
    text = text_of(f"couches={TREES}&couches={ZONES}")
    assert features.MAX_FEATURES > 3
    assert "Objets montrés\u00a0: 1 sur 3." in text


@pytest.mark.parametrize(("way", "extension"), [(FILE, "html"), (PICTURE, "svg")])
def test_the_journal_hears_what_is_taken(
    world: World, told: list[dict[str, Any]], way: str, extension: str
) -> None:
    taken(f"{BOTH}&interne=1", PLANNER, way)
    heard = {said["scope"].slug: (said["extension"], said["rows"]) for said in told}
    assert heard == {PLAYGROUNDS: (extension, 3), TREES: (extension, 2)}


def test_a_file_is_shut_in(world: World) -> None:
    policy = taken(f"couches={TREES}").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert policy.endswith("sandbox allow-scripts")


def test_a_picture_draws_the_features_its_legend_and_its_sources(world: World) -> None:
    text = text_of(f"couches={TREES}", way=PICTURE)
    assert text.startswith("<svg")
    assert "Arbres remarquables (2)" in text
    assert "Source de" in text
    assert not re.search(r"<script| style=|href", text)


@pytest.mark.parametrize("query", ["vue=ailleurs", "interne=oui", "inconnu=1", f"{TREES}.disjoint=@"])
def test_a_bad_value_is_named(world: World, query: str) -> None:
    answer = get(f"{FILE}?couches={TREES}&{query}", by_basic=False)
    assert answer.status == 400
    assert query.partition("=")[0].removeprefix(f"{TREES}.") in answer.body


def test_the_drawing_of_a_page_is_what_its_reader_sees(world: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS).update(can_download=False)  # the page shows it all the same
    mine, others = (
        text_of(f"couches={PLAYGROUNDS}", person, "/carte/dessin.svg") for person in (GARDENER, PUBLIC)
    )
    assert mine.count("<circle") + mine.count("<path") > others.count("<circle") + others.count("<path")


def test_relations_are_drawn_of_the_layers_that_are_taken(world: World) -> None:
    near = f"couches={TREES}&{TREES}.touching={PLAYGROUNDS}@300"
    dashes = "stroke-dasharray"
    assert dashes in text_of(f"couches={TREES}&{TREES}.touching={ZONES}@300*", way=PICTURE)
    assert dashes not in text_of(near, PLANNER, PICTURE)
    assert dashes in text_of(f"{near}&interne=1", PLANNER, PICTURE)
    assert "dashArray" in text_of(f"{near}&interne=1", PLANNER)
