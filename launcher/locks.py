"""Several commands may run in one checkout: one prepares at a time, and the last to use the database closes it."""

import fcntl
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold the lock of this file; says so once when another command has it."""
    with path.open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  waiting for another ./portal that prepares this checkout …", flush=True)
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@contextmanager
def shared_use(path: Path) -> Iterator[IO[str]]:
    """Hold a place among the users of something; pass what it gives to `is_last`."""
    with path.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        yield stream


def is_last(stream: IO[str]) -> bool:
    """Whether nobody else uses it; newcomers then wait until our place is given up."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def first_free_place(folder: Path, name: str) -> Iterator[int]:
    """A number that no other live command holds, from 1: two runs side by side must not share a test database."""
    for number in itertools.count(1):
        with (folder / f"{name}-{number}.lock").open("a") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield number
            return
