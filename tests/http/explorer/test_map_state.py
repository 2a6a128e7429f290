"""Links to the map that name what their reader does not have: it opens with the rest, and says what is left out."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.test import Client

from tests.map_config import whole_config
from tests.people import GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.protocols import get
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, ZONES, World

UNKNOWN = "rien-du-tout"
# Every place where an address names a layer.
NAMED = {
    "switched on": "couches={slug}&couches=plui-zones",
    "alone": "couches={slug}",
    "filtered": "couches=plui-zones&{slug}.etat=ouvert",
    "faint": "couches=plui-zones&opacite={slug}:40",
    "sheet": "couches=plui-zones&objet={slug}/3",
    "table": "couches=plui-zones&tableau={slug}&tri=-nom&colonnes=nom",
    "filters": "couches=plui-zones&onglet=filtres&filtres={slug}",
    "combined": "couches=plui-zones&plui-zones.touching={slug}@300",
    "combined with its filters": "couches=plui-zones&plui-zones.touching={slug}*&{slug}.etat=ouvert",
    "combined with a feature": "couches=plui-zones&plui-zones.touching={slug}/3",
}
PAGES = ["/carte/", "/carte/imprimer/", "/carte/telecharger/"]
_RANDOM = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]*"')


def opened(query: str, person: Person = PUBLIC, *, page: str = "/carte/", **headers: str) -> str:
    """Return the page that a link opens."""
    answer = get(f"{page}?{query}", person, by_basic=False, **headers)
    assert answer.status == 200
    return answer.body


def notice(body: str) -> str:
    """Return what is said of what is missing, empty when nothing is."""
    found = re.search(r'<div class="notice missing" role="status".*?</p>', body, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", found[0])).split()) if found else ""


def config(body: str) -> dict[str, object]:
    found = re.search(r'<script id="map-config" type="application/json">(.*?)</script>', body, re.DOTALL)
    assert found is not None
    return whole_config(json.loads(found[1]))


@pytest.mark.parametrize(
    ("page", "query"),
    # Each place on the map; the other pages read an address as the map does.
    [*(("/carte/", query) for query in NAMED.values()), *((page, NAMED["filtered"]) for page in PAGES[1:])],
)
def test_a_link_that_names_a_missing_layer_opens_and_names_it(world: World, page: str, query: str) -> None:
    said = notice(opened(query.format(slug=UNKNOWN), page=page))
    assert said.startswith("Une couche de ce lien n’existe pas sur cette carte, ou ne vous est pas ouverte :")
    assert f" {UNKNOWN}. " in said


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER], ids=str)
@pytest.mark.parametrize("query", NAMED.values(), ids=NAMED)
def test_a_hidden_layer_reads_like_one_that_does_not_exist(world: World, query: str, person: Person) -> None:
    told = {
        slug: _RANDOM.sub("", opened(query.format(slug=slug), person).replace(slug, UNKNOWN))
        for slug in (PLAYGROUNDS, DRAFT, ARCHIVED, UNKNOWN)
    }
    assert told == dict.fromkeys(told, told[UNKNOWN])


@pytest.mark.parametrize("query", NAMED.values(), ids=NAMED)
def test_the_list_asked_by_the_script_reads_the_same(world: World, query: str) -> None:
    asked = {"hx-request": "true"}
    told = [
        opened(query.format(slug=slug), **asked).replace(slug, UNKNOWN) for slug in (PLAYGROUNDS, UNKNOWN)
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize("query", NAMED.values(), ids=NAMED)
def test_who_sees_the_layer_is_told_nothing(world: World, query: str) -> None:
    pk = world.playgrounds["Jeux-Val"].pk
    assert notice(opened(query.format(slug=PLAYGROUNDS).replace("/3", f"/{pk}"), PLANNER)) == ""


def test_the_others_stay_on(world: World) -> None:
    body = opened(f"couches={UNKNOWN}&couches={ZONES}")
    assert re.findall(r'name="couches" value="([\w-]+)"[^>]* checked', body) == [ZONES]


def test_when_no_layer_of_the_link_is_left_none_is_on(world: World) -> None:
    body = opened(f"couches={UNKNOWN}")
    assert re.findall(r'name="couches" value="([\w-]+)"[^>]* checked', body) == []


def test_what_was_asked_of_a_missing_layer_leaves_the_address(world: World) -> None:
    body = opened(f"couches={ZONES}&{UNKNOWN}.etat=ouvert&{ZONES}.touching={UNKNOWN}&opacite={UNKNOWN}:40")
    asked = re.search(r'id="map-summary"\s+data-base-query="([^"]*)"', body)
    assert asked is not None
    assert unescape(asked[1]) == f"couches={ZONES}"


def test_the_script_is_told_what_to_leave_out(world: World) -> None:
    body = opened(f"couches={UNKNOWN}&couches={ZONES}&{ZONES}.touching={UNKNOWN}@300*&{ZONES}.typezone=N")
    assert config(body)["missing"] == {
        "layers": [UNKNOWN],
        "dropped": [[f"{ZONES}.touching", f"{UNKNOWN}@300*"]],
        "table": [],
    }


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("tri", "-absent"),
        ("tri", "matricule"),
        ("tri", "a b"),
        ("colonnes", "nom,absent"),
        ("colonnes", "etat_sanitaire"),
    ],
)
def test_what_the_table_of_a_link_refuses_is_named_and_left_out(
    world: World, parameter: str, value: str
) -> None:
    body = opened(f"couches={TREES}&tableau={TREES}&{parameter}={value}")
    assert notice(body).startswith("Le tableau ne suit pas un paramètre de ce lien")
    assert f" {parameter}={value}." in notice(body)
    assert config(body)["missing"] == {"layers": [], "dropped": [], "table": [[parameter, value]]}


def test_who_reads_a_protected_field_sorts_the_table_of_a_link_by_it(world: World) -> None:
    body = opened(f"couches={TREES}&tableau={TREES}&tri=-matricule&colonnes=matricule", GARDENER)
    assert notice(body) == ""


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (NAMED["filtered"], "Les filtres, le tri et les onglets qui en dépendent sont laissés de côté."),
        (NAMED["table"], "Les filtres, le tri et les onglets qui en dépendent sont laissés de côté."),
        (NAMED["combined"], "Un croisement est retiré : la carte montre peut-être plus d’objets"),
    ],
)
def test_what_is_left_out_with_the_layer_is_told(world: World, query: str, words: str) -> None:
    assert words in notice(opened(query.format(slug=UNKNOWN)))


def test_a_condition_that_is_left_out_filters_no_more(world: World) -> None:
    whole, left = (opened(f"couches={ZONES}{asked}") for asked in ("", f"&{ZONES}.touching={UNKNOWN}"))
    counts = [re.findall(r'id="count-plui-zones"[^>]*>([^<]*)<', body) for body in (whole, left)]
    assert counts[0] == counts[1] != []


@pytest.mark.parametrize("pk", ["999999", "hidden"])
def test_a_feature_that_a_link_combines_with_and_is_missing_is_told(world: World, pk: str) -> None:
    hidden = world.playgrounds["Jeux-Pont"].pk if pk == "hidden" else pk
    from_meudon = Person("agent-meudon", groups=("Ville de Meudon",))
    said = notice(opened(f"couches={ZONES}&{ZONES}.touching={PLAYGROUNDS}/{hidden}", from_meudon))
    assert said.startswith(
        "Un objet auquel ce lien compare une couche a été retiré, ou ne vous est pas ouvert."
    )


def test_a_layer_that_is_not_of_the_map_may_still_be_combined(world: World) -> None:
    assert notice(opened(f"couches={ZONES}&{ZONES}.touching=communes*&communes.nom=Meudon")) == ""


def test_several_missing_layers_are_named_together(world: World) -> None:
    said = notice(opened(f"couches={UNKNOWN}&couches={PLAYGROUNDS}"))
    assert said.startswith("Des couches de ce lien n’existent pas sur cette carte")
    assert f"{UNKNOWN}, {PLAYGROUNDS}." in said


def test_no_more_than_six_missing_layers_are_named(world: World) -> None:
    said = notice(opened("&".join(f"couches=absente-{number}" for number in range(9))))
    assert "absente-5…" in said
    assert "absente-6" not in said


@pytest.mark.parametrize(("person", "is_led"), [(PUBLIC, True), (OUTSIDER, False)], ids=str)
def test_who_has_not_signed_in_is_led_there_and_back_to_the_whole_link(
    world: World, person: Person, is_led: bool
) -> None:
    body = opened(f"couches={UNKNOWN}&q=a", person)
    ways = re.findall(r'href="([^"]*)"\s+data-missing-sign-in', body)
    assert ways == [f"/compte/connexion/?next=/carte/%3Fcouches%3D{UNKNOWN}%26q%3Da"] * is_led


def test_what_was_typed_is_never_markup(world: World) -> None:
    body = opened("couches=%3Cscript%3Ealert(1)%3C/script%3E&couches=%22%27")
    assert "<script>alert" not in body


@pytest.mark.parametrize(
    "query", [f"{ZONES}.touching=:", f"{ZONES}.inexistant=1", f"{ZONES}.touching={TREES}@x"]
)
def test_a_link_that_cannot_be_read_is_still_refused(world: World, query: str) -> None:
    assert Client().get(f"/carte/?couches={ZONES}&{query}").status_code == 400


@pytest.mark.parametrize("part", ["tableau", "filtres", "emprise", "statistiques"])
@pytest.mark.parametrize("slug", [UNKNOWN, PLAYGROUNDS])
def test_a_part_of_the_page_about_a_missing_layer_is_a_404(world: World, part: str, slug: str) -> None:
    assert get(f"/carte/{part}/{slug}/", **{"hx-request": "true"}).status == 404
