"""The body of a request, read to its end before a thread: in time, within its room, from an allowed sender.

A continuous body at the least speed may take as long as its size needs; one that stops, or comes drop by drop after a
fast beginning, is cut within seconds: neither an announcement nor bytes already sent hold room.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from django.conf import settings

from gisportal.client_address import UNIX_SOCKET, network_of
from gisportal.server.wsgi_bridge import client_address
from layers.services.work_folders import private_folder

# A body that no row of the list lets be larger: a form of some fields.
SMALL_BODY_BYTES = 64 * 1024
# Up to this size anybody may send what the address reads, and it stays in memory.
UNCHECKED_BYTES = 512 * 1024


class Sender(Enum):
    """Who may send a body above ``UNCHECKED_BYTES``: anybody, who may write, who feeds or makes datasets or rasters."""

    ANYBODY = "anybody"
    ACCOUNT = "account"
    LOADER = "loader"
    RASTER_LOADER = "raster-loader"
    PLAN_LOADER = "plan-loader"

    @property
    def sends_files(self) -> bool:
        """Whether the bodies are files of datasets, rasters or plans, which have a room of their own."""
        return self in {Sender.LOADER, Sender.RASTER_LOADER, Sender.PLAN_LOADER}


@dataclass(frozen=True, slots=True)
class BodyBound:
    """The largest body of an address, in bytes, and who may send one that is not small."""

    largest: int = SMALL_BODY_BYTES
    sender: Sender = Sender.ANYBODY


# The bound of the bodies that are sent to a path, percent-decoded, by a method.
BoundOf = Callable[[str, str], BodyBound]


def small_everywhere(_path: str, _method: str) -> BodyBound:
    """Let every address read small bodies alone."""
    return BodyBound()


class Lack(Enum):
    """What has no room left: the network of the client, or the process."""

    NETWORK = "network"
    PROCESS = "process"


class NoRoom(Exception):
    """A body grew beyond its network's share, or beyond the room of all."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(lack.value)
        self.lack = lack


@dataclass(slots=True)
class Room:
    """Bytes that bodies hold together: ``largest`` in all, ``share`` for those of one network."""

    largest: int
    share: int
    used: int = 0
    by_network: Counter[str] = field(default_factory=Counter)

    def take(self, network: str, count: int, *, is_reserved: bool = False) -> None:
        """Take room for ``count`` bytes of a network; ``is_reserved`` ones have their place in any case.

        Raises:
            NoRoom: there is none, and nothing is taken.
        """
        if not is_reserved:
            if self.by_network[network] + count > self.share:
                raise NoRoom(Lack.NETWORK)
            if self.used + count > self.largest:
                raise NoRoom(Lack.PROCESS)
        self.used += count
        self.by_network[network] += count

    def give_back(self, network: str, count: int) -> None:
        """Give back what a network took."""
        self.used -= count
        self.by_network[network] -= count
        if self.by_network[network] <= 0:
            del self.by_network[network]


@dataclass(slots=True)
class BodySlots:
    """How many bodies of each network are arriving, ``most`` at once."""

    most: int
    by_network: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def slot(self, network: str) -> Iterator[None]:
        """Count a body of a network for the time of the block.

        Raises:
            NoRoom: it has as many as it may.
        """
        if self.by_network[network] >= self.most:
            raise NoRoom(Lack.NETWORK)
        self.by_network[network] += 1
        try:
            yield
        finally:
            self.by_network[network] -= 1
            if self.by_network[network] <= 0:
                del self.by_network[network]


Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
MaySend = Callable[[Scope, Sender], Awaitable[bool]]
# Where the environment of a request says that its body was refused: a ``BodyRefused``.
REFUSED_BODY = "gisportal.refused_body"
# Without any byte for so long, a body is over. nginx says the same (``client_body_timeout``).
IDLE_SECONDS = 10.0
# How far behind the least speed a body may be at any instant, however fast its beginning was.
GRACE_SECONDS = 20.0
MIN_BYTES_PER_SECOND = 16 * 1024
# A body that is never behind ends by then: 500 MiB at 71 KiB/s, 4 GiB at 583 KiB/s.
TOTAL_SECONDS = 2 * 3_600.0
# The beginning of a body that always has its place: 3,000 connections hold 48 MiB of them at most.
RESERVED_BYTES = 16 * 1024


class ClientGone(Exception):
    """The client hung up before the end of its request."""


class Refusal(Enum):
    """Why a body is not read to its end."""

    TOO_LARGE = "too-large"
    NOT_ALLOWED = "not-allowed"
    TOO_SLOW = "too-slow"
    NETWORK_FULL = "network-full"
    PROCESS_FULL = "process-full"
    DISK_FULL = "disk-full"

    @property
    def is_worded(self) -> bool:
        """Whether the portal answers it, in the form of the address; the others are a line of text, at once."""
        return self in {Refusal.TOO_LARGE, Refusal.NOT_ALLOWED, Refusal.DISK_FULL}


@dataclass
class BodyRefused(Exception):
    """A body is not read to its end; ``bound`` is that of its address."""

    refusal: Refusal
    bound: BodyBound


@dataclass(slots=True)
class ArrivalPace:
    """Until when a body may arrive, in seconds of the clock of ``began``."""

    began: float
    total: float = TOTAL_SECONDS
    behind_at: float = 0.0
    idle_at: float = 0.0

    def __post_init__(self) -> None:
        self.behind_at, self.idle_at = self.began + GRACE_SECONDS, self.began + IDLE_SECONDS

    def arrived(self, count: int, now: float) -> None:
        """Note that bytes came. A fast beginning gives no more than the grace for what follows."""
        if count:
            self.behind_at = min(now + GRACE_SECONDS, self.behind_at + count / MIN_BYTES_PER_SECOND)
            self.idle_at = now + IDLE_SECONDS

    def pause(self, seconds: float) -> None:
        """Leave out time that the server took."""
        self.behind_at, self.idle_at = self.behind_at + seconds, self.idle_at + seconds

    @property
    def deadline(self) -> float:
        """When the body is cut unless more of it comes."""
        return min(self.behind_at, self.idle_at, self.began + self.total)


class Body:
    """What came of a body, in memory up to ``UNCHECKED_BYTES``, beyond in a file without a name."""

    def __init__(self, network: str, *, memory: Room, disk: Room, open_file: Callable[[], BinaryIO]) -> None:
        self.file: BinaryIO = BytesIO()
        self.size = 0
        self._network, self._room, self._disk, self._open_file = network, memory, disk, open_file

    def add(self, part: bytes) -> None:
        """Add what came.

        Raises:
            NoRoom: the room is taken.
            OSError: the disk is full.
        """
        if self._room is not self._disk and self.size + len(part) > UNCHECKED_BYTES:
            self._move_to_disk()
        is_reserved = self._room is not self._disk and self.size + len(part) <= RESERVED_BYTES
        self._room.take(self._network, len(part), is_reserved=is_reserved)
        self.size += len(part)
        self.file.write(part)

    def rewind(self) -> None:
        """Be read from the beginning.

        Raises:
            OSError: the disk is full.
        """
        self.file.seek(0)

    def close(self) -> None:
        """Drop the body, and free its room."""
        with suppress(OSError):  # what is still to be written finds no room either
            self.file.close()
        self._room.give_back(self._network, self.size)
        self.size = 0

    def _move_to_disk(self) -> None:
        self._disk.take(self._network, self.size)
        self._room.give_back(self._network, self.size)
        self._room, beginning = self._disk, cast("BytesIO", self.file).getvalue()
        self.file = self._open_file()
        self.file.write(beginning)


def open_unnamed() -> BinaryIO:
    """Open a file without a name in ``BODY_FOLDER``: its room comes back when it is closed, or its process ends."""
    return cast("BinaryIO", TemporaryFile(dir=private_folder(Path(settings.BODY_FOLDER))))


async def anybody(_scope: Scope, _sender: Sender) -> bool:
    """Let everybody send everything."""
    return True


class BodyReader:
    """Reads the bodies of one process.

    ``bound_of`` gives the bound of an address. ``may_send`` decides who may send more than ``UNCHECKED_BYTES``; it is
    called once, before more of the body is read.
    """

    def __init__(
        self,
        may_send: MaySend = anybody,
        *,
        bound_of: BoundOf = small_everywhere,
        open_file: Callable[[], BinaryIO] = open_unnamed,
    ) -> None:
        self._may_send, self._bound_of, self._open_file = may_send, bound_of, open_file
        self.memory = Room(settings.BODY_MEMORY_BYTES, settings.BODY_MEMORY_BYTES // 4)
        self.disk = Room(settings.BODY_DISK_BYTES, settings.BODY_DISK_BYTES // 4)
        self.files = Room(settings.UPLOAD_DISK_BYTES, settings.LARGEST_BODY_BYTES)
        self.arriving = BodySlots(settings.BODIES_EACH)

    async def read(self, scope: Scope, receive: Receive) -> Body:
        """Return a body, which its owner closes.

        Raises:
            BodyRefused: it is not read to its end.
            ClientGone: the client hung up.
        """
        bound = self._bound_of(scope["path"], scope["method"])
        announced, network = _announced_length(scope), network_of(client_address(scope)) or UNIX_SOCKET
        if announced > bound.largest:
            raise BodyRefused(Refusal.TOO_LARGE, bound)
        disk = self.files if bound.sender.sends_files else self.disk
        body = Body(network, memory=self.memory, disk=disk, open_file=self._open_file)
        # A form announced as one is never one too many: it holds no more than a small head may.
        is_counted = not 0 < announced <= RESERVED_BYTES
        try:
            with _refusals(bound), self.arriving.slot(network) if is_counted else nullcontext():
                await self._fill(body, bound, announced, scope, receive)
        except BaseException:
            body.close()
            raise
        return body

    async def _fill(
        self, body: Body, bound: BodyBound, announced: int, scope: Scope, receive: Receive
    ) -> None:
        is_checked = bound.sender is Sender.ANYBODY
        if announced > UNCHECKED_BYTES and not is_checked:
            await self._check(scope, bound)
            is_checked = True
        clock = asyncio.get_running_loop().time
        pace = ArrivalPace(clock(), min(TOTAL_SECONDS, GRACE_SECONDS + bound.largest / MIN_BYTES_PER_SECOND))
        # Closed when a body is refused, too: left to the garbage collector, it would be closed at any time.
        async with aclosing(_parts(receive, pace)) as parts:
            async for part in parts:
                size = body.size + len(part)
                if size > bound.largest:
                    raise BodyRefused(Refusal.TOO_LARGE, bound)
                if size > UNCHECKED_BYTES and not is_checked:
                    started = clock()
                    await self._check(scope, bound)
                    is_checked = True
                    pace.pause(clock() - started)
                body.add(part)
        body.rewind()

    async def _check(self, scope: Scope, bound: BodyBound) -> None:
        if not await self._may_send(scope, bound.sender):
            raise BodyRefused(Refusal.NOT_ALLOWED, bound)


@contextmanager
def _refusals(bound: BodyBound) -> Iterator[None]:
    """Say for the client why a body was not read."""
    try:
        yield
    except NoRoom as error:
        lacks_network = error.lack.value == "network"
        raise BodyRefused(Refusal.NETWORK_FULL if lacks_network else Refusal.PROCESS_FULL, bound) from None
    except TimeoutError:
        raise BodyRefused(Refusal.TOO_SLOW, bound) from None
    except OSError:
        raise BodyRefused(Refusal.DISK_FULL, bound) from None


def has_body(scope: Scope) -> bool:
    """Return whether a request has a body to read."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0 ") != b"")
        for name, value in scope["headers"]
    )


def _announced_length(scope: Scope) -> int:
    """Return the length that the head announces, 0 for none: one too long to be read as a number is too large."""
    value = next((value for name, value in scope["headers"] if name == b"content-length"), b"0").strip()
    return int(value[:20]) if value.isdigit() else 0


async def _parts(receive: Receive, pace: ArrivalPace) -> AsyncGenerator[bytes]:
    """Give what comes, part by part, each within the pace.

    Raises:
        TimeoutError: it comes too slowly.
        ClientGone: the client hung up.
    """
    clock = asyncio.get_running_loop().time
    while True:
        async with asyncio.timeout_at(pace.deadline):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        pace.arrived(len(part), clock())
        yield part
        if not message.get("more_body"):
            return
