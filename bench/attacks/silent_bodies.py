"""Bodies that are announced near the largest size and then stop or drip, from one network and from several at once.

Clients that are cut or refused come back: what they aim at is that no form of anybody else finds room.
"""

from __future__ import annotations

import select
import socket
import threading
from collections import Counter
from contextlib import closing, suppress

from bench.server import free_files

_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n"
)
_WFS = _HEAD.format(path="/wfs", length=5 * 1024 * 1024).encode()
_FILE = _HEAD.format(path="/jeux/nouveau/", length=500 * 1024 * 1024).encode()
# The head, and how much is sent before the silence: nothing, what stays in memory, what waits on disk, files of nobody
# that would fill the room of two processes.
BEGINNINGS = ((_WFS, 0), (_WFS, 400 * 1024), (_WFS, 4 * 1024 * 1024), (_FILE, 60 * 1024 * 1024))
_PART = bytes(256 * 1024)
_DRIP_SECONDS, _SEND_SECONDS, _BACK_SECONDS = 1.0, 10.0, 0.5


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
            client.settimeout(_DRIP_SECONDS)
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
