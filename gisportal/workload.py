"""What a request asks of the database: accounted to its asker, and stopped when nobody waits for the answer."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponseBase

from gisportal.hang_ups import WATCH, peer_of
from layers.sql.lane import workload
from layers.visitor import visitor_of


class WorkloadMiddleware:
    """Gives each request its place in the heavy lane, and watches its client while it reads.

    It stands after ``VisitorMiddleware``. What a request writes is never stopped half-way: who closes the page after
    sending a form expects it done.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with workload(lambda: visitor_of(request).asker) as work:
            if request.method not in {"GET", "HEAD"}:
                return self.get_response(request)
            # The connection of this thread, which another one cannot name.
            own = connections[DEFAULT_DB_ALIAS]
            with WATCH.watching(own, peer_of(request.META), work, settings.REQUEST_SECONDS):
                return self.get_response(request)
