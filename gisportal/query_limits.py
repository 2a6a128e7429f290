"""The database limits of a request: a share of heavy queries, a time, and an end when its client disconnects.

A thread checks the requests that have lasted for a while, and cancels the statement of those whose client is gone, or
that read for longer than allowed, in any number of statements. The portal's server knows whether a client
disconnected (``gisportal.server``); under another one, the limits of reads are the bound. A request that may write is
left alone until its view declares that it only reads (``layers.sql.query_limiter.declare_reading``).
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
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from psycopg.pq import TransactionStatus

from gisportal.problems import answer
from gisportal.protocols import protocol_of
from gisportal.server.client_connection import ENVIRON_KEY, ClientConnection
from layers.errors import Busy
from layers.parsing.query import DISJOINT, TOUCHING
from layers.sql import query_limiter
from layers.sql.query_limiter import QueryBudget, check_retry_after, query_budget
from layers.visitor import visitor_of

logger = logging.getLogger(__name__)

LOOK_S = 0.5
# Nearly every request ends before, and is never looked at.
PATIENCE_S = 1.0
DisconnectCheck = Callable[[], bool]


def disconnect_check(environment: Mapping[str, Any]) -> DisconnectCheck | None:
    """Return a function telling whether the client is gone, or None under a server that cannot know."""
    client = environment.get(ENVIRON_KEY)
    return (lambda: client.is_gone) if isinstance(client, ClientConnection) else None


@dataclass(slots=True, eq=False)
class _OpenRequest:
    """A request: ``database`` is the connection of its thread."""

    database: Any
    is_gone: DisconnectCheck | None
    work: QueryBudget
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_over: bool = False

    def should_stop(self) -> bool:
        """Whether it only reads, and its client is gone or it has taken too long."""
        if not self.work.is_reading:
            return False
        return self.work.left <= 0 or (self.is_gone is not None and self.is_gone())

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


class DisconnectWatcher:
    """Looks, twice a second, at the requests that have lasted for more than a second; sleeps when there is none."""

    def __init__(self) -> None:
        self._requests: set[_OpenRequest] = set()
        self._lock = threading.Lock()
        self._is_needed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def watching(self, database: Any, is_gone: DisconnectCheck | None, work: QueryBudget) -> Iterator[None]:
        """Watch the request that the block answers."""
        open_request = _OpenRequest(database, is_gone, work)
        with self._lock:
            self._requests.add(open_request)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, name="client-disconnects", daemon=True)
                self._thread.start()
        self._is_needed.set()
        try:
            yield
        finally:
            with self._lock:
                self._requests.discard(open_request)
            with open_request.lock:
                open_request.is_over = True

    def _look(self) -> None:
        while True:
            self._is_needed.wait()
            time.sleep(LOOK_S)
            with self._lock:
                requests = list(self._requests)
                if not requests:
                    self._is_needed.clear()
            for open_request in requests:
                if (
                    query_limiter.now() - open_request.work.started > PATIENCE_S
                    and open_request.should_stop()
                ):
                    open_request.cancel()


DISCONNECT_WATCHER = DisconnectWatcher()


# What nginx logs of a client that closed the connection; nobody receives it.
_CLIENT_CLOSED_REQUEST = 499


class QueryBudgetMiddleware:
    """Gives each request its query budget, and watches its client while it reads.

    It stands after ``VisitorMiddleware``. What a request writes is never stopped half-way: who closes the page after
    sending a form expects it done.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_reading, seconds = request.method in {"GET", "HEAD"}, settings.REQUEST_SECONDS
        with query_budget(
            lambda: visitor_of(request).client_key, seconds=seconds, is_reading=is_reading
        ) as work:
            peer = disconnect_check(request.META)
            if is_reading:
                if peer is not None and peer():
                    return HttpResponse(status=_CLIENT_CLOSED_REQUEST)
                try:
                    _check_retry_after(request)
                except Busy as error:
                    return answer(request, error)
            # The connection of this thread, which another one cannot name.
            own = connections[DEFAULT_DB_ALIAS]
            with DISCONNECT_WATCHER.watching(own, peer, work):
                return self.get_response(request)


def _check_retry_after(request: HttpRequest) -> None:
    """Refuse a spatial join repeated before its ``Retry-After``; tiles are exempt: a moved map requests small parts."""
    query = request.META["QUERY_STRING"]
    has_join = any(f"{name}=" in query for name in (TOUCHING, DISJOINT))
    if has_join and protocol_of(request).quota != "tiles":
        check_retry_after(visitor_of(request).client_key)
