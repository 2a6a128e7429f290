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
CHECK_ROWS = 500


@dataclass(slots=True)
class Progress:
    """The rows of the layer itself that a writer took so far; those of its related records are not counted.

    ``check`` is called every ``CHECK_ROWS`` rows; what it raises ends the writing.
    """

    rows: int = 0
    check: Callable[[], None] | None = None
    checked: int = 0

    def add(self, rows: int) -> None:
        """Count rows that pass."""
        self.rows += rows
        if self.check is not None and self.rows - self.checked >= CHECK_ROWS:
            self.checked = self.rows
            self.check()


_WATCHER: ContextVar[Progress | None] = ContextVar("progress of an export", default=None)


@contextmanager
def watching(check: Callable[[], None] | None = None) -> Iterator[Progress]:
    """Count the rows that are written in the block, in this thread; ``check`` is as in ``Progress``."""
    progress = Progress(check=check)
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
        progress.add(rows_in(part))
        yield part
