"""HTTP/1.1 with bounds: time and size of a head, slowness of a reader.

uvicorn bounds what it buffers of a body and of an answer, and idle connections; it leaves open an endless head, and a
reader that takes nothing.
"""

from __future__ import annotations

import asyncio
import re
import socket
from typing import Any
from urllib.parse import unquote

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
# A drawn area or a filter makes a long address: this bounds the longest, ``layers.parsing`` explains before.
ADDRESS_MAX_BYTES = 256 * 1024
HEAD_MAX_BYTES = ADDRESS_MAX_BYTES + 64 * 1024
HEADERS_MAX_COUNT = 100
# Heads that are still incomplete, all connections of a process together; a small one always has its place.
HEADS_MAX_BYTES = 64 * 1024 * 1024
_SMALL_HEAD_BYTES = 16 * 1024
# A buffer of 64 KiB must leave within this time.
WRITE_SECONDS = 30.0
CONNECTIONS_MAX_COUNT = 4_000
# The parser of addresses counts in 16 bits; above, it is split here.
_PARSED_ADDRESS_BYTES = 60_000
_REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
}


class HeadTooLarge(ValueError):
    """A head exceeds a bound of this module."""


class BoundedProtocol(HttpToolsProtocol):
    """A connection."""

    pending_heads = 0

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._is_in_head, self._head_bytes, self._refusal = True, 0, 400
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent does
        """Give the first head its time."""
        super().connection_made(transport)
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family != socket.AF_UNIX:
            # asyncio sets it where it made the socket itself; a head and its body are two writes.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(self.connections) > CONNECTIONS_MAX_COUNT:
            transport.abort()
        else:
            self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove the connection from the counts."""
        self._end_head()
        self._stop_write_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless a head is already larger than it may be."""
        if self._is_in_head and not self.transport.is_closing():
            if self._head_timer is None:
                self._begin_head()
            if self._head_bytes > HEAD_MAX_BYTES or self._is_crowded():
                self._refuse(431)
                return
            self._head_bytes += len(data)
            BoundedProtocol.pending_heads += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Give the next head of a connection its time too."""
        super().on_message_begin()
        if self._head_timer is None:
            self._begin_head()

    def on_url(self, url: bytes) -> None:
        """Bound the address."""
        super().on_url(url)
        if len(self.url) > ADDRESS_MAX_BYTES:
            self._refusal = 414
            raise HeadTooLarge

    def on_header(self, name: bytes, value: bytes) -> None:
        """Bound the number of headers."""
        super().on_header(name, value)
        if len(self.headers) > HEADERS_MAX_COUNT:
            self._refusal = 431
            raise HeadTooLarge

    def on_headers_complete(self) -> None:
        """The head arrived in time. Of an address in absolute form the host is the request's (RFC 9112, 3.2.2)."""
        self._is_in_head = False
        self._end_head()
        address = self.url
        if not address.startswith((b"/", b"*")):
            host = re.split(rb"[/?#]", address.partition(b"://")[2], maxsplit=1)[0]
            self.headers[:] = [(name, value) for name, value in self.headers if name != b"host"] + [
                (b"host", host)
            ]
        if len(address) > _PARSED_ADDRESS_BYTES:
            self.url = b"/"
        super().on_headers_complete()
        if self.url is not address:
            # The request is answered by a task that has not begun.
            path, _mark, query = address.partition(b"?")
            self.scope.update(path=unquote(path), raw_path=path, query_string=query)  # type: ignore[call-arg]  # of TypedDict

    def on_message_complete(self) -> None:
        """What comes next is another head."""
        self._is_in_head = True
        super().on_message_complete()

    def send_400_response(self, _message: str) -> None:
        """Refuse what is no HTTP, or more of it than is read."""
        self._refuse(self._refusal)

    def pause_writing(self) -> None:
        """The reader is behind: it has some time to take what waits for it."""
        super().pause_writing()
        self._start_write_timer()

    def resume_writing(self) -> None:
        """The reader took it."""
        self._stop_write_timer()
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Let the end of the last answer of a connection not wait for ever either."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._start_write_timer()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection."""
        super().timeout_keep_alive_handler()
        self._start_write_timer()

    def _unsupported_upgrade_warning(self) -> None:
        """Log nothing: anybody may request another protocol, and is answered in this one."""

    def _begin_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._refuse, 408)

    def _end_head(self) -> None:
        BoundedProtocol.pending_heads -= self._head_bytes
        self._head_bytes = 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _is_crowded(self) -> bool:
        return self._head_bytes > _SMALL_HEAD_BYTES and BoundedProtocol.pending_heads > HEADS_MAX_BYTES

    def _refuse(self, status: int) -> None:
        self._end_head()
        if self.transport.is_closing():
            return
        # An answer to an earlier request may be on its way: nothing is written into it.
        if self.cycle is None or self.cycle.response_complete:
            head = f"HTTP/1.1 {status} {_REASONS[status]}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(head.encode())
        self.transport.close()
        self._start_write_timer()

    def _start_write_timer(self) -> None:
        self._stop_write_timer()
        self._write_timer = self.loop.call_later(WRITE_SECONDS, self.transport.abort)

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None


def listener_beside(bound: socket.socket) -> socket.socket:
    """Return another socket bound to the address of ``bound`` (``SO_REUSEPORT``, ``socket(7)``), for one process.

    ``bound`` does not listen and gets no connection; it holds the address, so that no other server can take it.
    """
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    own = socket.socket(bound.family, bound.type)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    own.bind(bound.getsockname())
    return own
