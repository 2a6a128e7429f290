"""The list of bounds, and the row of an address."""

from __future__ import annotations

from fnmatch import fnmatchcase

from django.urls import Resolver404, ResolverMatch, resolve

from gisportal.bounds.definitions import KIBIBYTE, UNREAD_BODY, RequestBounds
from gisportal.bounds.machine_rows import MACHINE_ROWS
from gisportal.bounds.page_rows import PAGE_ROWS
from gisportal.server.request_bodies import BodyBound

BOUNDS = (*MACHINE_ROWS, *PAGE_ROWS)
# Methods whose body is read (RFC 9110, 9.3).
_SENDING = frozenset({"POST", "PUT", "PATCH"})
# Longer than any path of the portal: what follows leads nowhere.
_LONGEST_PATH = 2_048
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


def body_bound(path: str, method: str) -> BodyBound:
    """Return the bound of the bodies of a path, percent-decoded, for who has no request yet: the server."""
    if method not in _SENDING or len(path) > _LONGEST_PATH:
        return BodyBound()
    try:
        row = bounds_of(resolve(path))
    except Resolver404:
        return BodyBound()
    return BodyBound(row.body, row.sender)


def body_of(row: RequestBounds, method: str | None) -> int:
    """Return the most bytes of a body under a row: a request that only reads has none to send."""
    return row.body if method in _SENDING else min(row.body, UNREAD_BODY)
