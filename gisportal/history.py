"""Who changes what: the name under which the history keeps the writes of a request."""

from __future__ import annotations

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponseBase

from layers.visitor import Visitor

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class HistoryMiddleware:
    """Names the author of each write: the account, the kind of credential and the address, of pages and machines alike.

    It stands after ``VisitorMiddleware``. Reads pay nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        visitor = getattr(request, "visitor", None)
        if request.method in _READING or not isinstance(visitor, Visitor) or visitor.is_anonymous:
            return self.get_response(request)
        with pghistory.context(
            user=visitor.user_id,
            username=visitor.username,
            credential=visitor.credential.value,
            address=request.path,
        ):
            return self.get_response(request)
