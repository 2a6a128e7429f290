"""A HEAD is answered with the head alone, and nothing of it is worth a line in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from threading import Event
from typing import Any

import pytest

from gisportal.server.wsgi_bridge import PIECE_BYTES, FileBody
from tests.served import raw, serving

LONG = b"x" * (2 * PIECE_BYTES)
PATIENCE_S = 30


class Streamed:
    """The body of a streaming answer, which counts what is read of it."""

    streaming = True

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces, self.read, self.closed = pieces, 0, Event()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.read += 1
            yield piece

    def close(self) -> None:
        self.closed.set()


# The status, the length that the head tells, and the body.
ANSWERS: dict[str, tuple[str, int | None, Callable[[], Any]]] = {
    "/short": ("200 OK", 5, lambda: [b"short"]),
    "/without-length": ("200 OK", None, lambda: [b"short"]),
    "/long": ("200 OK", len(LONG), lambda: [LONG]),
    "/file": ("200 OK", len(LONG), lambda: FileBody(BytesIO(LONG))),
    "/stream": ("200 OK", None, lambda: Streamed([LONG, LONG])),
    "/told-stream": ("200 OK", 2 * len(LONG), lambda: Streamed([LONG, LONG])),
    "/empty": ("204 No Content", None, lambda: []),
    "/unchanged": ("304 Not Modified", None, lambda: []),
    "/refused": ("405 Method Not Allowed", 7, lambda: [b"refused"]),
}
BODIES: list[Any] = []


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
    """Answer as ``ANSWERS`` has it: an application need not know that nobody reads the body."""
    status, length, body = ANSWERS[environ["PATH_INFO"]]
    start(status, [] if length is None else [("Content-Length", str(length))])
    BODIES.append(body())
    return BODIES[-1]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(application) as listening:
        yield listening


@pytest.mark.parametrize("path", ANSWERS)
def test_a_head_is_answered_alone_and_silently(
    port: int, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    status, length, _body = ANSWERS[path]
    asked = f"HEAD {path} HTTP/1.1\r\nHost: localhost\r\n"
    with caplog.at_level(logging.WARNING):
        # The second one comes on the connection of the first: what is left over of an answer would spoil it.
        answers = raw(port, f"{asked}\r\n{asked}Connection: close\r\n\r\n".encode()).decode()
    assert answers.count(f"HTTP/1.1 {status[:3]}") == 2
    assert answers.count("\r\n\r\n") == 2
    assert answers.endswith("\r\n\r\n")
    assert length is None or answers.lower().count(f"content-length: {length}\r\n") == 2
    assert [record.getMessage() for record in caplog.records] == []


def test_what_nobody_reads_is_closed_and_not_read(port: int) -> None:
    raw(port, b"HEAD /stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert BODIES[-1].closed.wait(PATIENCE_S)  # the server closes it once the client has its answer
    assert BODIES[-1].read == 0
