"""A source of tiles on loopback, written for the tests: it notes what it is asked, and fails the way a test wants."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image


def picture(colour: str = "#b9cfc4", kind: str = "PNG") -> bytes:
    """Return a plain tile."""
    file = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(file, kind)
    return file.getvalue()


@dataclass
class Source:
    """What the source answers, and what it was asked: paths and headers."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "image/png"})
    content: bytes = field(default_factory=picture)
    send: Callable[[BaseHTTPRequestHandler, bytes], None] | None = None
    address: str = ""
    paths: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """Return the entry of ``PORTAL_BASEMAPS`` that names this source."""
        entry = {
            "slug": "plan", "title": "Plan d’essai", "attribution": "© Source d’essai", "type": "png", "tile_size": 256,
            "min_zoom": 0, "max_zoom": 19, "bounds": None, "url": self.address + "/{z}/{x}/{y}.png",
        }  # fmt: skip
        return {**entry, **changes}

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Note the request and send the answer."""
        self.paths.append(handler.path)
        self.asked.append(dict(handler.headers.items()))
        handler.send_response(self.status)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        if "Content-Length" not in self.headers:
            handler.send_header("Content-Length", str(len(self.content)))
        handler.end_headers()
        if self.send:
            self.send(handler, self.content)
        else:
            handler.wfile.write(self.content)


def slowly(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """Send a byte now and then: no single read is late, the whole is. It ends when nobody reads, in 30 s at most."""
    pause = threading.Event()
    for at in range(600):
        handler.wfile.write(content[at : at + 1])
        handler.wfile.flush()
        pause.wait(0.05)


@contextmanager
def source() -> Iterator[Source]:
    """Serve tiles on a free port of loopback."""
    found = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                found.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()
