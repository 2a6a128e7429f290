"""The web server forks its processes from one that has imported the portal: they share its memory and its fate."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from bench.server import Server, free_port, is_dead, shared_mb
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 180
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/absent"
# The bound of the benchmark (docs/performance.md), and a fifth: a busy machine shares less.
AT_REST_MB = 180 * 1.2


def answers(port: int) -> bool:
    with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=5)) as client:
        client.request("GET", "/healthz")
        return client.getresponse().status in {200, 503}
    return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Two processes that serve, without a database."""
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "gisportal.settings.test", "DATABASE_URL": NOWHERE, "PORTAL_WORKERS": "2",
        "PORTAL_BIND": "127.0.0.1", "PORTAL_PORT": str(port), "PORTAL_HOSTS": f"127.0.0.1:{port}",
    }  # fmt: skip
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "deploy/serve.py"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log,
            stderr=log,
        )  # fmt: skip
    started = Server(process.pid, port)
    try:
        until(lambda: answers(port) and len(started.workers()) == 2, seconds=PATIENCE_S)
        yield started
    finally:
        process.kill()
        process.wait()


def test_processes_share_memory_are_renewed_and_end_with_their_parent(
    server: Server, pytestconfig: pytest.Config
) -> None:
    assert max(map(shared_mb, server.workers())) < AT_REST_MB
    if pytestconfig.getoption("--thorough"):
        see_all_renewed(server)
    killed = server.workers()[0]
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(server.workers()) == 2 and killed not in server.workers(), seconds=PATIENCE_S)
    last = [*server.workers(), *server.helpers()]
    os.kill(server.pid, signal.SIGKILL)
    until(lambda: all(map(is_dead, last)), seconds=PATIENCE_S)


def see_all_renewed(server: Server) -> None:
    """See SIGHUP replace the processes and their fork server, so that new ones run the code of now."""
    first = set(server.workers())
    fork_servers = {
        pid for pid in server.helpers() if b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()
    }
    assert len(fork_servers) == 1

    os.kill(server.pid, signal.SIGHUP)
    until(lambda: len(server.workers()) == 2 and not first & set(server.workers()), seconds=PATIENCE_S)
    until(lambda: all(map(is_dead, fork_servers)), seconds=PATIENCE_S)
    assert answers(server.port)


def test_what_is_preloaded_has_one_thread_and_no_connection() -> None:
    """A lock that another thread holds, or a connection, would be the children's too.

    OpenBLAS has threads of its own, which it ends before a fork.
    """
    program = """
import threading
import gisportal.preloaded
from django.db import connection
print(threading.active_count(), connection.connection)
"""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gisportal.settings.test", "DATABASE_URL": NOWHERE},
    )  # fmt: skip
    assert ended.stdout.split() == ["1", "None"]
