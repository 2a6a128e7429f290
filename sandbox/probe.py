"""What a child can do of what it must not: run by the system check and by the tests."""

from __future__ import annotations

import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path

from sandbox.child import Job


def serve(job: Job) -> None:
    """Answer with what was possible: each name of ``attempts`` and whether it succeeded, and the limits in force."""
    held = {
        name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0]
        for name in ("DATA", "AS", "CPU", "NOFILE", "FSIZE", "CORE")
    }
    job.channel.send(
        {
            "possible": sorted(name for name, attempt in attempts(job).items() if _succeeds(attempt)),
            "limits": held,
            "environment": sorted(os.environ),
            "folder": oct(Path.cwd().stat().st_mode & 0o777),
        }
    )


def attempts(job: Job) -> dict[str, Callable[[], object]]:
    """Return what must fail, by name."""
    outside = job.arguments.get("outside", "/etc/passwd")
    return {
        "network": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "network_v6": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
        "local_sockets": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "processes": _fork,
        "programs": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606  (it must fail)
        "signals": lambda: os.kill(os.getppid(), 0),
        "files_outside": lambda: Path(outside).read_bytes(),
        "other_processes": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "writing_outside": lambda: Path(f"/tmp/gisportal-probe-{os.getpid()}").touch(),  # noqa: S108  (the same)
        "modes": lambda: os.fchmod(job.file.fileno(), 0o600),
        "privileges": lambda: os.chroot("/"),
    }


def _fork() -> None:
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True
