"""Give the journal the author and the origin of a request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from gisportal.journal.services import origin


class JournalMiddleware:
    """It comes before the sign-in and sign-out middleware, and runs no query by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with origin(request):
            return self.get_response(request)
