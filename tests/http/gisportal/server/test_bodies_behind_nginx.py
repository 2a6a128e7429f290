"""nginx and the server agree on bodies: what one lets through the other reads, and what is refused is said in words."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from django.conf import settings

from gisportal.bounds.table import BOUNDS, body_bound
from gisportal.server import application, request_bodies
from gisportal.server.request_bodies import SMALL_BODY_BYTES, BodySlots, Sender
from tests.served import ROOT, nginx_before, raw, read_answer, read_to_end, serving

CONFIGURATION = (ROOT / "deploy" / "nginx.conf").read_text()
_UNIT = {"": 1, "k": 1024, "m": 1024 * 1024}
_LOCATION = re.compile(r"location (~|=|) ?(\S+) \{(.*?)\n        \}", re.DOTALL)
_SIZE = re.compile(r"client_max_body_size (\d+)([km]?);")


def largest_at(path: str) -> int:
    """Return what nginx lets through at a path: regular expressions before the beginnings of paths."""
    found = _LOCATION.findall(CONFIGURATION)
    regular = [body for kind, name, body in found if kind == "~" and re.search(name, path)]
    own = _SIZE.search(regular[0]) if regular else None
    size = own or _SIZE.search(CONFIGURATION)
    assert size is not None
    return int(size[1]) * _UNIT[size[2]]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/wfs",
        "/administration/fleet/vehicle/add/",
        "/jeux/import/a/",
        "/rasters/relief/style/",
        "/gestion/plui/1/",
    ],
)
def test_nginx_lets_through_what_the_server_reads_and_little_more(path: str) -> None:
    bound = body_bound(path, "POST").largest
    assert largest_at(path) >= bound
    assert largest_at(path) <= max(bound * 1.05, settings.BODY_MAX_BYTES)


@pytest.mark.parametrize(
    "path",
    ["/jeux/nouveau/", "/jeux/arbres/import/", "/rasters/nouveau/", "/rasters/relief/", "/gestion/plui/"],
)
def test_nginx_leaves_the_size_of_files_to_the_application(path: str) -> None:
    """Its own bound would contradict the settings; zero is none."""
    assert body_bound(path, "POST").sender.sends_files
    assert largest_at(path) == 0


def test_every_address_of_files_is_without_bound_in_nginx() -> None:
    rows = [row for row in BOUNDS if row.sender.sends_files and row.body > settings.BODY_MAX_BYTES]
    assert {name for row in rows for name in row.routes} == {
        "datasets:new", "datasets:deliver", "raster-pages:new", "raster-pages:raster", "plui:list"
    }  # fmt: skip


def test_nginx_lets_no_body_through_where_there_are_tiles() -> None:
    assert largest_at("/tiles/arbres/1/2/3.mvt") == SMALL_BODY_BYTES


def test_nginx_waits_for_a_body_as_long_as_the_server() -> None:
    seconds = re.search(r"client_body_timeout (\d+)s;", CONFIGURATION)
    assert seconds is not None
    assert int(seconds[1]) == request_bodies.IDLE_SECONDS


def test_nginx_counts_the_bodies_of_an_address_as_the_server_does() -> None:
    count = re.search(r"limit_conn bodies (\d+);", CONFIGURATION)
    assert count is not None
    assert int(count[1]) == settings.BODIES_EACH


@pytest.mark.parametrize(
    ("length", "is_counted"), [("0", False), ("9999", False), ("20000", True), ("chunked", True)]
)
def test_nginx_counts_no_form(length: str, is_counted: bool) -> None:
    form = re.search(
        r'"~(\S+)" +"";\n +"" +"";\n    \}\n    limit_conn_zone \$sending_address', CONFIGURATION
    )
    assert form is not None
    assert (re.search(form[1], length) is None) is is_counted


def worded(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer how many bytes came, or why they did not."""
    refused = environ.get(request_bodies.REFUSED_BODY)
    why = refused.refusal.value if refused else "read"
    content = f"{why} {len(environ['wsgi.input'].read())}".encode()
    start_response("403 Refused" if refused else "200 OK", [("Content-Length", str(len(content)))])
    return [content]


async def _signed_in(scope: dict[str, Any], _sender: Sender) -> bool:
    return any(name == b"authorization" for name, _value in scope["headers"])


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """nginx with the project's configuration before a server that lets those with credentials send files."""
    with (
        serving(worded, may_send=_signed_in) as upstream,
        nginx_before(upstream, tmp_path_factory.mktemp("nginx")) as listening,
    ):
        yield listening


def post(path: str, length: int | None, *fields: str) -> bytes:
    how = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return "\r\n".join(
        [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close", how, *fields, "", ""]
    ).encode()


def answer(port: int, sent: bytes) -> tuple[int, str]:
    """Return the answer to what is sent, while no more comes: the client waits, and does not hang up."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(sent)
        return read_answer(read_to_end(client))


def test_who_may_not_send_a_file_is_refused_at_its_head(port: int) -> None:
    assert answer(port, post("/jeux/nouveau/", 400_000_000)) == (403, "not-allowed 0")


def test_who_sends_a_file_without_leave_is_answered_while_it_comes(port: int) -> None:
    sent = post("/jeux/nouveau/", 20_000_000) + bytes(20_000_000)
    assert read_answer(raw(port, sent)) == (403, "not-allowed 0")


@pytest.mark.parametrize("length", [3_000_000, None], ids=["announced", "in chunks"])
def test_a_file_of_who_may_send_it_passes(port: int, length: int | None) -> None:
    body = bytes(3_000_000) if length else b"2dc6c0\r\n" + bytes(3_000_000) + b"\r\n0\r\n\r\n"
    head = post("/jeux/nouveau/", length, "Authorization: Bearer x")
    assert read_answer(raw(port, head + body)) == (200, "read 3000000")


def test_a_raster_of_more_than_a_photo_passes(port: int) -> None:
    length = settings.BODY_MAX_BYTES + 1024 * 1024
    sent = post("/rasters/relief/", length, "Authorization: Bearer x") + bytes(length)
    assert read_answer(raw(port, sent)) == (200, f"read {length}")


def test_a_raster_beyond_its_setting_is_refused_at_its_head(port: int) -> None:
    head = post("/rasters/relief/", settings.RASTER_BODY_MAX_BYTES + 1, "Authorization: Bearer x")
    assert answer(port, head) == (403, "too-large 0")


def test_a_body_that_stops_is_cut_by_the_server_and_said_so(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_bodies, "IDLE_SECONDS", 0.2)
    monkeypatch.setattr(application, "LINGER_SECONDS", 0.2)
    status, words = answer(port, post("/wfs", 4_000_000) + bytes(1_000))
    assert status == 408
    assert "trop lentement" in words


def test_a_body_that_an_address_does_not_read_is_refused_at_its_head(port: int) -> None:
    assert answer(port, post("/catalogue/arbres/1/signaler/", SMALL_BODY_BYTES + 1)) == (403, "too-large 0")


def test_bodies_are_counted_by_the_client_behind_nginx(
    port: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PROXY_COUNT, settings.TRUSTED_PROXIES = 1, ["127.0.0.1/32"]
    seen: list[str] = []

    def slot(_slots: BodySlots, network: str) -> nullcontext[None]:
        seen.append(network)
        return nullcontext()

    monkeypatch.setattr(BodySlots, "slot", slot)
    body = bytes(request_bodies.RESERVED_BYTES + 1)
    raw(port, post("/wfs", len(body), "X-Forwarded-For: 192.0.2.9") + body, source="127.0.0.11")
    assert seen == ["127.0.0.11"]
