"""Slow, large and silent clients: what takes threads, memory and room before the application sees anything.

Each function asks a port of loopback until the event is set, over a bounded number of connections, and returns how
often each outcome was met: a status, ``closed`` for a connection that the server ended, ``held`` for one it keeps.
Silent bodies are announced near the largest size and then stop or drip, from one network and from several at once;
clients that are cut or refused come back, so that no form of anybody else finds room.
"""

from __future__ import annotations

import select
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass

from bench.server import free_files

# What an answer was: its status, or how the connection ended.
Outcomes = Counter[str]


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack: ``run`` asks the port until the event is set, and returns how often each outcome was met.

    ``run`` has a process of its own. ``allowed`` are the outcomes of a portal that defends itself; another one is a
    defect of it.
    """

    name: str
    sentence: str
    run: Callable[[int, threading.Event], Outcomes]
    allowed: frozenset[str]


HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: a"
HALF_A_BODY = (
    b"POST /api/collections/points/items HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/geo+json\r\n"
    b"Content-Length: 20000\r\n\r\n{"
)
LONG_ANSWER = b"GET /api/collections/points/items?limit=100000&f=json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
_DRIP_SECONDS = 1.0
_PATIENCE_SECONDS = 5.0
_HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
LARGE_HEADS = (
    b"GET /?" + b"x" * 29_000_000 + b" HTTP/1.1\r\n\r\n",
    _HEAD + b"".join(b"X-%d: y\r\n" % number for number in range(10_000)) + b"\r\n",
    _HEAD + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n",
    b"NONSENSE\r\n\r\n",
)


def slow_heads(port: int, ended: threading.Event, *, count: int = 500) -> Counter[str]:
    """Send the head of a request byte by byte and never end it (slowloris)."""
    return _drip(port, ended, [HALF_A_HEAD] * count, drop=b"b")


def slow_bodies(port: int, ended: threading.Event, *, count: int = 500) -> Counter[str]:
    """Send the body of a request byte by byte and never end it."""
    return _drip(port, ended, [HALF_A_BODY] * count, drop=b" ")


def idle_connections(port: int, ended: threading.Event, *, count: int = 1_000) -> Counter[str]:
    """Open connections and say nothing."""
    return _drip(port, ended, [b""] * count, drop=b"")


def slow_readers(port: int, ended: threading.Event, *, count: int = 8) -> Counter[str]:
    """Ask for the whole of a large layer and take a few bytes of it a second."""
    return _drip(port, ended, [LONG_ANSWER] * count, drop=b"", receive_buffer=4096, read_bytes=256)


def large_heads(port: int, ended: threading.Event) -> Counter[str]:
    """Send requests whose line or headers are far larger than any a person needs, one after the other."""
    outcomes: Counter[str] = Counter()
    while True:
        for head in LARGE_HEADS:
            with closing(socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS)) as client:
                with suppress(OSError):  # refused before it was all sent
                    client.sendall(head)
                outcomes[_outcome(client)] += 1
            if ended.is_set():
                return outcomes


def _drip(
    port: int,
    ended: threading.Event,
    beginnings: Sequence[bytes],
    *,
    drop: bytes,
    receive_buffer: int = 0,
    read_bytes: int = 0,
) -> Counter[str]:
    """Hold a connection for each beginning, send a drop to each (or take a little) every second, and count its end."""
    free_files()
    with ExitStack() as stack:
        clients = list(_opened(stack, port, beginnings, receive_buffer))
        while not ended.wait(_DRIP_SECONDS):
            for client in clients:
                with suppress(OSError):
                    client.send(drop) if drop else None
                    client.recv(read_bytes) if read_bytes else None
        outcomes: Counter[str] = Counter(map(_outcome, clients))
    return outcomes


def _opened(
    stack: ExitStack, port: int, beginnings: Sequence[bytes], receive_buffer: int
) -> Iterator[socket.socket]:
    for beginning in beginnings:
        client = stack.enter_context(closing(socket.socket()))
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(_PATIENCE_SECONDS)
        with suppress(OSError):
            client.connect(("127.0.0.1", port))
            client.sendall(beginning)
        client.setblocking(False)
        yield client


def _outcome(client: socket.socket) -> str:
    """Return the status that was answered, whether the connection was closed without one, or is held."""
    try:
        received = client.recv(64)
    except (BlockingIOError, TimeoutError):
        return "held"
    except OSError:
        return "closed"
    return received.split()[1].decode() if received.startswith(b"HTTP/") else "closed"


_BODY_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n"
)
_WFS = _BODY_HEAD.format(path="/wfs", length=5 * 1024 * 1024).encode()
_FILE = _BODY_HEAD.format(path="/jeux/nouveau/", length=500 * 1024 * 1024).encode()
# The head, and how much is sent before the silence: nothing, what stays in memory, what waits on disk, files of nobody
# that would fill the room of two processes.
BEGINNINGS = ((_WFS, 0), (_WFS, 400 * 1024), (_WFS, 4 * 1024 * 1024), (_FILE, 60 * 1024 * 1024))
_PART = bytes(256 * 1024)
_BODY_DRIP_SECONDS, _SEND_SECONDS, _BACK_SECONDS = 1.0, 10.0, 0.5


def silent_bodies(
    port: int, ended: threading.Event, *, alone: int = 64, networks: int = 16, each: int = 8
) -> Counter[str]:
    """Hold ``alone`` bodies from one network and ``each`` from every one of ``networks`` others; count outcomes."""
    free_files()
    sources = ["127.0.0.20"] * alone
    sources += [f"127.0.1.{number + 1}" for number in range(networks) for _ in range(each)]
    outcomes: Counter[str] = Counter()
    threads = [
        threading.Thread(
            target=_client, args=(port, ended, source, BEGINNINGS[rank % len(BEGINNINGS)], outcomes)
        )
        for rank, source in enumerate(sources)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _client(
    port: int, ended: threading.Event, source: str, beginning: tuple[bytes, int], outcomes: Counter[str]
) -> None:
    while not ended.is_set():
        outcomes[_one(port, ended, source, *beginning)] += 1
        ended.wait(_BACK_SECONDS)


def _one(port: int, ended: threading.Event, source: str, head: bytes, count: int) -> str:
    """Send a beginning, then a byte a second; return the status, ``closed`` without one, ``held`` at the end."""
    with closing(socket.socket()) as client:
        client.settimeout(_SEND_SECONDS)
        try:
            client.bind((source, 0))
            client.connect(("127.0.0.1", port))
            with suppress(TimeoutError):  # the server reads no more of it
                _begin(client, head, count)
            client.settimeout(_BODY_DRIP_SECONDS)
            while not ended.is_set():
                with suppress(TimeoutError):
                    received = client.recv(64)
                    return received.split()[1].decode() if received.startswith(b"HTTP/") else "closed"
                if count:
                    client.send(b" ")
        except OSError:
            return "closed"
    return "held"


def _begin(client: socket.socket, head: bytes, count: int) -> None:
    """Send a head and ``count`` bytes, or less when an answer comes before."""
    client.sendall(head)
    for _ in range(0, count, len(_PART)):
        if select.select([client], [], [], 0)[0]:
            return
        client.sendall(_PART)
