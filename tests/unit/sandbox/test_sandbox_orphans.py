"""A process of the portal that is killed leaves no child, no fork server and no folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import until

ROOT = Path(__file__).parents[3]
PORTAL = """
import json, sys
from django.conf import settings
settings.configure(SANDBOX_CHILDREN=1, SANDBOX_WAIT_SECONDS=1)
from sandbox import supervisor
from sandbox.limits import MEGABYTE, Limits
limits = Limits(64 * MEGABYTE, 60, 600, 32, MEGABYTE, MEGABYTE)
with open(sys.executable, "rb") as file:
    child = supervisor.start("tests.unit.sandbox.targets:linger", file=file, arguments={}, limits=limits)
print(json.dumps(child.receive()[0] | {"server": supervisor.server.pid}), flush=True)
child.receive()
"""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A process that reads a file, and what it says of its child."""
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "ignore", "-c", PORTAL]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())
        process.kill()


def runs(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_killed_process_leaves_nothing(
    portal: tuple[subprocess.Popen[str], dict[str, Any]], tmp_path: Path
) -> None:
    process, told = portal
    process.kill()
    process.wait()
    until(lambda: not runs(told["server"]) and not runs(told["pid"]))
    assert list(tmp_path.iterdir()) == []


def test_killed_fork_server_takes_its_child_along(
    portal: tuple[subprocess.Popen[str], dict[str, Any]],
) -> None:
    _process, told = portal
    os.kill(told["server"], signal.SIGKILL)
    until(lambda: not runs(told["pid"]))


def test_folder_of_a_killed_fork_server_is_removed_by_the_next_one(
    portal: tuple[subprocess.Popen[str], dict[str, Any]], tmp_path: Path
) -> None:
    process, told = portal
    os.kill(told["server"], signal.SIGKILL)
    process.kill()
    process.wait()
    until(lambda: not runs(told["pid"]))
    [left] = tmp_path.iterdir()
    os.utime(left, (0, 0))
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.close()
    program = [sys.executable, "-I", str(ROOT / "sandbox" / "server.py")]
    command = [*program, str(theirs.fileno()), str(ROOT), str(tmp_path)]
    with theirs:
        subprocess.run(command, pass_fds=[theirs.fileno()], check=True, timeout=30)
    assert list(tmp_path.iterdir()) == []
