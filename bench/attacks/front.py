"""Slow and large clients: what takes a server's threads and memory before the application sees anything.

Each function asks a port of loopback until the event is set, over a bounded number of connections, and returns how
often each outcome was met: a status, ``closed`` for a connection that the server ended, ``held`` for one it keeps.
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress

from bench.server import free_files

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
    return _drip(port, ended, [LONG_ANSWER] * count, drop=b"", receive_buffer=4096, taken=256)


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
    taken: int = 0,
) -> Counter[str]:
    """Hold a connection for each beginning, send a drop to each (or take a little) every second, and count its end."""
    free_files()
    with ExitStack() as stack:
        clients = list(_opened(stack, port, beginnings, receive_buffer))
        while not ended.wait(_DRIP_SECONDS):
            for client in clients:
                with suppress(OSError):
                    client.send(drop) if drop else None
                    client.recv(taken) if taken else None
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
