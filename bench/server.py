"""The measured server, the portal's own on a free port; a worker; Debian's nginx with our configuration before it."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from bench.client import Connection

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
_PATIENCE_SECONDS = 60.0
_KIBIBYTES_IN_MEGABYTE = 1024


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    pid: int
    port: int

    def workers(self) -> list[int]:
        """Return the pids of the worker processes: the server itself when it is alone."""
        servers = [
            pid for pid in children(self.pid) if b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        return [pid for server in servers for pid in children(server)] or [self.pid]

    def processor_ms(self) -> float:
        """Return the milliseconds of the threads of the worker processes so far (Linux, proc(5), schedstat)."""
        threads = (thread for pid in self.workers() for thread in Path(f"/proc/{pid}/task").iterdir())
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6

    def helpers(self) -> list[int]:
        """Return the pids of the processes that start the workers."""
        return [self.pid, *children(self.pid)] if self.workers() != [self.pid] else []


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker of the queue."""

    pid: int

    def highest_mb(self) -> float:
        """Return its highest memory since it started, in megabytes."""
        return highest_mb(self.pid)

    def shared_mb_at_rest(self) -> float:
        """Return what it holds once it waits for a job: its memory has not grown for a second."""
        held = 0.0
        while (now := shared_mb(self.pid)) != held:
            held = now
            time.sleep(1)
        return held


@contextmanager
def working() -> Iterator[Worker]:
    """Run a worker of the queue for the time of the block."""
    command = [sys.executable, "manage.py", "run_worker"]
    with _log("bench-worker.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  (constants)
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield Worker(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def serving(port: int | None = None, *, workers: int = WORKERS, short_road: str = "") -> Iterator[Server]:
    """Serve the measured layers for the time of the block, on a free port unless one is given.

    ``short_road`` is ``PORTAL_SHORT_ROAD``, by default that of every portal.
    """
    port = port or free_port()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it
    variables = {
        **os.environ,
        "PORTAL_COMMAND": "",
        "PORTAL_PORT": str(port),
        "PORTAL_BIND": "127.0.0.1",
        "PORTAL_WORKERS": str(workers),
        "PORTAL_SHORT_ROAD": short_road,
        "PORTAL_HOSTS": f"127.0.0.1:{port},localhost:{port},127.0.0.1:80",  # the last is what bare connections write
    }
    command = [sys.executable, "deploy/serve.py"]
    with _log().open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  (constants)
            command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        _wait_until_answers(process, port)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def children(pid: int) -> list[int]:
    """Return the pids of the children of a process; none once it has ended."""
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def is_dead(pid: int) -> bool:
    """Whether a process has ended; nobody need have waited for it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def shared_mb(pid: int) -> float:
    """Return the memory of a process now, with its part of what it shares (PSS; Linux, proc(5), smaps_rollup)."""
    return _kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss") / _KIBIBYTES_IN_MEGABYTE


def resident_mb(pid: int) -> float:
    """Return the memory of a process now, in megabytes."""
    return _status(pid, "VmRSS")


def highest_mb(pid: int) -> float:
    """Return the highest memory of a process since it started or since ``forget_highest``, in megabytes."""
    return _status(pid, "VmHWM")


def forget_highest(pid: int) -> None:
    """Let ``highest_mb`` start again from what the process uses now (Linux, proc(5), clear_refs)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _status(pid: int, name: str) -> float:
    return _kilobytes(Path(f"/proc/{pid}/status"), name) / _KIBIBYTES_IN_MEGABYTE


def _kilobytes(file: Path, name: str) -> int:
    for line in file.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise ValueError(f"{file} has no {name}: the process has ended")


def free_files(count: int = 8_192) -> None:
    """Let this process hold so many connections, as far as the machine allows."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, most) if most > 0 else count, most))


def free_port() -> int:
    """Return a port that nobody listens to now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_answers(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"bench: the server ended with {process.returncode}, see {_log()}")
        with suppress(OSError):
            if Connection(port).get("/healthz").status == 200:
                return
        time.sleep(0.1)
    raise SystemExit(f"bench: the server does not answer, see {_log()}")


def _log(name: str = "bench-server.log") -> Path:
    """Return where a process writes, beside what the launcher keeps of each step."""
    log = Path(settings.DATA_DIR) / "logs" / name
    log.parent.mkdir(parents=True, exist_ok=True)
    return log


# What the configuration of the containers names, and a measured server has elsewhere.
_INSTEAD = {
    "pid /tmp/nginx.pid;": "pid {folder}/nginx.pid;",
    "access_log /dev/stdout without_query;": "access_log off;",
    "error_log /dev/stderr": "error_log {folder}/error.log",
    "server web:8000 resolve;": "server 127.0.0.1:{upstream};",  # Debian's nginx does not resolve names again
    "Host $http_host;": "Host 127.0.0.1:{upstream};",
    # A client of the measure opens no second connection.
    "keepalive_timeout 30s;": "keepalive_timeout 30s; keepalive_requests 10000000;",
    "listen 80 default_server;": "listen 127.0.0.1:{port} default_server;",
    "include /tmp/nginx-hosts.conf;": "map $uri $is_for_the_portal {{ default 1; }} map $uri $hsts_scope {{ }}",
    "/data/static/": "{folder}/static/",
    "/var/cache/nginx/": "{folder}/",
}


def nginx_configuration(*, folder: str, upstream: int, port: int) -> str:
    """Return the configuration of the containers for a port of this machine.

    Raises:
        ValueError: what is replaced is written otherwise there.
    """
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for written, instead in _INSTEAD.items():
        if written not in text:
            raise ValueError(f"deploy/nginx.conf has no {written!r}")
        text = text.replace(written, instead.format(folder=folder, upstream=upstream, port=port))
    return text


@contextmanager
def front_of(upstream: int) -> Iterator[int | None]:
    """Run nginx before a port for the time of the block; give its own port, None where nginx is not installed."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        configuration = Path(folder, "nginx.conf")
        configuration.write_text(nginx_configuration(folder=folder, upstream=upstream, port=port))
        user = " user root;" if os.geteuid() == 0 else ""
        command = [program, "-p", folder, "-c", str(configuration), "-g", f"daemon off;{user}"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  (constants)
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(OSError):
            if Connection(port).get("/nginx-healthz").status == 200:
                return
        time.sleep(0.05)
    raise SystemExit("bench: nginx does not answer")
