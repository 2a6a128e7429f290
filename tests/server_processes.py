"""Servers of the database of a test, each a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.server import Server, free_port
from tests.database_address import database_address
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 180


@contextmanager
def serving(logs: Path, *, settings: str, count: int) -> Iterator[list[Server]]:
    """Serve the database of the test by some processes of these settings, once each answers; logs go to a folder."""
    with ExitStack() as opened:
        servers = [
            opened.enter_context(_server(logs / f"log{number}", settings=settings)) for number in range(count)
        ]
        until(lambda: all(map(_is_up, servers)), seconds=PATIENCE_S)
        yield servers


def status(server: Server, path: str, headers: Mapping[str, str] | None = None) -> int:
    """Return the status of an answer to a GET."""
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)) as client:
        client.request("GET", path, headers={"Host": "localhost", **(headers or {})})
        return client.getresponse().status


@contextmanager
def _server(log: Path, *, settings: str) -> Iterator[Server]:
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": str(ROOT), "PORTAL_WORKERS": "1",
        "DATABASE_URL": database_address(),
        "PORTAL_BIND": "127.0.0.1", "PORTAL_PORT": str(port), "PORTAL_HOSTS": f"127.0.0.1:{port}",
    }  # fmt: skip
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "deploy/serve.py"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            stdout=written, stderr=written,
        )  # fmt: skip
    try:
        yield Server(process.pid, port)
    finally:
        process.kill()
        process.wait()


def _is_up(server: Server) -> bool:
    with suppress(OSError, HTTPException):
        return status(server, "/healthz") == 200
    return False
