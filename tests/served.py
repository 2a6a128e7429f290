"""The web server of the portal in a thread of the tests, and Debian's nginx before it, on loopback."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn

from gisportal.bounds.table import body_bound
from gisportal.server.application import PortalServer
from gisportal.server.protocol import BoundedProtocol
from gisportal.server.request_bodies import MaySend, anybody
from gisportal.server.wsgi_bridge import Application
from gisportal.short_road.road import ShortRoad
from launcher.packages import proxy

PATIENCE_SECONDS = 30.0
# As a person may write them.
PORTAL_HOSTS = "localhost, portail.example.org:8443,127.0.0.1"
ROOT = Path(__file__).resolve().parents[1]
# What the configuration of the containers names, and nobody has here.
_OF_THE_CONTAINER = {
    "pid /tmp/nginx.pid;": "pid {folder}/nginx.pid;",
    "worker_processes auto;": "worker_processes 1;",
    "worker_rlimit_nofile 16384;": "",
    "access_log /dev/stdout": "access_log {folder}/access.log",
    "error_log /dev/stderr": "error_log {folder}/error.log",
    "server web:8000 resolve;": "server 127.0.0.1:{upstream};",  # Debian's nginx does not resolve names again
    "listen 80 default_server;": "listen 127.0.0.1:{port} default_server;",
    "/tmp/nginx-hosts.conf": "{folder}/nginx-hosts.conf",
    "/data/static/": "{folder}/static/",
    "/var/cache/nginx/": "{folder}/",
    "http {\n": "http {\n{temporary}",
}
_UNUSED = "".join(f"    {kind}_temp_path {{folder}}/{kind};\n" for kind in ("fastcgi", "uwsgi", "scgi"))


@contextmanager
def serving(
    application: Application,
    *,
    threads: int = 2,
    may_send: MaySend = anybody,
    short_road: ShortRoad | None = None,
) -> Iterator[int]:
    """Serve a WSGI application for the time of the block; give the port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        portal = PortalServer(
            application,
            threads=threads,
            waiting=64,
            may_send=may_send,
            bound_of=body_bound,
            short_road=short_road,
        )
        config = uvicorn.Config(
            portal,  # type: ignore[arg-type]  # ASGI by duck
            http=BoundedProtocol, loop="asyncio", ws="none", interface="asgi3", lifespan="off", proxy_headers=False,
            server_header=False, access_log=False, log_config=None, timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)

        async def serve() -> None:
            await server.serve(sockets=[listener])
            if short_road is not None:
                await short_road.close()

        def run() -> None:
            asyncio.run(serve())

        thread = threading.Thread(target=run)
        thread.start()
        try:
            wait_for(port)
            yield port
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)


@contextmanager
def nginx_before(upstream: int, folder: Path, *, front: str = "1", hsts: str = "0 0") -> Iterator[int]:
    """Run nginx with ``deploy/nginx.conf`` before a port for the time of the block; give its own port."""
    port = free_port()
    (folder / "static").mkdir()
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    values = {"folder": str(folder), "upstream": str(upstream), "port": str(port)}
    values["temporary"] = _UNUSED.format(folder=folder)
    for written, instead in _OF_THE_CONTAINER.items():
        assert written in text
        for name, value in values.items():
            instead = instead.replace(f"{{{name}}}", value)
        text = text.replace(written, instead)
    text = text.replace("127.0.0.0/8    1;", f"127.0.0.0/8    {front};")
    (folder / "nginx.conf").write_text(text)
    hosts = (ROOT / "deploy" / "nginx-hosts.conf.template").read_text()
    subdomains, preload = hsts.split()
    environ = {"HOSTS": PORTAL_HOSTS, "HSTS_SUBDOMAINS": subdomains, "HSTS_PRELOAD": preload}
    for name, value in environ.items():
        hosts = hosts.replace(f"${{PORTAL_{name}}}", value)
    hosts = hosts.replace("${NGINX_LOCAL_RESOLVERS}", "127.0.0.1")
    (folder / "nginx-hosts.conf").write_text(hosts)
    with running_nginx(folder / "nginx.conf", port):
        yield port


@contextmanager
def running_nginx(configuration: Path, port: int) -> Iterator[None]:
    """Run Debian's nginx with a configuration, which listens on a port, for the time of the block."""
    program = proxy()
    assert program, "nginx is not installed: ./portal test installs it"
    folder = configuration.parent
    user = " user root;" if os.geteuid() == 0 else ""  # its workers enter the folder of the test
    command = [program, "-p", str(folder), "-c", str(configuration), "-g", f"daemon off;{user}"]
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_for(port: int) -> None:
    """Return when something listens."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
    raise TimeoutError(port)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def ask(port: int, path: str = "/", *lines: str, source: str = "127.0.0.1") -> tuple[int, str]:
    """Return the status and body of a GET with these header lines, from an address of loopback."""
    head = "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *lines, "", ""])
    return read_answer(raw(port, head.encode(), source=source))


def raw(port: int, sent: bytes, *, source: str = "127.0.0.1") -> bytes:
    """Send bytes on a new connection and return all that comes back until the other end closes it."""
    with socket.create_connection(
        ("127.0.0.1", port), timeout=PATIENCE_SECONDS, source_address=(source, 0)
    ) as client:
        with suppress(ConnectionError):  # the other end may refuse before it took everything
            client.sendall(sent)
        return read_to_end(client)


def read_to_end(client: socket.socket) -> bytes:
    """Return what a connection gives until it is closed."""
    received = b""
    with suppress(ConnectionError):
        while part := client.recv(65536):
            received += part
    return received


def read_answer(received: bytes) -> tuple[int, str]:
    """Return the status and the rest of an answer, 0 when there is none."""
    head, _end, body = received.partition(b"\r\n\r\n")
    return (int(head.split()[1]) if head.startswith(b"HTTP/") else 0), body.decode(errors="replace")


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer with the size of the body and the length of the query (WSGI)."""
    body = environ["wsgi.input"].read()
    content = f"{len(body)} {len(environ['QUERY_STRING'])} {environ.get('CONTENT_LENGTH', '-')}".encode()
    start_response("200 OK", [("Content-Length", str(len(content)))])
    return [content]
