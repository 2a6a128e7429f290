"""Every address of the site's own list of routes, its parameters filled in: for tests that ask them all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
# Django's own pages, which the matrix of people asks.
_ADMINISTRATION = "administration/"


def site_routes() -> list[str]:
    """Return each route as Django writes it, without those of the administration."""
    return [route for route in _routes(get_resolver().url_patterns) if not route.startswith(_ADMINISTRATION)]


def _routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def address_of(route: str, values: Mapping[str, str], samples: Mapping[str, str]) -> str:
    """Return an address of a route: its sample, or the route with a value for each parameter.

    A value is that of ``converter:name``, else that of ``name``; a sample has them in braces.

    Raises:
        LookupError: the route is a pattern without a sample, or has a parameter without a value; it is named.
    """
    if route in samples:
        return samples[route].format_map(values)
    if "^" in route or "(" in route:
        raise LookupError(f"{route} has no sample address")

    def value(match: re.Match[str]) -> str:
        converter, name = match[1] or "str", match[2]
        text = values.get(f"{converter}:{name}", values.get(name))
        if text is None:
            raise LookupError(f"{route}: <{converter}:{name}> has no value")
        return text

    return "/" + PARAMETER.sub(value, route)
