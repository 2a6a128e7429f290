"""Slow and large clients, at either end of a request, cost a connection and no thread; within bounds they are cut."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from threading import Event
from typing import Any

import pytest

from gisportal.query_limits import disconnect_check
from gisportal.server import application as portal_server
from gisportal.server import protocol, request_bodies
from gisportal.server.request_bodies import Lack, NoRoom, Room, Sender
from tests.served import ask, echo, raw, read_answer, serving

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server with two threads, whose answers tell what it read."""
    with serving(echo) as listening:
        yield listening


def connections(stack: ExitStack, port: int, count: int, sent: bytes) -> list[socket.socket]:
    opened = [
        stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(count)
    ]
    for connection in opened:
        connection.sendall(sent)
    return opened


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        HEAD,
        HEAD + b"X-A: ",
        POST + b"Content-Length: 9\r\n\r\nabc",
        POST + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc",
    ],
    ids=["nothing", "half a head", "half a line", "half a body", "half a chunk"],
)
def test_clients_that_do_not_end_their_request_block_nobody(port: int, sent: bytes) -> None:
    with ExitStack() as stack:
        connections(stack, port, 40, sent)
        assert ask(port)[0] == 200


def test_a_head_that_does_not_end_is_cut(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    assert read_answer(raw(port, HEAD))[0] == 408


def test_a_second_head_that_does_not_end_is_cut(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    answers = raw(port, HEAD + b"\r\n" + HEAD)
    assert (answers.count(b"HTTP/1.1 200"), answers.count(b"HTTP/1.1 408")) == (1, 1)


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 9\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc"]
)
def test_a_body_that_does_not_end_is_cut(port: int, monkeypatch: pytest.MonkeyPatch, framing: bytes) -> None:
    monkeypatch.setattr(request_bodies, "IDLE_SECONDS", 0.2)
    monkeypatch.setattr(portal_server, "LINGER_SECONDS", 0.1)
    assert read_answer(raw(port, POST + framing))[0] == 408


def test_a_reader_that_takes_nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "WRITE_SECONDS", 0.2)
    ended = Event()
    with serving(endless(ended)) as port, ExitStack() as stack:
        connections(stack, port, 1, HEAD + b"\r\n")
        assert ended.wait(30)


def test_readers_that_take_nothing_block_nobody() -> None:
    with serving(endless(Event())) as port, ExitStack() as stack:
        connections(stack, port, 8, HEAD + b"\r\n")
        assert ask(port, "/short")[0] == 200


def endless(ended: Event) -> Any:
    """Return an application whose answer never ends, unless the path is ``/short``; its end is told."""

    class Pieces:
        streaming = True

        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b"x" * 65536

        def close(self) -> None:
            ended.set()

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/short":
            return echo(environ, start_response)
        start_response("200 OK", [])
        return Pieces()

    return application


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (b"GET /?" + b"x" * (protocol.ADDRESS_MAX_BYTES + 1) + b" HTTP/1.1\r\n\r\n", {414}),
        (HEAD + b"X: " + b"y" * 2 * protocol.HEAD_MAX_BYTES + b"\r\n\r\n", {431}),
        (HEAD + b"".join(b"X-%d: y\r\n" % number for number in range(10_000)) + b"\r\n", {431}),
        (b"NONSENSE\r\n\r\n", {400}),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", {400}),
        (POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    ],
    ids=["line", "header", "headers", "no HTTP", "chunks", "two lengths"],
)
def test_what_is_too_large_or_no_http_is_refused(port: int, sent: bytes, statuses: set[int]) -> None:
    # Zero: the rest of what was sent met a closed connection, and took the answer away.
    assert read_answer(raw(port, sent))[0] in statuses | {0}


def test_a_line_without_end_is_not_read_to_its_end(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(b"GET /?")
        with pytest.raises(OSError, match=r"reset|pipe"):
            for _ in range(290):
                client.sendall(b"x" * 100_000)


@pytest.mark.parametrize("length", [10, 65_000, 70_000, 250_000])
def test_an_address_is_read_up_to_its_bound(port: int, length: int) -> None:
    assert ask(port, "/a%2Fb?" + "x" * length) == (200, f"0 {length} -")


def test_a_body_in_chunks_has_a_length_when_it_is_read(port: int) -> None:
    chunks = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
    assert read_answer(raw(port, POST + chunks)) == (200, "7 0 7")


def test_a_large_body_waits_on_disk_and_is_read(port: int) -> None:
    body, head = b"x" * 3_000_000, POST.replace(b" / ", b" /wfs ")
    assert read_answer(raw(port, head + b"Content-Length: 3000000\r\n\r\n" + body)) == (
        200,
        "3000000 0 3000000",
    )


@pytest.mark.parametrize(("lack", "status"), [(Lack.NETWORK, 429), (Lack.PROCESS, 503)])
def test_bodies_that_have_no_room_are_refused_for_a_while(
    port: int, monkeypatch: pytest.MonkeyPatch, lack: Lack, status: int
) -> None:
    def no_room(*_arguments: object, **_named: object) -> None:
        raise NoRoom(lack)

    monkeypatch.setattr(Room, "take", no_room)
    monkeypatch.setattr(portal_server, "LINGER_SECONDS", 0.1)
    answer = raw(port, POST + b"Content-Length: 3\r\n\r\nabc")
    assert read_answer(answer)[0] == status
    assert b"retry-after: 5" in answer


def worded(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer why a body was refused, as the middleware of the portal does; else as ``echo``."""
    refused = environ.get(request_bodies.REFUSED_BODY)
    if refused is None:
        return echo(environ, start_response)
    content = f"{refused.refusal.value} {len(environ['wsgi.input'].read())}".encode()
    start_response("400 Refused", [("Content-Length", str(len(content)))])
    return [content]


async def _denied(_scope: dict[str, Any], _sender: Sender) -> bool:
    return False


FILE = POST.replace(b" / ", b" /jeux/nouveau/ ")
REFUSED = {
    "announced by nobody": (FILE + b"Content-Length: 600000\r\n\r\n", "not-allowed 0"),
    "waiting for a word": (FILE + b"Expect: 100-continue\r\nContent-Length: 600000\r\n\r\n", "not-allowed 0"),
    "under way": (FILE + b"Content-Length: 30000000\r\n\r\n" + b"x" * 900_000, "not-allowed 0"),
    "too large": (POST + b"Content-Length: 99999999999\r\n\r\n", "too-large 0"),
    "of a GET": (FILE.replace(b"POST", b"GET") + b"Content-Length: 70000\r\n\r\n", "too-large 0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_body_that_is_refused_is_answered_before_it_came(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal_server, "LINGER_SECONDS", 30.0)
    sent, words = REFUSED[name]
    with (
        serving(worded, may_send=_denied) as port,
        socket.create_connection(("127.0.0.1", port), timeout=30) as client,
    ):
        client.sendall(sent)
        answer = b""
        while not answer.endswith(words.encode()) and (part := client.recv(65536)):
            answer += part
    assert read_answer(answer) == (400, words)
    assert b"connection: close" in answer
    assert b"100 Continue" not in answer


def test_a_flood_that_is_refused_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal_server, "LINGER_SECONDS", 0.3)
    flood = bytes(200_000_000)
    with (
        serving(worded, may_send=_denied) as port,
        socket.create_connection(("127.0.0.1", port), timeout=30) as client,
    ):
        client.sendall(FILE + b"Content-Length: 300000000\r\n\r\n")
        sent = 0
        with suppress(ConnectionError):
            while sent < len(flood):
                sent += client.send(flood[sent : sent + 1_000_000])
    assert sent < 50_000_000  # what the buffers of the two ends hold


def test_a_client_that_hangs_up_is_told_to_who_works_for_it() -> None:
    begun, told, never = Event(), Event(), Event()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        has_hung_up = disconnect_check(environ)
        assert has_hung_up is not None
        begun.set()
        while not has_hung_up() and not never.wait(0.01):
            pass
        told.set()
        return echo(environ, start_response)

    with serving(application) as port:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(HEAD + b"\r\n")
            begun.wait(30)
        was_told = told.wait(30)
        never.set()
    assert was_told


def test_probes_do_not_wait_behind_requests() -> None:
    release = Event()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] != "/healthz":
            release.wait(30)
        return echo(environ, start_response)

    with serving(application) as port, ExitStack() as stack:
        connections(stack, port, 8, HEAD + b"\r\n")
        try:
            assert ask(port, "/healthz")[0] == 200
        finally:
            release.set()


def test_a_kept_connection_serves_the_next_request(port: int) -> None:
    answers = raw(port, HEAD + b"\r\n" + HEAD + b"Connection: close\r\n\r\n")
    assert answers.count(b"HTTP/1.1 200") == 2
