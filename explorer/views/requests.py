"""What the middleware adds to a request, as a type."""

from __future__ import annotations

from django.http import HttpRequest

from layers.visitor import Visitor


class PortalRequest(HttpRequest):
    """A request whose visitor is known."""

    visitor: Visitor


def parameters_of(request: HttpRequest) -> dict[str, list[str]]:
    """Return the query string as lists of texts by name."""
    return {name: [str(value) for value in values] for name, values in request.GET.lists()}


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"
