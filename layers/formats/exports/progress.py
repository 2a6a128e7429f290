"""How many rows of a file are written, for who watches it being made: nothing is counted when nobody does.

Writers pass their rows through ``watched``. The watcher is that of the thread that writes; another thread may read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

Part = TypeVar("Part")


@dataclass(slots=True)
class Progress:
    """The rows of the layer itself that a writer took so far; those of its related records are not counted."""

    rows: int = 0


_WATCHER: ContextVar[Progress | None] = ContextVar("progress of an export", default=None)


@contextmanager
def watching() -> Iterator[Progress]:
    """Count the rows that are written in the block, in this thread."""
    progress = Progress()
    token = _WATCHER.set(progress)
    try:
        yield progress
    finally:
        _WATCHER.reset(token)


def watched(parts: Iterable[Part], rows_in: Callable[[Part], int] = lambda _part: 1) -> Iterable[Part]:
    """Return the parts as they are, counted as they pass where somebody watches; ``rows_in`` tells the rows of one."""
    progress = _WATCHER.get()
    return parts if progress is None else _counted(parts, rows_in, progress)


def _counted(parts: Iterable[Part], rows_in: Callable[[Part], int], progress: Progress) -> Iterator[Part]:
    for part in parts:
        progress.rows += rows_in(part)
        yield part
