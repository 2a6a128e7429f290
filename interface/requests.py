"""What the views read of a request before they ask the kernel."""

from __future__ import annotations

from django.http import HttpRequest


def parameters_of(request: HttpRequest) -> dict[str, list[str]]:
    """Return the query string as lists of texts by name."""
    return {name: [str(value) for value in values] for name, values in request.GET.lists()}


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"
