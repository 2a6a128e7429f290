"""The web server: started, recognised later by its process, stopped."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from launcher import ports
from launcher.credentials import write_private
from launcher.environment import Environment
from launcher.errors import StepFailed
from launcher.processes import Identity, end, identify, is_same, orphans
from launcher.steps import ending, tail

PATIENCE = 60.0
# Seconds to end what it is doing: the whole server, and a process that a killed one left, which keeps its port.
END_PATIENCE, ORPHAN_PATIENCE = 20.0, 2.0


@dataclass(frozen=True)
class Site:
    """A server that was started, as its record says."""

    process: Identity
    port: int

    @property
    def address(self) -> str:
        """Where a browser finds it on this machine."""
        return f"http://127.0.0.1:{self.port}/"


def running_site(data: Path) -> Site | None:
    """The server started from this data folder, if that very process still lives."""
    site = _recorded(data)
    return site if site is not None and is_same(site.process) else None


def _recorded(data: Path) -> Site | None:
    try:
        kept = json.loads((data / "server.json").read_text())
        return Site(Identity(**kept["process"]), int(kept["port"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def require_free_port(port: int) -> None:
    """Refuse a port that somebody else has, and say who."""
    if not ports.is_free(port):
        raise StepFailed(
            f"port {port} is taken by {ports.holder(port)}",
            f"stop it, or choose another port: ./portal up --port {port + 1}",
        )


def start(
    environment: Environment, variables: Mapping[str, str], *, detached: bool
) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own, so that Ctrl-C reaches us alone, and wait until it answers."""
    log = environment.logs / "server.log"
    command = [str(environment.python), "deploy/serve.py"]
    begin = log.stat().st_size if log.exists() else 0
    with log.open("ab") as output:
        sink = output if detached else None
        program = subprocess.Popen(
            command, cwd=environment.root, env=dict(variables), stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
            start_new_session=True,
        )  # fmt: skip
    identity = identify(program.pid)
    if identity is None:
        raise StepFailed("the server ended at once", "see the log", log)
    site = Site(identity, environment.port)
    write_private(environment.data / "server.json", json.dumps(asdict(site)) + "\n")
    try:
        _wait_until_answers(site, program, log, begin)
    except BaseException:
        stop(environment.data)
        raise
    return program


def _wait_until_answers(site: Site, program: subprocess.Popen[bytes], log: Path, begin: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if program.poll() is not None:
            raise StepFailed(tail(log, begin) or ending("the server", program.returncode), "see the log", log)
        if answers(f"{site.address}healthz"):
            return
        time.sleep(0.1)
    raise StepFailed(tail(log, begin) or f"no answer within {PATIENCE:.0f} s", "see the log", log)


def answers(address: str) -> bool:
    """Whether this address gives a 200, asked directly: a proxy configured for the outside is not for loopback."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop(data: Path) -> bool:
    """Stop the server of this data folder, and what a killed one left; False when nothing was running."""
    site = _recorded(data)
    if site is None:
        return False
    is_whole = is_same(site.process)
    living = [site.process] if is_whole else orphans(site.process)
    for process in living:
        if not end(process, patience=END_PATIENCE if is_whole else ORPHAN_PATIENCE):
            raise StepFailed(f"the server (pid {process.pid}) does not end", f"kill -9 {process.pid}")
    (data / "server.json").unlink(missing_ok=True)
    return bool(living)
