"""``/tiles/fonds/{slug}/{z}/{x}/{y}``: relayed once, kept on disk, and never anything but a picture of the source."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.basemap_source import Source, picture, slowly, source
from tiles.definitions import basemap
from tiles.services.basemaps import BASEMAP_PROXY, Disk

TILE = "/tiles/fonds/plan/12/2073/1409"


@pytest.fixture
def plan(settings: Settings, tmp_path: Path) -> Iterator[Source]:
    """A source that the configuration names, an empty disk, and a relay that remembers no fault."""
    with source() as found:
        settings.PORTAL_BASEMAPS = [found.configuration()]
        settings.BASEMAP_CACHE = tmp_path
        settings.BASEMAP_TIMEOUT_S = 30
        BASEMAP_PROXY.forget()
        yield found
        BASEMAP_PROXY.forget()


@pytest.fixture(autouse=True)
def _portal(communes: object) -> None:
    """The portal needs its communes to know what a hostname is."""


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_tile_is_what_the_source_sent(client: Client, plan: Source) -> None:
    response = client.get(TILE)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response.content == plan.content


def test_the_source_is_asked_for_the_tile_of_its_template(client: Client, plan: Source) -> None:
    client.get(TILE)
    assert plan.paths == ["/12/2073/1409.png"]


def test_a_wmts_in_key_value_form_is_asked_too(client: Client, plan: Source, settings: Settings) -> None:
    address = plan.address + "/wmts?TILEMATRIX={z}&TILECOL={x}&TILEROW={y}"
    settings.PORTAL_BASEMAPS = [plan.configuration(url=address)]
    client.get(TILE)
    assert plan.paths == ["/wmts?TILEMATRIX=12&TILECOL=2073&TILEROW=1409"]


def test_a_tile_kept_on_disk_is_not_asked_again(client: Client, plan: Source) -> None:
    client.get(TILE)
    client.get(TILE)
    assert len(plan.paths) == 1


def test_an_old_tile_is_asked_again(client: Client, plan: Source, settings: Settings) -> None:
    client.get(TILE)
    settings.BASEMAP_CACHE_MAX_AGE_S = 0
    plan.content = picture("#ffffff")
    assert client.get(TILE).content == plan.content


def test_an_old_tile_is_better_than_none(client: Client, plan: Source, settings: Settings) -> None:
    before = client.get(TILE).content
    settings.BASEMAP_CACHE_MAX_AGE_S = 0
    plan.status = 500
    assert client.get(TILE).content == before


def test_nothing_of_the_visitor_reaches_the_source(client: Client, plan: Source) -> None:
    client.cookies["sessionid"] = "secret"
    client.get(TILE, headers={"Referer": "https://portail/carte/", "X-Forwarded-For": "10.1.2.3"})
    assert {name.lower() for name in plan.asked[0]} == {
        "host",
        "user-agent",
        "accept",
        "connection",
        "accept-encoding",
    }


def test_the_browser_may_keep_a_tile(client: Client, plan: Source) -> None:
    assert client.get(TILE)["Cache-Control"] == "public, max-age=86400"


def test_a_tile_that_the_browser_holds_is_a_304(client: Client, plan: Source) -> None:
    etag = client.get(TILE)["ETag"]
    assert client.get(TILE, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("status", "headers", "content"),
    [
        (500, {"Content-Type": "image/png"}, picture()),
        (403, {"Content-Type": "image/png"}, picture()),
        (302, {"Content-Type": "image/png", "Location": "http://127.0.0.1:9/"}, b""),
        (200, {"Content-Type": "text/html"}, b"<script>"),
        (200, {"Content-Type": "text/html"}, picture()),
        (200, {"Content-Type": "image/png"}, b"<svg onload='alert(1)'/>"),
        (200, {"Content-Type": "image/png"}, picture(kind="JPEG")),
        (200, {"Content-Type": "image/png"}, b""),
        (200, {"Content-Type": "image/png", "Content-Length": "99999"}, picture()),
    ],
    ids=["500", "403", "redirection", "page", "wrong type", "script", "other kind", "empty", "cut"],
)
def test_what_is_no_tile_is_a_502_and_is_not_kept(
    client: Client, plan: Source, tmp_path: Path, status: int, headers: dict[str, str], content: bytes
) -> None:
    plan.status, plan.headers, plan.content = status, headers, content
    response = client.get(TILE)
    assert response.status_code == 502
    assert response["Content-Type"] == "application/problem+json"
    assert files(tmp_path) == []


def test_a_tile_too_heavy_is_a_502(client: Client, plan: Source, settings: Settings) -> None:
    settings.BASEMAP_TILE_MAX_BYTES = 100
    assert client.get(TILE).status_code == 502


def test_a_source_that_nobody_serves_is_a_502(client: Client, plan: Source, settings: Settings) -> None:
    settings.PORTAL_BASEMAPS = [plan.configuration(url="http://127.0.0.1:9/{z}/{x}/{y}.png")]
    assert client.get(TILE).status_code == 502


def test_a_source_that_drips_is_a_504(client: Client, plan: Source, settings: Settings) -> None:
    settings.BASEMAP_TIMEOUT_S = 0.4
    plan.send = slowly
    assert client.get(TILE).status_code == 504


def test_a_source_that_says_nothing_is_a_504(client: Client, plan: Source, settings: Settings) -> None:
    settings.BASEMAP_TIMEOUT_S = 0.4
    heard = threading.Event()

    def silence(_handler: BaseHTTPRequestHandler, _content: bytes) -> None:
        heard.wait(30)

    plan.send = silence
    status = client.get(TILE).status_code
    heard.set()
    assert status == 504


def test_a_source_that_failed_is_left_alone_for_a_while(client: Client, plan: Source) -> None:
    plan.status = 500
    statuses = [client.get(TILE).status_code, client.get("/tiles/fonds/plan/3/4/2").status_code]
    assert (statuses, len(plan.paths)) == ([502, 502], 1)


@pytest.mark.parametrize("status", [404, 204])
def test_a_place_without_tile_is_a_404_remembered(client: Client, plan: Source, status: int) -> None:
    plan.status, plan.content = status, b""
    assert ([client.get(TILE).status_code for _time in range(2)], len(plan.paths)) == ([404, 404], 1)


@pytest.mark.parametrize(
    "address",
    [
        "/tiles/fonds/autre/1/0/0",
        "/tiles/fonds/plan/1/2/0",
        "/tiles/fonds/plan/1/0/2",
        "/tiles/fonds/plan/20/0/0",
        "/tiles/fonds/plan/99999999999/0/0",
    ],
)
def test_what_the_configuration_does_not_name_is_a_404_and_is_not_asked(
    client: Client, plan: Source, address: str
) -> None:
    assert (client.get(address).status_code, plan.paths) == (404, [])


def test_no_tile_is_asked_outside_the_bounds(client: Client, plan: Source, settings: Settings) -> None:
    settings.PORTAL_BASEMAPS = [plan.configuration(bounds=[2.1, 48.7, 2.4, 48.9])]
    statuses = [client.get(TILE).status_code, client.get("/tiles/fonds/plan/12/0/0").status_code]
    assert (statuses, len(plan.paths)) == ([200, 404], 1)


def test_an_unknown_parameter_is_a_400_and_is_not_asked(client: Client, plan: Source) -> None:
    response = client.get(TILE + "?url=http://127.0.0.1/")
    assert response.status_code == 400
    assert response.json()["parameter"] == "url"
    assert plan.paths == []


def test_writing_is_a_405(client: Client, plan: Source) -> None:
    assert client.post(TILE).status_code == 405


def test_those_who_wait_for_a_tile_ask_once(plan: Source) -> None:
    inside: list[float] = []

    def work() -> None:
        with BASEMAP_PROXY.alone(Path("tile")):
            inside.append(time.monotonic())

    with BASEMAP_PROXY.alone(Path("tile")):
        waiting = [threading.Thread(target=work) for _one in range(4)]
        for thread in waiting:
            thread.start()
        assert inside == []
    for thread in waiting:
        thread.join()
    assert (len(inside), BASEMAP_PROXY._waited) == (4, {})


def test_the_oldest_tiles_go_first_when_the_disk_is_full(
    plan: Source, settings: Settings, tmp_path: Path
) -> None:
    disk = Disk(tmp_path)
    paths = [disk.path(basemap("plan"), 5, x, 0) for x in range(10)]
    for age, path in enumerate(reversed(paths)):
        disk.write(path, b"x" * 100)
        os.utime(path, (time.time() - 100 + age, time.time() - 100 + age))
    settings.BASEMAP_CACHE_MAX_BYTES = 500
    disk.thin()
    assert sorted(files(tmp_path)) == sorted(paths[:4])


def test_another_template_is_another_folder(client: Client, plan: Source, settings: Settings) -> None:
    client.get(TILE)
    settings.PORTAL_BASEMAPS = [plan.configuration(url=plan.address + "/v2/{z}/{x}/{y}.png")]
    client.get(TILE)
    assert plan.paths == ["/12/2073/1409.png", "/v2/12/2073/1409.png"]


def test_a_disk_that_cannot_be_written_does_not_stop_the_tiles(
    client: Client, plan: Source, settings: Settings
) -> None:
    settings.BASEMAP_CACHE = Path("/dev/null/tiles")
    assert client.get(TILE).status_code == 200
