"""What a child can do of what it must not: run by the system check and by the tests."""

from __future__ import annotations

import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path

from sandbox.child import Job

_LIMITS = ("DATA", "AS", "CPU", "NOFILE", "FSIZE", "CORE")


def serve(job: Job) -> None:
    """Answer with the names of ``ATTEMPTS`` that succeeded, the limits in force, and what the child was given."""
    job.channel.send(
        {
            "possible": sorted(name for name, attempt in ATTEMPTS.items() if _succeeds(attempt, job)),
            "limits": {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0] for name in _LIMITS},
            "environment": sorted(os.environ),
            "descriptors": [number for number in range(256) if _is_open(number)],
            "folder": os.getcwd(),
            "mode": oct(os.stat(".").st_mode & 0o777),
        }
    )


def _fork(_job: Job) -> None:
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)


ATTEMPTS: dict[str, Callable[[Job], object]] = {
    "network": lambda _job: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "network_v6": lambda _job: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
    "local_sockets": lambda _job: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "processes": _fork,
    "programs": lambda _job: os.execv("/bin/true", ["true"]),  # noqa: S606  (it must fail)
    "signals": lambda _job: os.kill(os.getppid(), 0),
    "files_outside": lambda job: Path(job.arguments.get("outside", "/etc/passwd")).read_bytes(),
    "other_processes": lambda _job: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "writing_outside": lambda _job: Path(f"../probe-{os.getpid()}").touch(),
    "modes": lambda job: os.fchmod(job.file.fileno(), 0o600),
    "privileges": lambda _job: os.chroot("/"),
    "higher_limits": lambda _job: resource.setrlimit(resource.RLIMIT_CPU, (9_999, 9_999)),
}
"""What must fail, by name."""


def _succeeds(attempt: Callable[[Job], object], job: Job) -> bool:
    try:
        attempt(job)
    except (OSError, ValueError):
        return False
    return True


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
