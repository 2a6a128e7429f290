"""The list of bounds, and the row of an address."""

from __future__ import annotations

from fnmatch import fnmatchcase

from django.urls import Resolver404, ResolverMatch, resolve

from gisportal.bounds.definitions import KIBIBYTE, UNREAD_BODY, RequestBounds
from gisportal.bounds.machine_rows import MACHINE_ROWS
from gisportal.bounds.page_rows import PAGE_ROWS

BOUNDS = (*MACHINE_ROWS, *PAGE_ROWS)
_READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# A route without a row, which a test refuses, may do the least.
_UNLISTED = RequestBounds("unlisted", (), query=KIBIBYTE, parameters=5, seconds=5)
_rows: dict[str, RequestBounds] = {}


def route_name(match: ResolverMatch) -> str:
    """Return what a row names a route by: ``namespace:name``, the route itself where it has no name."""
    return match.view_name if match.url_name else match.route


def row_named(name: str) -> RequestBounds | None:
    """Return the row of a route, the first that names it; None when no row does."""
    for row in BOUNDS:
        if name in row.routes:
            return row
    return next((row for row in BOUNDS if any(fnmatchcase(name, each) for each in row.routes)), None)


def bounds_of(match: ResolverMatch) -> RequestBounds:
    """Return the row of the address that a request reached: looked for once a route, of which there are few."""
    row = _rows.get(match.route)
    if row is None:
        row = _rows[match.route] = row_named(route_name(match)) or _UNLISTED
    return row


def body_bytes(path: str, method: str = "POST") -> int:
    """Return the most bytes of a body at a path, for who has no request yet: the server, before it reads one."""
    try:
        row = bounds_of(resolve(path))
    except Resolver404:
        return UNREAD_BODY
    return body_of(row, method)


def body_of(row: RequestBounds, method: str | None) -> int:
    """Return the most bytes of a body under a row: a request that only reads has none to send."""
    return min(row.body, UNREAD_BODY) if method in _READING else row.body
