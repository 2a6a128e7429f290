"""Work that is done so many times at once in all processes: slots held by advisory locks.

A slot goes with the block, and with the connection of a process that is killed. Nothing waits for one, for who waits
holds a thread of the server.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

from layers.sql.advisory_locks import lock_one, lock_transaction, number_of, unlock


@contextmanager
def slot(name: str, count: int) -> Iterator[bool]:
    """Hold one of the ``count`` slots of a name during the block; yield whether one was free."""
    # Where to begin is left to chance: most are free.
    numbers = random.sample(range(count), count)
    held = lock_one(_class(name), numbers)
    try:
        yield held is not None
    finally:
        if held is not None:
            unlock([(_class(name), held)])


def one_at_a_time(name: str) -> None:
    """Wait until no other transaction holds a name, and hold it until this one ends."""
    lock_transaction(_class(name))


def _class(name: str) -> int:
    """Return the number that stands for a name among the advisory locks of the database."""
    return number_of(f"gisportal slots {name}")
