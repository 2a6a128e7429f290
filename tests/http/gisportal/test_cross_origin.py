"""Scripts of other sites: what they may ask and read, and that nobody's browser lends them its credentials."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from gisportal.accounts.services import create_token
from gisportal.accounts.tokens import new_token
from gisportal.accounts.vocabulary import TokenScope
from tests.people import PLANNER, PUBLIC, Person
from tests.protocols import EXPORTS, ITEM, ITEMS, TILE, TILEJSON, Answer, Protocol, get, read
from tests.world import PLAYGROUNDS, TREES, World
from tests.writes import EDITOR, FEATURE, give_editing_rights, items, tree

ORIGIN = "https://notebook.example.org"
SCRIPT = {"origin": ORIGIN, "sec-fetch-site": "cross-site"}
READ, OPEN = "Access-Control-Allow-Origin", ITEMS.address.format(slug=TREES)
INTERNAL = ITEMS.address.format(slug=PLAYGROUNDS)
ASKED = (
    "accept", "authorization", "content-crs", "content-type", "if-match", "if-none-match", "if-range", "range",
)  # fmt: skip
NEEDED = (
    "ogc-numbermatched",
    "ogc-numberreturned",
    "retry-after",
    "content-disposition",
    "etag",
    "link",
    "location",
)

machines = pytest.mark.parametrize("protocol", [ITEMS, ITEM, TILE, TILEJSON, *EXPORTS], ids=str)


def preflight(path: str, *, method: str = "GET") -> Answer:
    """Ask as a browser does before a request that its script may not send without leave."""
    client = Client(headers={"host": "localhost", **SCRIPT, "access-control-request-method": method})
    return read(client.options(path, headers={"access-control-request-headers": "authorization"}))


def scripted(path: str, person: Person = PUBLIC, *, by_basic: bool = True, **headers: str) -> Answer:
    """Send a GET as the script of another site, in the browser of a person."""
    return get(path, person, by_basic=by_basic, **SCRIPT, **headers)


def bearer(person: Person = PLANNER) -> str:
    """Return the header of a token."""
    return "Bearer " + create_token(user=person.account(), name="cahier", scope=TokenScope.EDIT, days=1)[1]


def names(answer: Answer, header: str) -> set[str]:
    return {name.strip().lower() for name in answer.headers[header].split(",")}


@machines
@pytest.mark.parametrize("slug", [TREES, PLAYGROUNDS, "rien-du-tout"])
def test_a_preflight_is_answered_alike_wherever_it_asks(world: World, protocol: Protocol, slug: str) -> None:
    place = world.address(TREES) | {"slug": slug}
    answer = preflight(protocol.address.format(tile="9/259/176", **place))
    assert answer.status == 204
    assert answer.headers[READ] == "*"
    assert answer.headers == preflight(OPEN).headers


def test_a_preflight_admits_what_the_protocols_read(world: World) -> None:
    assert set(ASKED) <= names(preflight(OPEN), "Access-Control-Allow-Headers")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_preflight_admits_writes(world: World, method: str) -> None:
    assert method.lower() in names(preflight(OPEN, method=method), "Access-Control-Allow-Methods")


def test_no_answer_takes_what_a_browser_attaches(world: World) -> None:
    answers = preflight(OPEN), scripted(OPEN), scripted(INTERNAL, authorization=bearer())
    assert ["Access-Control-Allow-Credentials" in answer.headers for answer in answers] == [False] * 3


def test_a_preflight_opens_no_page(world: World) -> None:
    assert READ not in preflight("/catalogue/").headers


@machines
def test_a_script_reads_what_its_token_opens(world: World, protocol: Protocol) -> None:
    path = protocol.address.format(tile="9/259/176", **world.address(PLAYGROUNDS))
    answer = scripted(path, authorization=bearer())
    assert (answer.status, answer.headers.get(READ)) in {(200, "*"), (403, "*")}


@pytest.mark.parametrize("path", [OPEN, INTERNAL])
def test_a_script_reads_that_its_token_opens_nothing(world: World, path: str) -> None:
    answer = scripted(path, authorization=f"Bearer {new_token()}")
    assert (answer.status, answer.headers.get(READ)) == (401, "*")


@pytest.mark.parametrize(
    ("path", "status"), [(INTERNAL, 401), (f"{OPEN}?couleur=bleu", 400), (f"{OPEN}/0", 404)]
)
def test_a_script_reads_why_it_is_refused(world: World, path: str, status: int) -> None:
    answer = scripted(path)
    assert (answer.status, answer.headers.get(READ)) == (status, "*")


@pytest.mark.parametrize(
    "path", [INTERNAL, f"{INTERNAL}?couleur=bleu", "/api/collections", "/api/openapi.json"]
)
@pytest.mark.parametrize("by_basic", [True, False])
def test_a_script_reads_nothing_of_a_person(world: World, path: str, *, by_basic: bool) -> None:
    assert READ not in scripted(path, PLANNER, by_basic=by_basic).headers


@pytest.mark.parametrize("path", [INTERNAL, f"{OPEN}?couleur=bleu"])
def test_a_script_reads_nothing_of_an_address_with_a_token(world: World, path: str) -> None:
    text = bearer().removeprefix("Bearer ")
    assert READ not in scripted(f"{path}{'&' if '?' in path else '?'}token={text}").headers


def test_a_script_reads_nothing_of_a_page(world: World) -> None:
    assert READ not in scripted(f"{OPEN}?f=html").headers


def test_a_script_reads_the_headers_that_it_needs(world: World) -> None:
    assert set(NEEDED) <= names(scripted(OPEN), "Access-Control-Expose-Headers")


def test_a_script_writes_with_its_token(world: World) -> None:
    give_editing_rights()
    client = Client(
        headers={"host": "localhost", **SCRIPT, "authorization": bearer(EDITOR)}, enforce_csrf_checks=True
    )
    answer = read(client.post(items(TREES), json.dumps(tree()), content_type=FEATURE))
    assert (answer.status, answer.headers.get(READ)) == (201, "*")
