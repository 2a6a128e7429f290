"""Statements of clients that hung up are cancelled: a thread looks at the requests that have lasted for a while.

The portal's server tells of each client whether it hung up (``gisportal.server``). Under another one, the limits of
reads are the bound. A request that reads for longer than it may is stopped in the same way, however many statements it
is made of. What may write is left alone until its view says that it only reads
(``layers.sql.query_limiter.declare_reading``).
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from interface.http.client_connection import ENVIRON_KEY, ClientConnection
from layers.sql import query_limiter
from layers.sql.query_limiter import QueryBudget

logger = logging.getLogger(__name__)

LOOK_S = 0.5
# Nearly every request ends before, and is never looked at.
PATIENCE_S = 1.0
HungUp = Callable[[], bool]


def peer_of(environment: Mapping[str, Any]) -> HungUp | None:
    """Return what tells whether the client of a request hung up; None when this server gives no means to know."""
    client = environment.get(ENVIRON_KEY)
    return (lambda: client.is_gone) if isinstance(client, ClientConnection) else None


@dataclass(slots=True, eq=False)
class _Watched:
    """A request: ``database`` is the connection of its thread."""

    database: Any
    has_hung_up: HungUp | None
    work: QueryBudget
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_over: bool = False

    def should_stop(self) -> bool:
        """Whether it only reads, and nobody waits for the answer or it has taken too long."""
        if not self.work.is_reading:
            return False
        return self.work.left <= 0 or (self.has_hung_up is not None and self.has_hung_up())

    def cancel(self) -> None:
        """Stop the statement that runs, if one does and the request still has its connection."""
        with self.lock:
            raw = self.database.connection
            if self.is_over or raw is None or raw.info.transaction_status != TransactionStatus.ACTIVE:
                return
            try:
                raw.cancel_safe(timeout=2)
            except psycopg.Error:
                logger.warning("a statement could not be cancelled", exc_info=True)


class HangUpWatch:
    """Looks, twice a second, at the requests that have lasted for more than a second; sleeps when there is none."""

    def __init__(self) -> None:
        self._requests: set[_Watched] = set()
        self._lock = threading.Lock()
        self._is_needed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def watching(self, database: Any, has_hung_up: HungUp | None, work: QueryBudget) -> Iterator[None]:
        """Watch the request that the block answers."""
        watched = _Watched(database, has_hung_up, work)
        with self._lock:
            self._requests.add(watched)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, name="hang-ups", daemon=True)
                self._thread.start()
        self._is_needed.set()
        try:
            yield
        finally:
            with self._lock:
                self._requests.discard(watched)
            with watched.lock:
                watched.is_over = True

    def _look(self) -> None:
        while True:
            self._is_needed.wait()
            time.sleep(LOOK_S)
            with self._lock:
                requests = list(self._requests)
                if not requests:
                    self._is_needed.clear()
            for watched in requests:
                if query_limiter.now() - watched.work.started > PATIENCE_S and watched.should_stop():
                    watched.cancel()


WATCH = HangUpWatch()
