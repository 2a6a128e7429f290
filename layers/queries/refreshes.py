"""Computations that no reader waits for, in a thread of the process with a connection of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from threading import Lock, Thread

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import translation

from layers.errors import LayersError
from layers.sql.query_limiter import query_budget

logger = logging.getLogger(__name__)
# More computations than a busy page has panels: beyond, a reader computes.
MAX_WAITING = 200


class Refreshes:
    """Run computations one after the other, each once however often it is requested; the thread ends with the last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[Hashable, Callable[[], object]] = {}
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
            if self._waiting:
                return self._waiting.pop(next(iter(self._waiting)))
            self._is_running = False
            return None


REFRESHES = Refreshes()
