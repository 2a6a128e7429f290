"""How far the reading or the loading of a file is: counted by who works, looked at and stopped by who watches."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from datasets.vocabulary import Phase
from layers.services.jobs import JobStopped

# How long each phase of a loading takes beside the reading of the file, as measured on a million points (``bench``).
_WEIGHTS = {Phase.READING: 1.0, Phase.CHECKING: 1.4, Phase.BUILDING: 1.4, Phase.COMPARING: 0.1}
# The same beside a reading in blocks, which takes a seventh of the time.
_WEIGHTS_OF_BLOCKS = {Phase.READING: 1.0, Phase.CHECKING: 5.0, Phase.BUILDING: 7.0, Phase.COMPARING: 0.8}
# Before this share of the file is read, nothing can be said of the time that is left.
_TOO_EARLY = 0.02


class Stopped(JobStopped):
    """The work was stopped: nothing of it stays."""


class Followed(Protocol):
    """A file that is read somewhere: how many of its bytes are behind, and how to end its reading."""

    @property
    def position(self) -> int:
        """Bytes already read, 0 when unknown."""

    def interrupt(self) -> None:
        """End the reading, from another thread."""


@dataclass(slots=True)
class ImportProgress:
    """Progress of one file. One thread works and counts; another one reads this, and may ``stop`` it.

    ``rows_total`` is the approximate number of rows, 0 when unknown; ``is_loading``: rows are counted;
    ``is_in_blocks``: they are not read one by one.
    """

    bytes_total: int = 0
    is_loading: bool = False
    is_in_blocks: bool = False
    phase: Phase = Phase.READING
    rows_done: int = 0
    rows_total: int = 0
    is_stopped: bool = False
    _bytes_done: int = 0
    _began: float = field(default_factory=time.monotonic)
    _reading_s: float = 0.0
    _source: Followed | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def follow(self, source: Followed | None) -> None:
        """Take the place in the file from ``source``; None once it is closed.

        Raises:
            Stopped: somebody stopped the work before the file was open.
        """
        with self._lock:
            self._source = source
        if source is not None:
            self.go_on()

    def begin(self, phase: Phase) -> None:
        """Enter the next phase.

        Raises:
            Stopped: somebody stopped the work.
        """
        self.go_on()
        now = time.monotonic()
        if self.phase == Phase.READING:
            self._reading_s = now - self._began
        self.phase, self._began = phase, now

    def go_on(self) -> None:
        """Give the work up when it was stopped.

        Raises:
            Stopped: it was.
        """
        if self.is_stopped:
            raise Stopped

    def stop(self) -> None:
        """Stop the work at its next step, and the reading of its file at once."""
        self.is_stopped = True
        with self._lock:
            if self._source is not None:
                self._source.interrupt()

    def to_json(self) -> dict[str, Any]:
        """Return what the page shows, as plain values."""
        with self._lock:
            self._bytes_done = self._position()
        return {
            "phase": self.phase.value,
            "bytes_done": self._bytes_done,
            "bytes_total": self.bytes_total,
            "rows_done": self.rows_done,
            "seconds_left": self.seconds_left,
            "share": self.share,
        }

    def _position(self) -> int:
        """Return how many bytes were read; a file that was read to its end stays so.

        Opening a file may take a first look at all of it: a loading counts from its first row on.
        """
        if self.phase != Phase.READING:
            return self.bytes_total
        if self.is_loading and not self.rows_done:
            return 0
        return min(self._source.position, self.bytes_total) if self._source is not None else self._bytes_done

    @property
    def read_share(self) -> float:
        """Which part of the file is read, 0 to 1; 0 when unknown."""
        if self.phase != Phase.READING:
            return 1.0
        if self.rows_total:
            return min(1.0, self.rows_done / self.rows_total)
        return self._bytes_done / self.bytes_total if self.bytes_total else 0.0

    @property
    def _weights(self) -> dict[Phase, float]:
        return _WEIGHTS_OF_BLOCKS if self.is_in_blocks else _WEIGHTS

    @property
    def share(self) -> int:
        """Whole percents of the loading that are behind: never all of them before its end."""
        if self.phase == Phase.READING:
            done = self.read_share
        else:
            elapsed, weight = time.monotonic() - self._began, self._weights[self.phase]
            phases = list(_WEIGHTS)
            done = sum(self._weights[phase] for phase in phases[: phases.index(self.phase)])
            done += min(weight, elapsed / self._reading_s) if self._reading_s else 0.0
        return min(99, int(100 * done / sum(self._weights.values())))

    @property
    def seconds_left(self) -> int | None:
        """How many seconds the loading still takes, None while unknown."""
        elapsed, share = time.monotonic() - self._began, self.read_share
        if self.phase == Phase.READING:
            if share < _TOO_EARLY or not self.rows_done:
                return None
            total = elapsed / share
            left = total - elapsed
        else:
            total = self._reading_s
            left = max(0.0, total * self._weights[self.phase] - elapsed)
        phases = list(_WEIGHTS)
        after = phases[phases.index(self.phase) + 1 :]
        return max(1, round(left + total * sum(self._weights[phase] for phase in after)))
