"""The web server and the worker: started, recognised later by their processes, stopped.

The portal serves without a worker; only what takes long waits. So a worker that does not start is told, and stops
nothing.
"""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from launcher import processes
from launcher.environment import Environment
from launcher.files import write_private
from launcher.processes import Identity, end, identify, is_same, orphans
from launcher.steps import StepFailed, ending, tail

# A server that ended is noticed at once; a busy machine takes a minute to load one.
SITE_PATIENCE = 180.0
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
    site = _recorded_site(data)
    return site if site is not None and is_same(site.process) else None


def _recorded_site(data: Path) -> Site | None:
    try:
        record = json.loads((data / "server.json").read_text())
        return Site(Identity(**record["process"]), int(record["port"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def require_free_port(port: int) -> None:
    """Refuse a port that somebody else has, and say who."""
    if not processes.is_free(port):
        raise StepFailed(
            f"port {port} is taken by {processes.holder(port)}",
            f"stop it, or choose another port: ./portal up --port {port + 1}",
        )


def start_site(
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
        stop_site(environment.data)
        raise
    return program


def _wait_until_answers(site: Site, program: subprocess.Popen[bytes], log: Path, begin: int) -> None:
    deadline = time.monotonic() + SITE_PATIENCE
    while time.monotonic() < deadline:
        if program.poll() is not None:
            raise StepFailed(tail(log, begin) or ending("the server", program.returncode), "see the log", log)
        if answers(f"{site.address}healthz"):
            return
        time.sleep(0.1)
    raise StepFailed(tail(log, begin) or f"no answer within {SITE_PATIENCE:.0f} s", "see the log", log)


def answers(address: str) -> bool:
    """Whether this address gives a 200, asked directly: a proxy configured for the outside is not for loopback."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop_site(data: Path) -> bool:
    """Stop the server of this data folder, and what a killed one left; False when nothing was running."""
    site = _recorded_site(data)
    if site is None:
        return False
    is_same_process = is_same(site.process)
    living = [site.process] if is_same_process else orphans(site.process)
    for process in living:
        if not end(process, patience=END_PATIENCE if is_same_process else ORPHAN_PATIENCE):
            raise StepFailed(f"the server (pid {process.pid}) does not end", f"kill -9 {process.pid}")
    (data / "server.json").unlink(missing_ok=True)
    return bool(living)


WORKER_RECORD = "worker.json"
# A worker whose settings or database are wrong has ended by then.
WORKER_PATIENCE = 1.5


def is_worker_running(data: Path) -> bool:
    """Whether the worker started from this data folder still lives."""
    worker = _recorded_worker(data)
    return worker is not None and is_same(worker)


def _recorded_worker(data: Path) -> Identity | None:
    try:
        return Identity(**json.loads((data / WORKER_RECORD).read_text()))
    except (OSError, ValueError, TypeError):
        return None


@dataclass(frozen=True)
class NewWorker:
    """A worker that was just started: its program, its record, and where its part of the log begins."""

    program: subprocess.Popen[bytes]
    data: Path
    identity: Identity | None
    log: Path
    begin: int

    def early_end(self, patience: float = 0.0) -> str:
        """Return what to say when it ends within so many seconds, else nothing; its record goes with it."""
        try:
            self.program.wait(patience)
        except subprocess.TimeoutExpired:
            return ""
        if _recorded_worker(self.data) == self.identity:  # a supervisor may have started another
            (self.data / WORKER_RECORD).unlink(missing_ok=True)
        cause = (tail(self.log, self.begin) or ending("the worker", self.program.returncode)).splitlines()[-1]
        return f"not running: {cause} (log: {self.log})"


def launch_worker(environment: Environment, variables: Mapping[str, str]) -> NewWorker:
    """Start a worker in a session of its own, and do not wait for it."""
    log = environment.logs / "worker.log"
    begin = log.stat().st_size if log.exists() else 0
    command = [str(environment.python), "manage.py", "run_worker"]
    with log.open("ab") as output:
        program = subprocess.Popen(
            command, cwd=environment.root, env=dict(variables), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    identity = identify(program.pid)
    if identity is not None:
        write_private(environment.data / WORKER_RECORD, json.dumps(asdict(identity)) + "\n")
    return NewWorker(program, environment.data, identity, log, begin)


def start_worker(
    environment: Environment, variables: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], str]:
    """Start a worker; return its program, and what to say when it ended at once, else nothing."""
    worker = launch_worker(environment, variables)
    return worker.program, worker.early_end(WORKER_PATIENCE)


def stop_worker(data: Path) -> bool:
    """Stop the worker of this data folder, and what a killed one left; False when nothing was running."""
    worker = _recorded_worker(data)
    if worker is None:
        return False
    living = [worker] if is_same(worker) else orphans(worker)
    for process in living:
        if not end(process):
            raise StepFailed(f"the worker (pid {process.pid}) does not end", f"kill -9 {process.pid}")
    (data / WORKER_RECORD).unlink(missing_ok=True)
    return bool(living)
