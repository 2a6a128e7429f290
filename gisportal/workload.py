"""What a request asks of the database: accounted to its asker, and stopped when nobody waits for the answer."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from gisportal.hang_ups import WATCH, peer_of
from gisportal.problems import answer
from gisportal.protocols import protocol_of
from layers.errors import Busy
from layers.parsing.query import DISJOINT, TOUCHING
from layers.sql.query_limiter import check_retry_after, query_budget
from layers.visitor import visitor_of

# What nginx logs of a client that closed the connection; nobody receives it.
_CLIENT_CLOSED_REQUEST = 499


class WorkloadMiddleware:
    """Gives each request its time and its slot of heavy queries, and watches its client while it reads.

    It stands after ``VisitorMiddleware``. What a request writes is never stopped half-way: who closes the page after
    sending a form expects it done.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_reading, seconds = request.method in {"GET", "HEAD"}, settings.REQUEST_SECONDS
        with query_budget(lambda: visitor_of(request).asker, seconds=seconds, is_reading=is_reading) as work:
            peer = peer_of(request.META)
            if is_reading:
                if peer is not None and peer():
                    return HttpResponse(status=_CLIENT_CLOSED_REQUEST)
                try:
                    _check_patience(request)
                except Busy as error:
                    return answer(request, error)
            # The connection of this thread, which another one cannot name.
            own = connections[DEFAULT_DB_ALIAS]
            with WATCH.watching(own, peer, work):
                return self.get_response(request)


def _check_patience(request: HttpRequest) -> None:
    """Refuse another join before its time, but for tiles: a map that its reader moves asks for small parts."""
    query = request.META["QUERY_STRING"]
    has_join = any(f"{name}=" in query for name in (TOUCHING, DISJOINT))
    if has_join and protocol_of(request).quota != "tiles":
        check_retry_after(visitor_of(request).asker)
