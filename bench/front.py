"""Debian's nginx with the project's configuration before the measured server, on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.client import Connection
from bench.server import ROOT, free_port

# What the configuration of the containers names, and a measured server has elsewhere.
_INSTEAD = {
    "pid /tmp/nginx.pid;": "pid {folder}/nginx.pid;",
    "access_log /dev/stdout without_query;": "access_log off;",
    "error_log /dev/stderr": "error_log {folder}/error.log",
    "server web:8000;": "server 127.0.0.1:{upstream};",
    "Host $http_host;": "Host 127.0.0.1:{upstream};",
    # A client of the measure opens no second connection.
    "keepalive_timeout 30s;": "keepalive_timeout 30s; keepalive_requests 10000000;",
    "listen 80 default_server;": "listen 127.0.0.1:{port} default_server;",
    "include /tmp/nginx-hosts.conf;": "map $uri $is_for_the_portal {{ default 1; }} map $uri $hsts_scope {{ }}",
    "/data/static/": "{folder}/static/",
    "/var/cache/nginx/": "{folder}/",
}


@contextmanager
def front_of(upstream: int) -> Iterator[int | None]:
    """Run nginx before a port for the time of the block; give its own port, None where nginx is not installed."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        for written, instead in _INSTEAD.items():
            text = text.replace(written, instead.format(folder=folder, upstream=upstream, port=port))
        configuration = Path(folder, "nginx.conf")
        configuration.write_text(text)
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
