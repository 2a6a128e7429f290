"""A hostname is a portal: a commune's portal narrows every way in, by the rule of ``commune=``; it never widens."""

from __future__ import annotations

import pytest

from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT
from tests.protocols import (
    COLLECTION,
    COUNT,
    HOME,
    ITEM,
    ITEM_PAGE,
    ITEMS,
    MAP,
    OF_FEATURES,
    PHOTO,
    SHEET,
    TILEJSON,
    Protocol,
    get,
    matched,
)
from tests.world import ALL_PLAYGROUNDS, IN_MEUDON, PLAYGROUNDS, TREES, ZONES, World

MEUDON, BOULOGNE, SEVRES = "meudon.localhost", "boulogne-billancourt.localhost", "sevres.localhost"
ZONE_NAMES = ("UMeudon", "UFrontiere", "USevres")
AT = {
    "localhost": {"UMeudon", "UFrontiere", "USevres"},
    MEUDON: {"UMeudon", "UFrontiere"},
    BOULOGNE: {"UFrontiere"},
    SEVRES: {"USevres"},
}


@pytest.mark.parametrize("host", AT)
@pytest.mark.parametrize("protocol", OF_FEATURES, ids=str)
def test_surfaces_are_shown_where_they_touch(world: World, protocol: Protocol, host: str) -> None:
    answer = protocol.ask(PUBLIC, host=host, slug=ZONES)
    assert answer.shows(ZONE_NAMES) == AT[host]


@pytest.mark.parametrize("host", AT)
def test_counts_are_narrowed(world: World, host: str) -> None:
    assert matched(COUNT.ask(PUBLIC, host=host, slug=ZONES)) == len(AT[host])


@pytest.mark.parametrize("protocol", OF_FEATURES, ids=str)
def test_points_are_shown_where_they_are(world: World, protocol: Protocol) -> None:
    names = ("Cedre-Meudon", "Platane-Boulogne")
    seen = [protocol.ask(PUBLIC, host=host, slug=TREES).shows(names) for host in (MEUDON, BOULOGNE, SEVRES)]
    assert seen == [{"Cedre-Meudon"}, {"Platane-Boulogne"}, set()]


@pytest.mark.parametrize("protocol", [ITEM, ITEM_PAGE, SHEET], ids=str)
def test_a_feature_of_another_commune_is_absent(world: World, protocol: Protocol) -> None:
    place = world.address(TREES)
    assert [protocol.ask(PUBLIC, host=h, **place).status for h in (MEUDON, BOULOGNE)] == [200, 404]


def test_so_is_its_photo(world: World) -> None:
    place = world.address(PLAYGROUNDS)
    assert [PHOTO.ask(PLANNER, host=h, **place).status for h in (MEUDON, BOULOGNE)] == [200, 404]


@pytest.mark.parametrize("protocol", [COLLECTION, TILEJSON], ids=str)
def test_extents_are_narrowed(world: World, protocol: Protocol) -> None:
    document = protocol.ask(PUBLIC, host=MEUDON, slug=TREES).document
    bounds = document["extent"]["spatial"]["bbox"][0] if protocol is COLLECTION else document["bounds"]
    assert bounds == [2.2095, 48.8095, 2.2105, 48.8105]


@pytest.mark.parametrize("protocol", OF_FEATURES, ids=str)
def test_rights_and_portal_narrow_together(world: World, protocol: Protocol) -> None:
    seen = {host: protocol.ask(TOWN_AGENT, host=host, slug=PLAYGROUNDS).shows(ALL_PLAYGROUNDS) for host in AT}
    assert seen == {"localhost": IN_MEUDON, MEUDON: IN_MEUDON, BOULOGNE: set(), SEVRES: set()}


@pytest.mark.parametrize("host", [MEUDON, BOULOGNE])
def test_a_portal_opens_no_hidden_layer(world: World, host: str) -> None:
    statuses = [ITEMS.ask(person, host=host, slug=PLAYGROUNDS).status for person in (PUBLIC, OUTSIDER)]
    assert statuses == [401, 404]


def test_an_administrator_is_narrowed_too(world: World) -> None:
    assert ITEMS.ask(ADMINISTRATOR, host=BOULOGNE, slug=ZONES).shows(ZONE_NAMES) == AT[BOULOGNE]


@pytest.mark.parametrize("question", ["commune=92012", "bbox=2,48,3,49", "filter=id%3E0", "ids={boulogne}"])
def test_no_question_leaves_the_portal(world: World, question: str) -> None:
    asked = question.format(boulogne=world.trees["Platane-Boulogne"].pk)
    document = get(f"/api/collections/{TREES}/items?{asked}", host=MEUDON).document
    assert "Platane-Boulogne" not in {
        feature["properties"]["nom_vernaculaire"] for feature in document["features"]
    }


@pytest.mark.parametrize("host", ["MEUDON.localhost", "Meudon.LocalHost:8000"])
def test_names_of_hosts_have_no_case(world: World, host: str) -> None:
    assert ITEMS.ask(PUBLIC, host=host, slug=ZONES).shows(ZONE_NAMES) == AT[MEUDON]


@pytest.mark.parametrize("host", ["rien.localhost", "paris.localhost:8000"])
@pytest.mark.parametrize(
    "path", ["/", "/catalogue/", "/api/", f"/api/collections/{TREES}/items", f"/tiles/{TREES}.json"]
)
def test_an_unknown_subdomain_is_a_404(world: World, host: str, path: str) -> None:
    assert get(path, host=host).status == 404


def test_an_unknown_subdomain_leads_back_to_the_territory(world: World) -> None:
    body = get("/", host="rien.localhost:8000").body
    assert "http://localhost:8000/" in body
    assert "rien.localhost" not in body


@pytest.mark.parametrize("protocol", [HOME, MAP], ids=str)
def test_pages_say_where_they_are(world: World, protocol: Protocol) -> None:
    assert "Meudon" in protocol.ask(PUBLIC, host=MEUDON).body


def test_the_territory_is_by_name_or_by_address(world: World) -> None:
    seen = [
        ITEMS.ask(PUBLIC, host=host, slug=ZONES).shows(ZONE_NAMES) for host in ("localhost", "127.0.0.1:8000")
    ]
    assert seen == [AT["localhost"]] * 2
