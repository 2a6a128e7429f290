"""The room that the bodies of one process take, in memory and on disk, and each network's share of it.

A body takes room for what came of it, byte by byte, until it is closed: what it announces takes none. The beginning of
a body always has its place, so that large ones of anybody never keep a form out; connections are bounded elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum


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
    held: int = 0
    by_network: Counter[str] = field(default_factory=Counter)

    def take(self, network: str, count: int, *, is_reserved: bool = False) -> None:
        """Take room for ``count`` bytes of a network; ``is_reserved`` ones have their place in any case.

        Raises:
            NoRoom: there is none, and nothing is taken.
        """
        if not is_reserved:
            if self.by_network[network] + count > self.share:
                raise NoRoom(Lack.NETWORK)
            if self.held + count > self.largest:
                raise NoRoom(Lack.PROCESS)
        self.held += count
        self.by_network[network] += count

    def give_back(self, network: str, count: int) -> None:
        """Give back what a network took."""
        self.held -= count
        self.by_network[network] -= count
        if self.by_network[network] <= 0:
            del self.by_network[network]


@dataclass(slots=True)
class BodyPlaces:
    """How many bodies of each network are arriving, ``most`` at once."""

    most: int
    by_network: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def place(self, network: str) -> Iterator[None]:
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
