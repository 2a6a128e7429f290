"""What Django answers, taken in the thread that ran it: bytes to send at once, or a file or iterator, in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import close_old_connections

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
        """The length that the head tells, in bytes."""
        told = next((value for name, value in self.headers if name == b"content-length"), b"")
        return int(told) if told.isdigit() else None


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
