"""The counts that a process holds before they are written: a dictionary, and a thread that empties it.

A request adds one to a number in memory and asks nothing of the database. The thread writes what is there each minute,
or as soon as half the room is taken, and the end of the process what is left: who is killed loses a minute at most.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from gisportal.usage.writing import write_uses
from usage.services import Use

# Different counts between two writings; more than any portal has, but for who invents names: writing forgets those.
MAX_USES = 20_000
_log = logging.getLogger("gisportal.usage")


class Meter:
    """What was used since the last writing. Any thread may add."""

    def __init__(self, write: Callable[[Mapping[Use, int]], object]) -> None:
        self._write = write
        self._counts: dict[Use, int] = {}
        self._lock = threading.Lock()
        self._stopped, self._due = threading.Event(), threading.Event()
        self._process = 0
        self._lost = 0

    def add(self, use: Use) -> None:
        """Count one; what is new when the memory is full is lost, and said."""
        with self._lock:
            if use in self._counts or len(self._counts) < MAX_USES:
                self._counts[use] = self._counts.get(use, 0) + 1
            else:
                self._lost += 1
            if len(self._counts) > MAX_USES // 2:
                self._due.set()
        if self._process != os.getpid() and settings.USAGE_WRITE_SECONDS:
            self._start()

    def flush(self) -> None:
        """Write what is there. What cannot be written now (the database is away) waits for the next time."""
        with self._lock:
            self._due.clear()
            counts, self._counts = self._counts, {}
            lost, self._lost = self._lost, 0
        if lost:
            _log.warning("usage: %d uses were not counted, too many different ones in a minute", lost)
        if not counts:
            return
        try:
            self._write(counts)
        except (DatabaseError, InterfaceError) as error:
            _log.warning("usage: counts wait to be written: %s", error)
            self._put_back(counts)

    def _put_back(self, counts: Mapping[Use, int]) -> None:
        with self._lock:
            for use, count in counts.items():
                if use in self._counts or len(self._counts) < MAX_USES:
                    self._counts[use] = self._counts.get(use, 0) + count

    def _start(self) -> None:
        """Start the thread of this process: a forked one has none of its parent's."""
        with self._lock:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
        atexit.register(self.end)
        threading.Thread(target=self._run, name="usage", daemon=True).start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._due.wait(settings.USAGE_WRITE_SECONDS)
            self._flush_and_close()

    def end(self) -> None:
        """Write what is left, once the process answers no more; called again, it has nothing to write."""
        self._stopped.set()
        self._due.set()
        self._flush_and_close()

    def _flush_and_close(self) -> None:
        try:
            self.flush()
        finally:
            connection.close()  # of this thread: back to the pool until the next minute


METER = Meter(write_uses)
