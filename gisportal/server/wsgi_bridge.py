"""An ASGI scope written as the WSGI environment that Django reads (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes

from django.db import close_old_connections

from gisportal.proxies import read_origin
from gisportal.server.client_connection import ENVIRON_KEY, ClientConnection

Headers = Iterable[tuple[bytes, bytes]]
# Where a request whose answer the short road may repeat carries its record.
ANSWER_RECORD_KEY = "gisportal.answer_record"
# The body is read to its end before Django sees it: its length is known, and these no longer say how it came.
_HOW_THE_BODY_CAME = ("HTTP_TRANSFER_ENCODING", "HTTP_EXPECT")


def wsgi_environ(
    scope: dict[str, Any], body: BinaryIO, size: int, client: ClientConnection
) -> dict[str, Any]:
    """Return the environment of a request whose body, ``size`` bytes, has arrived."""
    host, port = scope.get("server") or ("localhost", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 80),
        "REMOTE_ADDR": peer_address(scope),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.file_wrapper": FileBody,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        ENVIRON_KEY: client,
    }
    _add_headers(environ, scope["headers"])
    environ.setdefault("HTTP_HOST", "")  # Django would take the address that the server listens on
    for name in _HOW_THE_BODY_CAME:
        environ.pop(name, None)
    if size or "CONTENT_LENGTH" in environ:
        environ["CONTENT_LENGTH"] = str(size)
    return environ


def peer_address(scope: dict[str, Any]) -> str:
    """Return the address of the server's own peer; empty for a Unix socket."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def client_address(scope: dict[str, Any]) -> str:
    """Return the address of the client, from trusted hops; empty for a Unix socket."""
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    environ = {"REMOTE_ADDR": peer_address(scope), "HTTP_X_FORWARDED_FOR": forwarded.decode("latin-1")}
    read_origin(environ)
    return environ["REMOTE_ADDR"]


def _add_headers(environ: dict[str, Any], headers: Headers) -> None:
    """Add headers; a repeated one is joined. A name with ``_`` would pass for another with ``-``: it is dropped."""
    for raw_name, raw_value in headers:
        if b"_" in raw_name:
            continue
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        key = name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
        before = environ.get(key)
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = value if before is None else f"{before}{joint}{value}"


# A body up to this size is read into memory and sent at once; the pieces of a larger one have this size.
PIECE_BYTES = 256 * 1024
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class FileBody:
    """A file to send, as Django gives it (``wsgi.file_wrapper``): an iterator of its pieces."""

    def __init__(self, file: Any, _block_size: int = 0) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._file.read(PIECE_BYTES):
            yield piece

    def close(self) -> None:
        """Close the file, and with it Django's response."""
        self._file.close()


@dataclass(slots=True)
class WsgiAnswer:
    """The head of an answer, its whole body when it is short, else an iterator of pieces to close at the end."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    pieces: Iterator[bytes] | None = None
    close: Callable[[], None] = lambda: None

    def start(self, status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        """Take the head, as a WSGI application gives it."""
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    @property
    def length(self) -> int | None:
        """The length in the head, in bytes."""
        announced = next((value for name, value in self.headers if name == b"content-length"), b"")
        return int(announced) if announced.isdigit() else None


def run_application(application: Application, environ: dict[str, Any]) -> WsgiAnswer:
    """Return the answer of the application. A long one holds no thread and no database connection any more."""
    answer = WsgiAnswer()
    content = application(environ, answer.start)
    close = getattr(content, "close", lambda: None)
    if _is_long(content, answer.length):
        answer.pieces, answer.close = iter(content), close
        close_old_connections()
        return answer
    try:
        answer.body = b"".join(content)
    finally:
        close()
    return answer


def _is_long(content: Iterable[bytes], length: int | None) -> bool:
    if length is not None and length <= PIECE_BYTES:
        return False
    return isinstance(content, FileBody) or bool(getattr(content, "streaming", False))
