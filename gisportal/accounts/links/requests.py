"""The cookie of share links, and the requests that a link opens: of its dashboard, or of the map, and of its layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.cache import patch_vary_headers

from gisportal.accounts.links.services import count_use, is_unlocked, link_visitor, living_links
from gisportal.accounts.models import ShareLink
from gisportal.usage_counters import is_robot
from interface.requests import is_fragment
from layers.visitor import Visitor

# Links that one browser has open; the oldest gives way.
MAX_LINKS = 5
_BETWEEN, _PROOF = ".", "~"
_DASHBOARD_VIEWS = frozenset(
    f"dashboards:{name}"
    for name in (
        "dashboard",
        "panel",
        "panel-features",
        "filters",
        "values",
        "kiosk",
        "miniature",
        "download",
        "standalone-map",
    )
)
_MAP_VIEWS = frozenset(
    f"explorer:{name}"
    for name in (
        "map", "table", "table-menus", "statistics", "filters", "values", "extent", "timeline", "feature", "neighbours",
        "photo",
    )
)  # fmt: skip
_LAYER_VIEWS = frozenset(
    {
        "tiles:tile",
        "tiles:tilejson",
        "explorer:layer-drawing",
        "explorer:layer-counts",
        "ogc:items",
        "ogc:item",
        "ogc:aggregate",
    }
)
_PAGES = frozenset({"dashboards:dashboard", "explorer:map"})
HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class LinkedRequest:
    """A request that a link opens: as whom it is read."""

    link: ShareLink
    visitor: Visitor


def read_cookie(request: HttpRequest) -> dict[str, str]:
    """Return the tokens that a browser holds, the latest last, each with the proof of its password or nothing."""
    parts = request.COOKIES.get(settings.LINK_COOKIE_NAME, "")[:1_000].split(_BETWEEN)
    pairs = (part.partition(_PROOF) for part in parts if part)
    return {token: proof for token, _mark, proof in list(pairs)[-MAX_LINKS:]}


def write_cookie(request: HttpRequest, response: HttpResponseBase, token: str, proof: str) -> None:
    """Add a token to those that a browser holds until it closes."""
    pairs = read_cookie(request)
    pairs.pop(token, None)
    pairs[token] = proof
    latest = list(pairs.items())[-MAX_LINKS:]
    response.set_cookie(
        settings.LINK_COOKIE_NAME,
        _BETWEEN.join(f"{each}{_PROOF}{own}" if own else each for each, own in latest),
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def linked_request(request: HttpRequest, visitor: Visitor) -> LinkedRequest | None:
    """Return the request as a link that its browser holds opens it; None for every other one.

    Who signed in, or sends credentials, reads with their own rights.
    """
    tokens = read_cookie(request) if visitor.is_anonymous and request.method in {"GET", "HEAD"} else {}
    match = _match(request) if tokens and "Authorization" not in request.headers else None
    if match is None or match.view_name not in _DASHBOARD_VIEWS | _MAP_VIEWS | _LAYER_VIEWS:
        return None
    links = living_links(tokens, at=visitor.instant)
    for token in reversed(tokens):
        link = links.get(token)
        if link is None or not _opens(link, match) or not is_unlocked(token, link, tokens[token]):
            continue
        linked = link_visitor(visitor, link)
        if linked is not None:
            return LinkedRequest(link, linked)
    return None


def read_by_link(request: HttpRequest, linked: LinkedRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Let no cache store the answer, and count the page where a person opened it."""
    match = _match(request)
    is_page = match is not None and match.view_name in _PAGES and not is_fragment(request)
    if (
        request.method == "GET"
        and response.status_code == HTTPStatus.OK
        and is_page
        and not is_robot(request)
    ):
        count_use(linked.link)
    return with_link_headers(response)


def with_link_headers(response: HttpResponseBase) -> HttpResponseBase:
    """Write what keeps an answer out of caches, of indexes and of the ``Referer`` of what it links to."""
    for name, value in HEADERS.items():
        response[name] = value
    patch_vary_headers(response, ["Cookie"])
    return response


def _opens(link: ShareLink, match: ResolverMatch) -> bool:
    """Whether a request is for the dashboard of a link or, of the map's, for the map; or for a layer of either."""
    kwargs: Mapping[str, Any] = match.kwargs
    if match.view_name in _DASHBOARD_VIEWS:
        return link.dashboard is not None and kwargs.get("dashboard") == link.dashboard.slug
    names = set(str(kwargs.get("layer", "")).split(","))
    if match.view_name in _MAP_VIEWS:
        return link.dashboard is None and ("layer" not in kwargs or bool(names & set(link.layers)))
    return bool(names & set(link.layers))


def _match(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None
