"""The body of a request, read to its end before a thread is given to it: within a size, at a least speed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from django.conf import settings

Receive = Callable[[], Awaitable[dict[str, Any]]]
# A body has this time to begin with, then a second more for each part that arrived.
GRACE_SECONDS = 20.0
LEAST_BYTES_PER_SECOND = 16 * 1024
_IN_MEMORY_BYTES = 512 * 1024


class ClientGone(Exception):
    """The client hung up before the end of its request."""


@dataclass
class BodyRefused(Exception):
    """A body is not read to its end, and why, for the client."""

    status: HTTPStatus
    reason: str


class BodyReader:
    """Reads the bodies of one process, which has room on disk for a number of bytes together."""

    def __init__(self, room: int) -> None:
        self.room = room

    async def read(self, scope: dict[str, Any], receive: Receive) -> tuple[BinaryIO, int]:
        """Return a body and its size in bytes; large ones are on disk.

        Raises:
            BodyRefused: too large (413), too slow (408), or no room for now (503).
            ClientGone: the client hung up.
        """
        most, told = largest_body(scope["path"]), _told_length(scope)
        if told > most:
            raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body exceeds {most} bytes.")
        file = cast("BinaryIO", SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))  # noqa: SIM115  (closed by the caller)
        taken = 0
        try:
            async with asyncio.timeout(GRACE_SECONDS) as limit:
                began = asyncio.get_running_loop().time()
                async for part in _parts(receive):
                    taken += len(part)
                    self._take(len(part), is_too_large=taken > most)
                    file.write(part)
                    limit.reschedule(began + GRACE_SECONDS + taken / LEAST_BYTES_PER_SECOND)
        except BaseException as fault:
            file.close()
            if isinstance(fault, TimeoutError):
                raise BodyRefused(HTTPStatus.REQUEST_TIMEOUT, "The body comes too slowly.") from None
            raise
        finally:
            self.room += taken
        file.seek(0)
        return file, taken

    def _take(self, count: int, *, is_too_large: bool) -> None:
        self.room -= count
        if is_too_large:
            raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large.")
        if self.room < 0:
            raise BodyRefused(HTTPStatus.SERVICE_UNAVAILABLE, "Too many large bodies arrive at once.")


def largest_body(path: str) -> int:
    """Return the most bytes a body may have at this path: files are given to the import wizard alone."""
    is_upload = path.startswith(settings.UPLOAD_PATH)
    most: int = settings.UPLOAD_BODY_MAX_BYTES if is_upload else settings.BODY_MAX_BYTES
    return most


def has_body(scope: dict[str, Any]) -> bool:
    """Return whether a request has a body to read."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0 ") != b"")
        for name, value in scope["headers"]
    )


def _told_length(scope: dict[str, Any]) -> int:
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(told) if told.isdigit() else 0


async def _parts(receive: Receive) -> Any:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        yield message.get("body", b"")
        if not message.get("more_body"):
            return
