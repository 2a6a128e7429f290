"""Lets what a request does be journaled under who asks, and from where."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from gisportal.journal.services import origin


class JournalMiddleware:
    """It stands before what signs people in and out, and asks nothing of the database by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with origin(request):
            return self.get_response(request)
