"""Ports: a free one to keep, and who holds one that is taken."""

import random
import re
import socket
from pathlib import Path

from launcher.processes import PROC, arguments

KEPT_PORTS = range(20000, 32000)  # below the range from which the kernel lends ports to outgoing connections
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
    candidates = random.sample(KEPT_PORTS, k=200)
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
            if found := re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink())):
                inodes.add(found[1])
    except OSError:
        pass  # the process ended meanwhile, or belongs to somebody else
    return inodes
