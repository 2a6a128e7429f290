"""Tiles through nginx: open ones are kept there and asked about by their tag; nobody gets those of another."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from pytest_django import Settings

from layers.models import Layer
from tests.factories import MEUDON, MIDDLES
from tests.people import PLANNER, TOWN_AGENT, Person
from tests.protocols import tile_of
from tests.served import nginx_before, raw, serving
from tests.world import PLAYGROUNDS, TREES, World

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = tile_of(*MIDDLES[MEUDON])
OPEN, INTERNAL = f"/tiles/{TREES}/{PLACE}.mvt", f"/tiles/{PLAYGROUNDS}/{PLACE}.mvt"


@dataclass(frozen=True)
class Told:
    """An answer: its status, header fields by lower-case name, and decoded body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Front:
    """nginx before the application, and what the application was asked: the status of each of its answers."""

    port: int
    answered: list[str]

    def ask(self, path: str, *lines: str, person: Person | None = None) -> Told:
        """Ask on a new connection."""
        credentials = [f"Authorization: {person.basic()}"] if person else []
        head = [
            "GET " + path + " HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            *credentials,
            *lines,
            "",
            "",
        ]
        top, _end, body = raw(self.port, "\r\n".join(head).encode()).partition(b"\r\n\r\n")
        first, *rest = top.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        packed = headers.get("content-encoding") == "gzip" and body
        return Told(int(first.split()[1]), headers, gzip.decompress(body) if packed else body)


@pytest.fixture
def front(world: World, settings: Settings, tmp_path: Path) -> Iterator[Front]:
    """nginx with the project's configuration before the real application, which tells what it answered."""
    settings.PROXY_COUNT, settings.TRUSTED_PROXIES = 1, ["127.0.0.1/32"]
    settings.TILE_PROXY_S = 3_600  # as long as any test: what is asked again is asked for a reason
    answered: list[str] = []
    application = WSGIHandler()

    def telling(environ: dict[str, Any], start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if environ["PATH_INFO"].startswith("/tiles/"):
                answered.append(status.split()[0])
            return start_response(status, headers, *rest)

        return application(environ, start)

    with serving(telling) as upstream, nginx_before(upstream, tmp_path) as port:
        yield Front(port, answered)


def test_open_tile_is_asked_of_the_application_once(front: Front) -> None:
    first, second = front.ask(OPEN), front.ask(OPEN)
    assert (first.status, first.body) == (second.status, second.body)
    assert [told.headers["x-cache-status"] for told in (first, second)] == ["MISS", "HIT"]
    assert front.answered == ["200"]


def test_browser_that_holds_an_open_tile_is_answered_in_front(front: Front) -> None:
    etag = front.ask(OPEN).headers["etag"]
    again = front.ask(OPEN, f"If-None-Match: {etag}")
    assert (again.status, again.body, front.answered) == (304, b"", ["200"])


def test_each_encoding_is_kept_apart(front: Front) -> None:
    plain, packed, refused = (
        front.ask(OPEN, f"Accept-Encoding: {word}") for word in ("identity", "br, gzip", "gzip;q=0")
    )
    assert [told.headers.get("content-encoding") for told in (plain, packed, refused)] == [None, "gzip", None]
    assert plain.body == packed.body == refused.body
    assert front.answered == ["200", "200"]


def test_people_with_other_rights_get_their_own_tile(front: Front) -> None:
    for _time in range(2):
        everything, meudon = (front.ask(INTERNAL, person=person).body for person in (PLANNER, TOWN_AGENT))
        assert (b"Jeux-Pont" in everything, b"Jeux-Pont" in meudon) == (True, False)
        assert b"Jeux-Val" in meudon
        assert front.ask(INTERNAL).status == 401


def test_who_says_who_they_are_is_answered_by_the_application(front: Front) -> None:
    front.ask(OPEN)
    own = [
        front.ask(OPEN, person=PLANNER).headers["x-cache-status"],
        front.ask(OPEN, "Cookie: a=b; __Host-sessionid=x").headers["x-cache-status"],
    ]
    assert own == ["BYPASS", "BYPASS"]
    assert front.ask(f"{OPEN}?token=wrong").status == 401


def test_nothing_of_one_asker_is_told_to_the_next(front: Front, settings: Settings) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"tiles": 100}
    headers = front.ask(OPEN).headers
    assert {"ratelimit", "ratelimit-policy", "x-accel-expires", "set-cookie"} & set(headers) == set()


def test_kept_tile_is_asked_about_by_its_tag(front: Front, settings: Settings) -> None:
    settings.TILE_PROXY_S = 1
    etag = front.ask(OPEN).headers["etag"]
    seen = wait_until(lambda: front.ask(OPEN), lambda told: told.headers["x-cache-status"] == "REVALIDATED")
    assert (seen.status, seen.headers["etag"], front.answered) == (200, etag, ["200", "304"])


def test_edit_is_seen_within_the_second(front: Front, settings: Settings, world: World) -> None:
    settings.TILE_PROXY_S = 1
    assert b"Cedre-Meudon" in front.ask(OPEN).body
    world.trees["Cedre-Meudon"].delete()
    assert b"Cedre-Meudon" not in front.ask(OPEN, person=PLANNER).body
    wait_until(lambda: front.ask(OPEN), lambda told: b"Cedre-Meudon" not in told.body)


def test_layer_that_closes_is_hidden_within_the_second(front: Front, settings: Settings) -> None:
    settings.TILE_PROXY_S = 1
    assert front.ask(OPEN).status == 200
    Layer.objects.filter(slug=TREES).update(visibility="internal")
    wait_until(lambda: front.ask(OPEN), lambda told: told.status == 401)


def wait_until(ask: Callable[[], Told], is_so: Callable[[Told], bool]) -> Told:
    """Ask until the answer is so, for 30 s at most."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if is_so(told := ask()):
            return told
    raise AssertionError(told)
