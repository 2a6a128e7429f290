"""What is around a person: the tab of the map, its list that is no dead end, the sheet that says how far it is."""

from __future__ import annotations

import re
from html import unescape

import pytest
from pytest_django import Settings

from tests import factories
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person, of_each_right
from tests.protocols import Answer, get
from tests.world import ALL_PLAYGROUNDS, IN_MEUDON, PLAYGROUNDS, TREES, World

HTMX = {"HX-Request": "true"}
SHOWN = {
    PLANNER: ALL_PLAYGROUNDS,
    GARDENER: ALL_PLAYGROUNDS,
    ADMINISTRATOR: ALL_PLAYGROUNDS,
    TOWN_AGENT: IN_MEUDON,
}
LONGITUDE, LATITUDE = MIDDLES[MEUDON]
NEAR = f"near={LONGITUDE + 0.01},{LATITUDE}"  # 734 m east of what is in Meudon


def tab(tail: str = "", person: Person = PUBLIC, *, layer: str = TREES, radius: int = 300) -> Answer:
    address = f"/carte/autour/?couches={layer}&{NEAR}&radius={radius}{tail}"
    return get(address, person, by_basic=False, **HTMX)


def test_the_nearest_beyond_the_radius_is_told(world: World) -> None:
    body = tab().body
    assert "Le plus proche\u00a0: Cedre-Meudon, à 734\u00a0m" in body
    assert "Rien à moins de" in body


def test_the_words_speak_of_here(world: World) -> None:
    assert "autour de vous" in tab("&moi=oui").body
    assert "autour d’ici" in tab().body


@pytest.mark.parametrize("person", of_each_right(), ids=str)
def test_the_tab_names_only_what_the_person_sees(world: World, person: Person) -> None:
    answer = tab(f"&sujet={PLAYGROUNDS}", person, layer=PLAYGROUNDS)
    shown = SHOWN.get(person, frozenset())
    assert answer.shows(ALL_PLAYGROUNDS) == shown
    assert (PLAYGROUNDS in answer.body) is bool(shown)


def test_a_hidden_subject_reads_like_one_that_does_not_exist(world: World) -> None:
    hidden, unknown = (tab(f"&sujet={slug}", layer="") for slug in (PLAYGROUNDS, "n-existe-pas"))
    assert hidden.status == 200
    assert hidden.body == unknown.body


def test_an_unknown_parameter_of_the_tab_is_a_400(world: World) -> None:
    answer = tab("&couleur=bleu")
    assert answer.status == 400
    assert "couleur" in answer.body


@pytest.mark.parametrize(("query", "culprit"), [("moi=non", "moi"), ("commune=99999", "commune")])
def test_what_cannot_be_read_is_named_before_a_point_is_chosen(
    world: World, query: str, culprit: str
) -> None:
    answer = get(f"/carte/autour/?couches={TREES}&{query}", by_basic=False, **HTMX)
    assert answer.status == 400
    assert culprit in answer.body


def test_without_htmx_the_map_shows_the_tab(world: World) -> None:
    answer = get(f"/carte/autour/?couches={TREES}&{NEAR}&radius=300&moi=oui", by_basic=False)
    assert answer.status == 302
    assert "onglet=autour" in answer.headers["Location"]
    assert "moi=" not in answer.headers["Location"]


def test_the_list_of_the_map_tells_the_nearest_where_its_radius_holds_none(world: World) -> None:
    body = get(f"/carte/?couches={TREES}&{NEAR}&radius=300", by_basic=False).body
    assert "d’ici." in body
    assert "Le plus proche\u00a0: Cedre-Meudon, à 734\u00a0m" in body


def test_a_sheet_says_how_far_it_is_from_who_says_where_they_are(world: World) -> None:
    address = f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/"
    assert "734\u00a0m" in get(f"{address}?{NEAR}", by_basic=False).body
    assert "min à pied" not in get(address, by_basic=False).body
    assert get(f"{address}?near=2,948", by_basic=False).status == 400


def test_the_way_to_a_feature_is_a_link_of_the_setting(world: World, settings: Settings) -> None:
    address = f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/"
    place = f"{LATITUDE:.5f},{LONGITUDE:.5f}"
    by_default = get(address, by_basic=False).body
    assert f'href="geo:{place}?q={place}(Cedre-Meudon)"' in by_default
    assert "openstreetmap.org/directions" in by_default
    settings.PORTAL_DIRECTIONS = ["google"]
    by_google = get(address, by_basic=False).body
    assert "google.com/maps/dir/" in by_google
    assert "geo:" not in by_google
    settings.PORTAL_DIRECTIONS = []
    assert "Itinéraire" not in get(address, by_basic=False).body


def test_the_portal_of_a_town_tells_who_stands_outside_and_offers_the_nearest_anyway(world: World) -> None:
    east = (
        f"couches={TREES}&sujet={TREES}&near={MIDDLES[BOULOGNE][0]},{MIDDLES[BOULOGNE][1]}&radius=300&moi=oui"
    )
    meudon = "meudon.localhost"
    body = get(f"/carte/autour/?{east}", by_basic=False, **HTMX, Host=meudon).body
    assert "Vous êtes hors de Meudon." in body
    assert "Cedre-Meudon" in body
    assert "Platane-Boulogne" not in body
    link = re.search(r'href="http://localhost(?::\d+)?(/carte/\?[^"]+)"\s+data-nearby-everywhere', body)
    assert link is not None
    around = unescape(link[1]).replace("/carte/", "/carte/autour/", 1)
    everywhere = get(around, by_basic=False, **HTMX)
    assert "Le plus proche\u00a0: Platane-Boulogne" in everywhere.body
    assert "hors de" not in everywhere.body


def test_the_home_page_asks_where_the_person_is_in_one_action(world: World) -> None:
    link = re.search(
        r'href="(/carte/\?[^"]+)"[^>]*>(?:<svg.*?</svg>)?Autour de moi', get("/", by_basic=False).body, re.S
    )
    assert link is not None
    assert "near=moi" in link[1]
    assert get(unescape(link[1]), by_basic=False).status == 200


def test_every_subject_is_a_link_that_opens_once_a_subject_is_chosen(world: World) -> None:
    body = tab(f"&sujet={TREES}", PLANNER, layer=PLAYGROUNDS).body
    links = [unescape(link) for link in re.findall(r'class="chip[^"]*" href="(/carte/\?[^"]+)"', body)]
    assert len(links) == 2
    assert {get(link, PLANNER, by_basic=False).status for link in links} == {200}


def _words(body: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(body)).replace("\xa0", " ").split())


def test_how_sure_a_distance_is_is_said_once_and_names_its_limit(world: World) -> None:
    far = {"Cedre-Un": (0.0010, 150), "Cedre-Deux": (0.0020, 200)}
    for name, (east, error) in far.items():
        factories.tree(name, at=(LONGITUDE + east, LATITUDE), precision_position=error)
    world.trees["Cedre-Meudon"].delete()
    around = f"/carte/autour/?couches={TREES}&sujet={TREES}&near={LONGITUDE},{LATITUDE}&radius=150"
    words = _words(get(around, by_basic=False, **HTMX).body)
    assert "Parmi les plus proches : Cedre-Un, à 73 m, à 150 m près" in words
    assert words.count("à 150 m près") == 1
    assert words.count("à 200 m près") == 1
    assert words.count("proche de la limite de 150 m") == 2
    assert "Le plus proche" not in words


def test_the_nearest_beyond_a_radius_is_not_asserted_where_another_may_be(world: World) -> None:
    for number in range(2):
        place = (LONGITUDE + 0.01 + number / 10_000, LATITUDE)
        factories.tree(f"Cedre-{number}", at=place, precision_position=100)
    world.trees["Cedre-Meudon"].delete()
    around = f"/carte/?couches={TREES}&near={LONGITUDE},{LATITUDE}&radius=100"
    words = _words(get(around, by_basic=False).body)
    assert "Parmi les plus proches : Cedre-0" in words
