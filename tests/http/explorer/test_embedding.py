"""``/carte/integree/``: what everybody sees of a map, whoever is signed in, inside the sites of the setting."""

from __future__ import annotations

import json
import re
from typing import Any

from pytest_django import Settings

from tests.people import GARDENER, PLANNER, PUBLIC, Person
from tests.protocols import Answer, get
from tests.world import MATRICULE, PLAYGROUNDS, TREES, World

PAGE = "/carte/integree/"
BOTH = f"{PAGE}?couches={PLAYGROUNDS}&couches={TREES}"
_RANDOM = re.compile(r'nonce="[^"]*"')


def embedded(address: str, person: Person = PUBLIC) -> Answer:
    """Return the frame as somebody's browser gets it, with their session."""
    return get(address, person, by_basic=False)


def config(answer: Answer) -> dict[str, Any]:
    """Return what its script reads."""
    found = re.search(
        r'<script id="map-config" type="application/json">(.*?)</script>', answer.body, re.DOTALL
    )
    assert found is not None
    document: dict[str, Any] = json.loads(found[1])
    return document


def test_a_session_changes_nothing_of_a_frame(world: World) -> None:
    mine, theirs = embedded(BOTH, PLANNER), embedded(BOTH)
    assert _RANDOM.sub("", mine.body) == _RANDOM.sub("", theirs.body)


def test_a_frame_holds_open_layers_alone_and_says_that_some_are_missing(world: World) -> None:
    answer = embedded(BOTH, PLANNER)
    assert [layer["slug"] for layer in config(answer)["layers"]] == [TREES]
    assert "Jeux-" not in answer.body
    assert "n’est pas ouverte à tous" in answer.body


def test_the_script_of_a_frame_asks_without_a_session(world: World) -> None:
    assert config(embedded(BOTH, PLANNER))["credentials"] == "omit"


def test_a_frame_is_asked_what_the_map_is(world: World) -> None:
    found = config(embedded(f"{PAGE}?couches={TREES}&{TREES}.genre=Cedrus&commune=92048"))
    assert "genre" in found["queries"][TREES]
    assert "commune=92048" in found["queries"][TREES]


def test_a_reserved_field_is_refused_even_to_who_reads_it(world: World) -> None:
    assert embedded(f"{PAGE}?couches={TREES}&{TREES}.matricule={MATRICULE}", GARDENER).status == 400


def test_a_frame_leads_to_the_whole_map_and_tells_its_sources(world: World) -> None:
    body = embedded(f"{PAGE}?couches={TREES}").body
    assert f'href="/carte/?couches={TREES}" target="_blank" rel="noopener"' in body
    assert "Arbres remarquables" in body


def test_the_feature_of_the_address_is_named_with_its_sheet(world: World) -> None:
    pk = world.trees["Cedre-Meudon"].pk
    body = embedded(f"{PAGE}?couches={TREES}&objet={TREES}/{pk}").body
    assert "Cedre-Meudon" in body
    assert f'href="/catalogue/{TREES}/{pk}/"' in body


def test_sites_of_the_setting_may_frame_the_map_and_no_other_page(world: World, settings: Settings) -> None:
    settings.PORTAL_EMBED_SITES = ["https://ville.example"]
    frame, page = embedded(PAGE), embedded("/carte/")
    assert "frame-ancestors 'self' https://ville.example" in frame.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame.headers
    assert "ville.example" not in page.headers["Content-Security-Policy"]


def test_without_the_setting_no_site_frames_the_map(world: World, settings: Settings) -> None:
    settings.PORTAL_EMBED_SITES = []
    policy = embedded(PAGE).headers["Content-Security-Policy"]
    assert re.search(r"frame-ancestors 'self'(;|$)", policy)
