"""The search: what each person finds, what is said of the rest, and never a trace of what is hidden."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from explorer.search import queries as search_queries
from explorer.search.results import SearchQuery
from layers.access import Scope
from layers.errors import TooSlow
from layers.models import ProtectedField
from layers.parsing import FeatureQuery
from layers.queries import Selection, select
from layers.visitor import Visitor
from tests.examples import is_thorough
from tests.people import ADMINISTRATOR, EVERYBODY, GARDENER, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import ask, get
from tests.world import (
    ALL_PLAYGROUNDS,
    ARCHIVED,
    DRAFT,
    IN_MEUDON,
    MATRICULE,
    PLAYGROUNDS,
    TREES,
    ZONES,
    World,
)

PAGE, SUGGESTIONS = "/recherche/", "/recherche/suggestions/"
BOTH = pytest.mark.parametrize("address", [PAGE, SUGGESTIONS])
# By no right, by those of a group, by those on some rows, by every right.
KINDS = (PUBLIC, OUTSIDER, PLANNER, TOWN_AGENT, ADMINISTRATOR)
SEEN = {PLANNER: ALL_PLAYGROUNDS, GARDENER: ALL_PLAYGROUNDS, TOWN_AGENT: IN_MEUDON}


def found(address: str, text: str, person: Person = PUBLIC, host: str = "localhost") -> str:
    return ask(address, {"q": text}, person, host=host, by_basic=False).body  # type: ignore[arg-type]


@BOTH
def test_a_feature_is_found_by_a_word_without_case_nor_accents(world: World, address: str) -> None:
    assert f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/" in found(address, "CÈDRE")


@BOTH
def test_a_layer_is_found(world: World, address: str) -> None:
    assert f'href="/catalogue/{TREES}/"' in found(address, "arbres remarquables")


@BOTH
@pytest.mark.parametrize("text", ["sevres", "92072"])
def test_a_commune_leads_to_the_map(world: World, address: str, text: str) -> None:
    assert "/carte/?commune=92072" in found(address, text)


@BOTH
def test_a_position_leads_to_the_map(world: World, address: str) -> None:
    assert "near=2.23100,48.80500&amp;radius=300" in found(address, "48.805, 2.231")


@BOTH
def test_no_result_is_a_page_all_the_same(world: World, address: str) -> None:
    assert get(f"{address}?q=xyzzy", by_basic=False).status == 200


def test_a_feature_of_the_page_can_be_seen_on_the_map(world: World) -> None:
    pk = world.trees["Cedre-Meudon"].pk
    assert f"/carte/?couches={TREES}&amp;objet={TREES}/{pk}" in found(PAGE, "cedre")


@BOTH
@pytest.mark.parametrize("person", EVERYBODY if is_thorough() else KINDS, ids=str)
def test_each_person_finds_the_features_they_may_see(world: World, address: str, person: Person) -> None:
    names = {name for name in ALL_PLAYGROUNDS if re.search(rf"{name}\s*<", found(address, name, person))}
    assert names == (ALL_PLAYGROUNDS if person.is_administrator else SEEN.get(person, frozenset()))


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER], ids=str)
@BOTH
def test_a_hidden_layer_leaves_no_trace(world: World, address: str, person: Person) -> None:
    page = found(address, "aires de jeux", person)
    assert PLAYGROUNDS not in page
    assert "Aires de jeux" not in page


@BOTH
def test_a_hidden_field_finds_nothing(world: World, address: str) -> None:
    assert "Cedre-Meudon" not in found(address, MATRICULE, PLANNER)


@BOTH
def test_a_protected_field_finds_for_its_readers(world: World, address: str) -> None:
    assert "Cedre-Meudon" in found(address, MATRICULE, GARDENER)


def test_a_hidden_title_is_not_shown_by_another_field(world: World) -> None:
    title = world.trees["Cedre-Meudon"].nom_vernaculaire
    layer = ProtectedField.objects.filter(name="matricule").get().layer
    ProtectedField.objects.create(layer=layer, name="nom_vernaculaire")
    body = found(PAGE, str(title)).replace(f"«\u00a0{title}\u00a0»", "").replace(f'value="{title}"', "")
    assert f">{title}<" not in body


@BOTH
def test_drafts_and_archives_are_not_found(world: World, address: str) -> None:
    page = found(address, "prescription")
    assert DRAFT not in page
    assert ARCHIVED not in page


@BOTH
def test_the_portal_of_a_commune_finds_its_own(world: World, address: str) -> None:
    page = found(address, "platane", host="meudon.localhost")
    assert "Platane-Boulogne" not in page


@BOTH
def test_wildcards_are_plain_characters(world: World, address: str) -> None:
    assert "Cedre-Meudon" not in found(address, "%%")


@BOTH
@pytest.mark.parametrize("query", ["couleur=bleu", "q=a&q=b", "q=" + "x" * 201, "q=a%00b"])
def test_bad_input_is_a_400(world: World, address: str, query: str) -> None:
    assert get(f"{address}?{query}", by_basic=False).status == 400


def test_what_is_found_and_not_listed_is_counted(world: World) -> None:
    few = search_queries.SearchLimits(
        towns=1, layers=1, features=1, best=0, addresses=1, seconds=5, is_counted=True
    )
    results = search_queries.search(Visitor(instant=timezone.now()), SearchQuery("e-"), few)
    assert [group.more for group in results.features if group.scope.slug == TREES] == [1]


def test_a_layer_without_time_to_answer_is_named(world: World) -> None:
    none = search_queries.SearchLimits(
        towns=9, layers=9, features=9, best=0, addresses=1, seconds=-1, is_counted=True
    )
    results = search_queries.search(Visitor(instant=timezone.now()), SearchQuery("cedre"), none)
    assert TREES in [scope.slug for scope in results.unasked]


def test_a_layer_that_is_too_slow_spoils_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class SlowSelection(Selection):
        def count(self) -> int:
            raise TooSlow("")

    def slow(scope: Scope, query: FeatureQuery) -> Selection:
        selection = select(scope, query)
        values = {field.name: getattr(selection, field.name) for field in fields(selection)}
        return SlowSelection(**values) if scope.slug == ZONES else selection

    def slow_together(selections: Sequence[Selection]) -> list[int]:
        raise TooSlow("")

    monkeypatch.setattr(search_queries, "select", slow)
    monkeypatch.setattr(search_queries, "selection_counts", slow_together)
    page = found(PAGE, "cedre")
    assert "Cedre-Meudon" in page
    assert "n’ont pas été fouillées" in page
    assert ZONES in page


def test_what_answered_is_told_when_it_is_not_the_name(world: World) -> None:
    tree = world.trees["Cedre-Meudon"]
    tree.adresse = "Terrasse de l’Observatoire"
    tree.save()
    assert "Terrasse de l’Observatoire" in found(PAGE, "observatoire")


def test_without_a_geocoder_no_page_speaks_of_addresses(world: World, client: Client) -> None:
    page = client.get(PAGE, {"q": "rue du port"}).content.decode()
    assert "ou une adresse" not in page


def test_with_a_geocoder_the_search_box_says_so(world: World, client: Client, settings: Settings) -> None:
    settings.PORTAL_GEOCODER_URL = "http://127.0.0.1:9"
    pages = [client.get(address).content.decode() for address in ("/", "/recherche/")]
    assert [page.count("ou une adresse") for page in pages] == [2, 2]


def test_the_page_of_results_stays_out_of_search_engines(world: World) -> None:
    assert '<meta name="robots" content="noindex">' in found(PAGE, "cedre")
