"""An ASGI scope written as the WSGI environment that Django reads (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes

from gisportal.proxies import read_origin
from gisportal.server.client_connection import ENVIRON_KEY, ClientConnection
from gisportal.server.responses import FileBody

Headers = Iterable[tuple[bytes, bytes]]
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
