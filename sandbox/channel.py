"""Messages between the portal and a child: a JSON value and bytes, each announced by its length.

JSON and bytes only: what comes from a child is read as if an attacker had written it.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

from sandbox.errors import OutputExceeded, ProgramCrashed, TimeExceeded

MAX_MESSAGE = 128 * 1024 * 1024
"""Bytes of one message; a row of the largest honest values takes a few megabytes."""

_LENGTHS = struct.Struct("<II")

Message = tuple[Any, bytes]


class ChannelClosed(Exception):
    """The other side is gone."""


class Channel:
    """One end. ``seconds`` and ``room`` are the waiting time and the bytes that are left; None: without a bound."""

    def __init__(self, end: socket.socket, *, seconds: float | None = None, room: int | None = None) -> None:
        self._end = end
        self._seconds = seconds
        self.limit = seconds or 0.0
        self._room = room

    def close(self) -> None:
        """Close this end."""
        self._end.close()

    def send(self, value: object, content: bytes = b"") -> None:
        """Send a message.

        Raises:
            ChannelClosed: the other side is gone.
            TimeExceeded: the other side does not read.
        """
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        with self._waiting():
            self._end.sendall(_LENGTHS.pack(len(text), len(content)))
            self._end.sendall(text)
            if content:
                self._end.sendall(content)

    def receive(self) -> Message:
        """Return the next message.

        Raises:
            ChannelClosed: the other side is gone.
            TimeExceeded, OutputExceeded: the bounds of this end.
            ProgramCrashed: what was sent is no message.
        """
        text_length, content_length = _LENGTHS.unpack(self._read(_LENGTHS.size))
        size = text_length + content_length
        if size > MAX_MESSAGE or (self._room is not None and size > self._room):
            raise OutputExceeded(f"a message of {size} bytes")
        if self._room is not None:
            self._room -= size
        text, content = self._read(text_length), self._read(content_length)
        try:
            return json.loads(text), bytes(content)
        except (ValueError, RecursionError) as error:
            raise ProgramCrashed("a message that is not JSON") from error

    def _read(self, size: int) -> bytearray:
        content = bytearray(size)
        view, done = memoryview(content), 0
        while done < size:
            with self._waiting():
                count = self._end.recv_into(view[done:])
            if not count:
                raise ChannelClosed
            done += count
        return content

    def _waiting(self) -> _Wait:
        return _Wait(self)

    @property
    def end(self) -> socket.socket:
        """The socket."""
        return self._end

    @property
    def seconds(self) -> float | None:
        """The waiting time that is left."""
        return self._seconds

    def spend(self, seconds: float) -> None:
        """Take waited seconds from the time that is left."""
        if self._seconds is not None:
            self._seconds = max(self._seconds - seconds, 0.0)


class _Wait:
    """A wait on the socket within the time that is left."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._began = 0.0

    def __enter__(self) -> None:
        left = self._channel.seconds
        if left == 0:
            raise TimeExceeded("no answer in time", seconds=self._channel.limit)
        self._channel.end.settimeout(left)
        self._began = time.monotonic()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._channel.spend(time.monotonic() - self._began)
        if isinstance(error, TimeoutError):
            raise TimeExceeded("no answer in time", seconds=self._channel.limit) from error
        if isinstance(error, OSError):
            raise ChannelClosed from error
