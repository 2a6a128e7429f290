"""« Connecter mes outils »: the addresses and commands of the portal and of each layer somebody sees."""

from __future__ import annotations

import html
import re

import pytest

from tests.people import OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person, of_each_right
from tests.protocols import get
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, World
from tests.writes import EDITOR, give_editing_rights

TOOLS = ["qgis", "gdal", "python", "r", "excel", "curl"]


def page(path: str, person: Person = PUBLIC, host: str = "localhost") -> str:
    return get(path, person, by_basic=False, host=host).body


@pytest.mark.parametrize("path", ["/connecter/", f"/connecter/{TREES}/"])
@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_has_its_section(world: World, path: str, tool: str) -> None:
    assert f'id="{tool}"' in page(path)


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost/api/",
        f"http://localhost/api/collections/{TREES}/items",
        f"http://localhost/tiles/{TREES}.json",
        f"http://localhost/tiles/{TREES}/{{z}}/{{x}}/{{y}}.mvt",
        f"http://localhost/export/{TREES}.csv",
    ],
)
def test_addresses_are_ready_to_copy(world: World, address: str) -> None:
    assert f'data-copy="{address}"' in page(f"/connecter/{TREES}/")


def test_addresses_are_those_of_the_portal_that_is_asked(world: World) -> None:
    assert "http://meudon.localhost/api/" in page(f"/connecter/{TREES}/", host="meudon.localhost")


@pytest.mark.parametrize("slug", [PLAYGROUNDS, DRAFT, ARCHIVED, "rien-du-tout"])
def test_a_hidden_layer_has_no_page(world: World, slug: str) -> None:
    assert get(f"/connecter/{slug}/", by_basic=False).status == 404


@pytest.mark.parametrize("person", of_each_right(), ids=str)
def test_layers_are_those_that_somebody_sees(world: World, person: Person) -> None:
    is_listed = f'href="/connecter/{PLAYGROUNDS}/"' in page("/connecter/", person)
    is_seen = get(f"/catalogue/{PLAYGROUNDS}/", person, by_basic=False).status == 200
    assert is_listed == is_seen


def test_an_internal_layer_says_how_to_identify(world: World) -> None:
    body = page(f"/connecter/{PLAYGROUNDS}/", TOWN_AGENT)
    assert "Authorization: Bearer" in body
    assert "PORTAL_TOKEN" in body
    assert "De base" in body


def test_an_open_layer_asks_for_no_token(world: World) -> None:
    commands = re.findall(r"<code data-command=.*?</code>", page(f"/connecter/{TREES}/"), re.DOTALL)
    assert (len(commands), [text for text in commands if "PORTAL_TOKEN" in text]) == (5, [])


def test_no_command_holds_a_token(world: World) -> None:
    commands = re.findall(
        r"<code data-command=.*?</code>", page(f"/connecter/{PLAYGROUNDS}/", PLANNER), re.DOTALL
    )
    assert [text for text in commands if "geo_" in html.unescape(text)] == []


@pytest.mark.parametrize("path", ["/connecter/", f"/connecter/{TREES}/"])
def test_an_unknown_parameter_is_named(world: World, path: str) -> None:
    answer = get(f"{path}?couleur=bleu", by_basic=False)
    assert (answer.status, "couleur" in answer.body) == (400, True)


@pytest.mark.parametrize("path", [f"/catalogue/{TREES}/", f"/api/collections/{TREES}?f=html"])
def test_the_pages_of_a_layer_lead_there(world: World, path: str) -> None:
    assert f'href="/connecter/{TREES}/"' in page(path, OUTSIDER)


def test_who_may_edit_is_told_how_in_qgis(world: World) -> None:
    give_editing_rights()
    told = {
        str(person): "If-Match" in page(f"/connecter/{TREES}/", person)
        for person in (EDITOR, OUTSIDER, PUBLIC)
    }
    assert told == {EDITOR.name: True, OUTSIDER.name: False, "public": False}


def test_who_may_edit_is_told_first_that_basic_saves_nothing(world: World) -> None:
    give_editing_rights()
    body = page(f"/connecter/{TREES}/", EDITOR)
    steps = re.findall(r"<li>(.*?)</li>", body[body.index('id="qgis-modifier"') :], re.DOTALL)
    assert "De base" in steps[0]
    assert "chaque enregistrement échoue" in steps[0]


@pytest.mark.parametrize("path", ["/connecter/", f"/connecter/{TREES}/"])
def test_pictures_have_sizes_that_browsers_read(world: World, path: str) -> None:
    sizes = re.findall(r'<img [^>]*width="([^"]*)" height="([^"]*)"', page(path))
    assert len(sizes) > 0
    assert all(text.isdecimal() for size in sizes for text in size)
