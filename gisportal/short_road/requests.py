"""Requests that the short road may answer: those of the public, without anything unusual."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings

from gisportal.client_address import UNIX_SOCKET, network_of
from gisportal.proxies import read_origin
from gisportal.server.client_connection import ClientConnection
from gisportal.server.wsgi_bridge import wsgi_environ
from gisportal.short_road.answer_records import AnswerRecord
from gisportal.usage_counters import day_of_requests
from layers.parsing.query import DISJOINT, TOUCHING
from layers.visitor import PLAN_DATE_PARAMETER, TOKEN_PARAMETER

_METHODS = frozenset({"GET", "HEAD"})
# What may be repeated, by its path: another one takes the long road without a look at its headers.
_PATH = re.compile(
    rb"/tiles/[A-Za-z0-9,_-]+\.json|/api/collections/[A-Za-z0-9_-]+/styles/[A-Za-z0-9@./_-]+|/healthz"
)
_ITEMS = re.compile(rb"/api/collections/[A-Za-z0-9_-]+/items")
_TILE = re.compile(rb"(/tiles/[A-Za-z0-9,_-]+/)(\d{1,2})/(\d{1,9})/(\d{1,9})\.mvt")
_TAG = re.compile(r'(?:W/)?("[!#-~]*")')
_LONGEST_PATH, _LONGEST_QUERY = 500, 2_000
# A joined question that is repeated too soon is refused; tokens open what is hidden; and plans of a day are other rows.
_UNUSUAL = (TOKEN_PARAMETER, PLAN_DATE_PARAMETER, TOUCHING, DISJOINT)
# Headers by which answers differ.
_DECIDING = ("HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING")
TAGS = "HTTP_IF_NONE_MATCH"
# Headers by which none differs; use is counted by some of them. A request with any other takes the long road.
_OTHER = """
    ACCEPT_LANGUAGE CACHE_CONTROL CONNECTION DNT FROM KEEP_ALIVE ORIGIN PRAGMA PRIORITY PURPOSE REFERER SAVE_DATA
    SEC_CH_UA SEC_CH_UA_MOBILE SEC_CH_UA_PLATFORM SEC_FETCH_DEST SEC_FETCH_MODE SEC_FETCH_SITE SEC_FETCH_USER SEC_GPC
    SEC_PURPOSE TE UPGRADE_INSECURE_REQUESTS USER_AGENT VIA
"""
_KNOWN = frozenset({*_DECIDING, TAGS, *(f"HTTP_{name}" for name in _OTHER.split())})


# Runs a part of a request in a thread, given the connection of its client; None where too many wait.
Run = Callable[[Callable[[ClientConnection], Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A request that may be answered by what another one was: ``key`` is all of it that decides the answer.

    Of a tile the key leaves out its ``tile_numbers`` (zoom, row, column) and ``tag``: answers of all places have the
    rest in common. ``pages_key`` is what pages of items of one layer have in common. ``environ`` is what Django would
    read of the request, the client's address taken from trusted proxies.
    """

    key: tuple[str | bytes, ...]
    environ: dict[str, Any]
    tile_numbers: tuple[str, str, str] | None = None
    tag: str = ""
    pages_key: tuple[str | bytes, ...] | None = None
    answer_record: AnswerRecord = field(default_factory=AnswerRecord)

    @property
    def network(self) -> str:
        """What the request is counted by."""
        return network_of(self.environ["REMOTE_ADDR"]) or UNIX_SOCKET


def plain_request(scope: dict[str, Any]) -> PlainRequest | None:
    """Return the request of an ASGI scope, None for one that is unusual."""
    path: bytes = scope["raw_path"]
    if scope["method"] not in _METHODS or not settings.SHORT_ROAD or len(path) > _LONGEST_PATH:
        return None
    tile, is_items = _TILE.fullmatch(path), _ITEMS.fullmatch(path) is not None
    if tile is None and not is_items and _PATH.fullmatch(path) is None:
        return None
    environ = wsgi_environ(scope, BytesIO(), 0, ClientConnection())
    read_origin(environ)
    query = environ["QUERY_STRING"]
    if len(query) > _LONGEST_QUERY or any(word in unquote_plus(query).lower() for word in _UNUSUAL):
        return None
    if any(name not in _KNOWN for name in environ if name.startswith(("HTTP_", "CONTENT_"))):
        return None
    deciding = [environ.get(name, "") for name in _DECIDING]
    # A question may count from the day of its request.
    common = (day_of_requests().isoformat(), environ["wsgi.url_scheme"], *deciding)
    key, tags = (*common, query), environ.get(TAGS, "")
    if tile is None:
        return PlainRequest((*key, path, tags), environ, pages_key=(*common, path) if is_items else None)
    layers, zoom, column, row = tile.groups()
    tag = _TAG.fullmatch(tags)
    if tags and tag is None:
        return None
    numbers = (zoom.decode(), row.decode(), column.decode())
    return PlainRequest((*key, layers), environ, numbers, tag[1] if tag else "")
