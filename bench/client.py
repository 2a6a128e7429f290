"""A client that costs almost nothing: the machine's cores are shared with what is measured.

It reads answers into one buffer, over a connection kept open as browsers and desktop tools do, and interprets nothing
but where an answer ends: at the length that it says or, from other servers, at the last of its chunks.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import cycle
from urllib.request import urlopen

_PATIENCE_SECONDS = 150.0
# A header that the short road does not know (ADR 0059): Django makes the answer instead of repeating one.
BY_DJANGO = {"Accept_Charset": "utf-8"}
_HEAD_END = b"\r\n\r\n"
_LAST_CHUNK = b"\r\n0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """The status, the header fields by lower-case name, the size in bytes and, when it was kept, the body."""

    status: int
    headers: dict[str, str]
    size: int
    body: bytes = b""


@dataclass(slots=True)
class Outcome:
    """What a load gave: how many answers were 200, how long each took in milliseconds, what else came back."""

    answered: int = 0
    milliseconds: list[float] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)

    def percentile(self, share: float) -> float:
        """Return the time that this share of the answers, between 0 and 1, did not exceed."""
        ordered = sorted(self.milliseconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("inf")

    def fail(self, reason: str) -> None:
        """Count a failure by its reason."""
        self.failures[reason] = self.failures.get(reason, 0) + 1


class Connection:
    """A connection to the measured server, from an address of loopback (``source``); it waits so many ``seconds``."""

    def __init__(self, port: int, *, source: str = "", seconds: float = _PATIENCE_SECONDS) -> None:
        self.port = port
        own = (source, 0) if source else None
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds, source_address=own)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = memoryview(bytearray(1 << 20))

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()

    def send(self, path: str, **headers: str) -> None:
        """Send a GET."""
        self._send("GET", path, headers)

    def send_body(self, path: str, body: bytes, **headers: str) -> None:
        """Send a POST."""
        self._send("POST", path, {**headers, "Content-Length": str(len(body))}, body)

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> None:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: */*"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    def post(self, path: str, form: bytes, **headers: str) -> Answer:
        """Send a form, and read the answer."""
        lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: */*"]
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + form)
        return self.receive()

    def receive(self, *, keep: bool = False) -> Answer:
        """Read one answer to its end."""
        head, beginning = self._head()
        status, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if headers.get("transfer-encoding") == "chunked":
            return Answer(int(status.split()[1]), headers, self._chunks(beginning))
        size = int(headers.get("content-length", "0"))
        chunks = [beginning]
        left = size - len(beginning)
        while left > 0:
            count = self.socket.recv_into(self._buffer, min(left, len(self._buffer)))
            if count == 0:
                raise ConnectionError("the server closed the connection in the middle of an answer")
            left -= count
            if keep:
                chunks.append(bytes(self._buffer[:count]))
        return Answer(int(status.split()[1]), headers, size, b"".join(chunks) if keep else b"")

    def _chunks(self, beginning: bytes) -> int:
        """Read to the last chunk and return the size, that of the chunks' own lines included."""
        size, tail = len(beginning), (b"\r\n" + beginning)[-len(_LAST_CHUNK) :]
        while tail != _LAST_CHUNK:
            count = self.socket.recv_into(self._buffer)
            if count == 0:
                raise ConnectionError("the server closed the connection in the middle of an answer")
            size += count
            tail = (tail + bytes(self._buffer[max(0, count - len(_LAST_CHUNK)) : count]))[-len(_LAST_CHUNK) :]
        return size

    def get(self, path: str, *, keep: bool = False, **headers: str) -> Answer:
        """Ask and read."""
        self.send(path, **headers)
        return self.receive(keep=keep)

    def _head(self) -> tuple[str, bytes]:
        received = b""
        while _HEAD_END not in received:
            chunk = self.socket.recv(65536)
            if not chunk:
                raise ConnectionError("the server closed the connection before its answer")
            received += chunk
        head, _, beginning = received.partition(_HEAD_END)
        return head.decode("latin-1"), beginning


def timed(connection: Connection, path: str, **headers: str) -> float:
    """Return the milliseconds of one answer, which must be a 200."""
    started = time.perf_counter()
    answer = connection.get(path, keep=False, **headers)
    elapsed = (time.perf_counter() - started) * 1000
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return elapsed


def body_of(port: int, path: str) -> bytes:
    """Return the body of a 200, for checking what is measured.

    Raises:
        OSError: no answer, or another one.
    """
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=_PATIENCE_SECONDS) as answer:
        body: bytes = answer.read()
    return body


def requests_per_second(
    port: int, paths: Sequence[str], *, connections: int, seconds: float, **headers: str
) -> float:
    """Return the rate at which connections that ask without pause are answered, each its next path."""
    requests: Iterator[str] = cycle(paths)
    with ExitStack() as opened:
        waiting = opened.enter_context(selectors.DefaultSelector())
        for _ in range(connections):
            # Each asks as soon as it is open, as browsers do: the process that answers it leaves the next to another.
            connection = opened.enter_context(closing(Connection(port)))
            waiting.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(requests), **headers)
        return _rate(waiting, requests, seconds, headers)


def _rate(
    waiting: selectors.BaseSelector, requests: Iterator[str], seconds: float, headers: Mapping[str, str]
) -> float:
    answered = 0
    started = time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        for key, _event in waiting.select(timeout=1):
            connection: Connection = key.data
            if connection.receive().status != 200:
                raise RuntimeError("an answer under load is not a 200")
            answered += 1
            connection.send(next(requests), **headers)
    return answered / elapsed
