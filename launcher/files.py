"""Private files: secrets made once, locks between commands."""

import fcntl
import itertools
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def stored_secret(path: Path) -> str:
    """The secret of this file, generated the first time.

    Written beside and renamed, so that an interrupted run never leaves an empty secret behind.
    """
    if path.exists() and (existing := path.read_text().strip()):
        return existing
    secret = secrets.token_urlsafe(48)
    write_private(path, secret + "\n")
    return secret


def write_private(path: Path, text: str) -> None:
    """Replace a file by one of mode 0600, never readable by others even for an instant."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    partial.replace(path)


@contextmanager
def one_at_a_time(path: Path) -> Iterator[IO[str]]:
    """Hold the lock of this file, and yield it; says so once when another command has it."""
    with path.open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  waiting for another ./portal that prepares this checkout …", flush=True)
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield stream


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
def first_free_slot(folder: Path, name: str) -> Iterator[int]:
    """A number that no other live command holds, from 1: two runs side by side must not share a test database."""
    for number in itertools.count(1):
        with (folder / f"{name}-{number}.lock").open("a") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield number
            return
