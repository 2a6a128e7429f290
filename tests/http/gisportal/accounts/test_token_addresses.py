"""A token in an address: links carry it, nothing else quotes it, and pages refuse it."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client

from gisportal.accounts.tokens import new_token
from tests.people import ADMINISTRATOR, PLANNER
from tests.protocols import ITEM, ITEMS, get
from tests.tokens import Way, by_address, by_basic, by_bearer, by_name, made
from tests.world import PLAYGROUNDS, TREES, World

INTERNAL, OPEN = ITEMS.address.format(slug=PLAYGROUNDS), ITEMS.address.format(slug=TREES)


PAGES = [
    "/",
    "/catalogue/",
    f"/catalogue/{TREES}/",
    "/carte/",
    "/compte/",
    "/administration/",
    "/connecter/",
    "/rien/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_token_in_the_address_of_a_page_goes_no_further(world: World, path: str) -> None:
    text = made(ADMINISTRATOR)
    answer = get(f"{path}?token={text}&q=parc")
    whole = answer.body + str(answer.headers)
    told = answer.status, text in whole, "Un jeton n’ouvre que" in answer.body, "?q=parc" in answer.body
    assert told == (400, False, True, True)


def test_a_refusal_of_a_page_with_a_token_is_discreet(world: World) -> None:
    headers = get(f"/?token={made(PLANNER)}").headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("private, no-store", "no-referrer")


def test_another_parameter_of_this_name_is_the_pages_own(world: World) -> None:
    assert get("/compte/connexion/?token=abc").status == 200


def test_a_token_in_the_address_opens_a_photo(world: World) -> None:
    path = "/photos/{slug}/{pk}/photos/{photo}/thumbnail.jpg".format(**world.address(PLAYGROUNDS))
    answer = by_address(path, made(PLANNER))
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "private, no-store")


LINKED = ["/api/", "/api/collections", "/api/collections/{slug}", ITEMS.address + "?limit=1", ITEM.address]


@pytest.mark.parametrize("path", LINKED)
def test_links_carry_the_token_that_came_in_the_address(world: World, path: str) -> None:
    text = made(PLANNER)
    answer = by_address(path.format(**world.address(PLAYGROUNDS)), text)
    links = [found["href"] for found in answer.document["links"]]
    ours = [href for href in links if href.startswith("http://localhost/")]
    assert (len(ours) > 1, [href for href in ours if f"token={text}" not in href]) == (True, [])


def test_pages_are_followed_with_the_token(world: World) -> None:
    answer = by_address(f"{INTERNAL}?limit=1", made(PLANNER))
    names: list[str] = []
    while True:
        names += [feature["properties"]["nom"] for feature in answer.document["features"]]
        following = [found["href"] for found in answer.document["links"] if found["rel"] == "next"]
        if not following:
            break
        answer = get(following[0].removeprefix("http://localhost"))
    assert sorted(names) == ["Jeux-Bruyeres", "Jeux-Pont", "Jeux-Val"]


def test_tiles_carry_the_token_that_came_in_the_address(world: World) -> None:
    text = made(PLANNER)
    template = by_address(f"/tiles/{PLAYGROUNDS}.json", text).document["tiles"][0]
    assert template.endswith(f"/{{z}}/{{x}}/{{y}}.mvt?token={text}")


@pytest.mark.parametrize("way", [by_bearer, by_basic, by_name])
@pytest.mark.parametrize("path", LINKED)
def test_links_hold_no_token_that_came_in_a_header(world: World, way: Way, path: str) -> None:
    text = made(PLANNER)
    answer = way(path.format(**world.address(PLAYGROUNDS)), text)
    assert (answer.status, text in answer.body) == (200, False)


@pytest.mark.parametrize("path", [OPEN, INTERNAL, "/api/", f"/tiles/{TREES}.json", "/api/?couleur=bleu"])
def test_the_answer_to_an_address_with_a_token_is_its_askers_alone(world: World, path: str) -> None:
    headers = by_address(path, made(PLANNER)).headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("private, no-store", "no-referrer")
    assert "Access-Control-Allow-Origin" not in headers


def test_a_refusal_of_an_address_with_a_token_is_discreet(world: World) -> None:
    headers = by_address(OPEN, new_token()).headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("private, no-store", "no-referrer")


def test_an_error_does_not_quote_the_token(world: World) -> None:
    text = made(PLANNER)
    assert text not in by_address(f"{OPEN}?couleur=bleu", text).body


def test_logs_hold_no_token(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    text, unknown = made(PLANNER), new_token()
    by_address(OPEN, text)
    by_address(f"{OPEN}?couleur=bleu", text)
    by_address(OPEN, unknown)
    # django.db.backends writes statements when it is asked for DEBUG: they hold the digest alone.
    assert text not in caplog.text
    assert unknown not in caplog.text


def test_what_the_server_may_log_holds_no_token(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    client = Client(headers={"host": "localhost"})

    def spy(request: Any) -> Any:
        response = client.handler._middleware_chain(request)  # type: ignore[attr-defined]  # Django's own chain
        seen.update(request.environ)
        return response

    monkeypatch.setattr(client.handler, "get_response", spy)
    client.handler.load_middleware()
    client.get(f"{OPEN}?f=json&token={made(PLANNER)}", RAW_URI="/api/?token=geo_x")
    assert (seen["QUERY_STRING"], seen["RAW_URI"]) == ("f=json", f"{OPEN}?f=json")
