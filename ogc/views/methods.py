"""One address, two views: those who read and those who write are different code with different rights."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views import View
from django.views.decorators.csrf import csrf_exempt

_READ = frozenset({"GET", "HEAD"})


def by_method(reading: type[View], writing: type[View]) -> Any:
    """Return the view of an address: GET and HEAD are answered by one, every other method by the other.

    The views of machine protocols check no CSRF token themselves: ``gisportal.accounts.middleware`` does.
    """
    read, write = reading.as_view(), writing.as_view()

    @csrf_exempt
    def view(request: HttpRequest, **named: Any) -> HttpResponseBase:
        return (read if request.method in _READ else write)(request, **named)

    return view
