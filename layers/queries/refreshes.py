"""Computations that no reader waits for, in a thread of the process with a connection of its own.

A write outdates all panels of a page at once. Fifty readers who are served the former ones would share the processors
with the computations, so these begin once no reader was served a former answer for a moment.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable
from threading import Condition, Thread

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import translation

from layers.errors import LayersError
from layers.sql.query_limiter import query_budget

logger = logging.getLogger(__name__)
# More computations than a busy page has panels: beyond, a reader computes.
MAX_WAITING = 200
# How long no computation was requested before one begins, and how long it waits at most, in seconds.
QUIET_S, MOST_S = 0.25, 3.0


class Refreshes:
    """Run computations one after the other, each once however often it is requested; the thread ends with the last.

    One begins ``quiet_s`` seconds after the last request for any, ``most_s`` after the first of those that wait.
    """

    def __init__(self, *, quiet_s: float = QUIET_S, most_s: float = MOST_S) -> None:
        self._quiet_s, self._most_s = quiet_s, most_s
        self._lock = Condition()
        self._waiting: dict[Hashable, Callable[[], object]] = {}
        self._first_at = self._last_at = 0.0
        self._is_running = False

    def add(self, name: Hashable, compute: Callable[[], object]) -> bool:
        """Run ``compute`` soon, in the language of the caller; return False when too many wait already."""
        language = translation.get_language()

        def computed() -> None:
            with translation.override(language):
                compute()

        with self._lock:
            if name not in self._waiting and len(self._waiting) >= MAX_WAITING:
                return False
            self._last_at = time.monotonic()
            if not self._waiting:
                self._first_at = self._last_at
            self._waiting[name] = computed
            if not self._is_running:
                self._is_running = True
                Thread(target=self._run, name="refreshes", daemon=True).start()
        return True

    def _run(self) -> None:
        try:
            while (compute := self._next()) is not None:
                try:
                    with query_budget(lambda: "", seconds=settings.REQUEST_SECONDS, is_reading=True):
                        compute()
                except (LayersError, DatabaseError, InterfaceError) as error:
                    logger.warning("An answer was not refreshed: %s", error)
        finally:
            connection.close()  # of this thread: back to the pool
            with self._lock:
                self._is_running = False

    def _next(self) -> Callable[[], object] | None:
        """Return the oldest computation; with none, the thread is over at once, so that the next ``add`` starts one."""
        with self._lock:
            while self._waiting:
                begins_at = min(self._last_at + self._quiet_s, self._first_at + self._most_s)
                left_s = begins_at - time.monotonic()
                if left_s <= 0:
                    return self._waiting.pop(next(iter(self._waiting)))
                self._lock.wait(left_s)  # nothing notifies it
            self._is_running = False
            return None


REFRESHES = Refreshes()
