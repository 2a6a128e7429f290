"""Processes, recognised by more than their number, and the ports that they hold."""

import os
import random
import re
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
# Fields of /proc/PID/stat, counted after the command's closing parenthesis.
SESSION_FIELD = 3
START_TIME_FIELD = 19


@dataclass(frozen=True)
class Identity:
    """A process as it can be recognised later: its number, when it started, in which run of the machine."""

    pid: int
    started: str
    boot: str


def identify(pid: int) -> Identity | None:
    """The identity of a live process, or None."""
    fields = _stat(pid)
    if not fields or fields[0] in "ZX":
        return None
    return Identity(pid, fields[START_TIME_FIELD], _boot())


def _stat(pid: int) -> list[str]:
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _boot() -> str:
    return (PROC / "sys/kernel/random/boot_id").read_text().strip()


def is_same(identity: Identity) -> bool:
    """Whether that very process still lives."""
    return identify(identity.pid) == identity


def orphans(leader: Identity) -> list[Identity]:
    """What a dead leader left in its session. The kernel lends its number to nobody as long as the session lives."""
    state = _stat(leader.pid)
    is_dead = not state or (state[0] in "ZX" and state[START_TIME_FIELD] == leader.started)
    if not is_dead or leader.boot != _boot():
        return []
    pids = [int(folder.name) for folder in PROC.glob("[0-9]*")]
    members = [pid for pid in pids if _stat(pid)[SESSION_FIELD : SESSION_FIELD + 1] == [str(leader.pid)]]
    return [identity for pid in members if (identity := identify(pid)) is not None]


def arguments(pid: int) -> list[str]:
    """The command line of a process, empty when it is gone."""
    try:
        raw = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return []
    return [part.decode(errors="replace") for part in raw.split(b"\0") if part]


def end(identity: Identity, patience: float = 20.0) -> bool:
    """Ask a process to end, insist when it does not; True when it is gone."""
    for number, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        if not is_same(identity):
            return True
        try:
            os.kill(identity.pid, number)
        except ProcessLookupError:
            return True
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            if not is_same(identity):
                return True
            time.sleep(0.05)
    return not is_same(identity)


RESERVED_PORTS = range(
    20000, 32000
)  # below the range from which the kernel lends ports to outgoing connections
LISTENING = "0A"


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose_free() -> int:
    """A free port that nothing else is likely to be lent."""
    candidates = random.sample(RESERVED_PORTS, k=200)
    return next(port for port in candidates if is_free(port))


def holder(port: int, proc: Path = PROC) -> str:
    """Who listens on a port, in words."""
    inodes = _listening_inodes(port, proc)
    for folder in proc.glob("[0-9]*"):
        if inodes & _socket_inodes(folder):
            command = " ".join(arguments(int(folder.name)))[:80] or "a process"
            return f"{command} (pid {folder.name})"
    return "a process of another user"


def _listening_inodes(port: int, proc: Path) -> set[str]:
    inodes = set()
    for table in ("net/tcp", "net/tcp6"):
        try:
            rows = (proc / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, rows):
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(fields[9])
    return inodes


def _socket_inodes(process: Path) -> set[str]:
    inodes = set()
    try:
        for link in (process / "fd").iterdir():
            if match := re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink())):
                inodes.add(match[1])
    except OSError:
        pass  # the process ended meanwhile, or belongs to somebody else
    return inodes
