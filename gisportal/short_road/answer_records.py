"""Records of what Django answered to the public, with all that it was decided by: what the short road may repeat.

The short road has no rule of its own. It repeats what Django answered, as long as each read of the catalogue that
Django decided by gives the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import ResolverMatch

from gisportal.bounds.table import bounds_of
from gisportal.problems import answer
from gisportal.protocols import quota_of
from gisportal.server.wsgi_bridge import ANSWER_RECORD_KEY
from layers.access import Scope
from layers.errors import LayersError
from layers.sql.catalogue import CatalogueReads, recorded_reads
from layers.visitor import Visitor, visitor_of
from ogc.views.features import ITEMS_SCOPE
from tiles.services.vector_tiles import TileRequest
from tiles.views.tiles import TILE_REQUEST

# Views whose answers change with the catalogue rows and data versions that they read, and with nothing else.
REPEATED_VIEWS = frozenset(
    {"tiles:tile", "tiles:tilejson", "ogc:items", "ogc:style", "ogc:sprite", "ogc:legend"}
)
_PROBE = "/healthz"
_STATUSES = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


@dataclass(frozen=True, slots=True)
class Handled:
    """Who a request was answered for, by which view, counted by which policy, empty for a probe; ``host`` is its own.

    ``tile`` is the tile of one of tiles, ``scope`` that of the layer of a page of items.
    """

    visitor: Visitor | None
    match: ResolverMatch
    quota: str
    host: str
    tile: TileRequest | None = None
    scope: Scope | None = None


@dataclass(slots=True)
class AnswerRecord:
    """An answer that may be repeated; the server puts an empty one in its environment.

    ``reads`` are those that decided its answer. Without ``handled`` the answer is not to be repeated. ``fault`` is what
    stopped the short road: the long one answers it.
    """

    reads: CatalogueReads = field(default_factory=CatalogueReads)
    handled: Handled | None = None
    fault: LayersError | None = None


class AnswerRecordMiddleware:
    """Records what the catalogue said during a request whose answer may be repeated."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        record = request.META.get(ANSWER_RECORD_KEY)
        if not isinstance(record, AnswerRecord):
            return self.get_response(request)
        with recorded_reads() as record.reads:
            response = self.get_response(request)
        match, host = request.resolver_match, request.META["HTTP_HOST"]
        if match is not None and request.path == _PROBE and response.status_code == HTTPStatus.OK:
            record.handled = Handled(None, match, "", host)
        elif record.reads.rows and record.reads.is_complete and _may_be_repeated(request, response):
            assert match is not None  # its view answered
            tile: TileRequest | None = request.__dict__.get(TILE_REQUEST)
            if tile is not None:
                tile.selections  # noqa: B018  (may read the database, where the event loop may not)
            quota, scope = quota_of(request) or "anonymous", request.__dict__.get(ITEMS_SCOPE)
            record.handled = Handled(visitor_of(request), match, quota, host, tile, scope)
        return response

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _arguments: Any, _named: Any
    ) -> HttpResponse | None:
        """Answer with the fault that stopped the short road."""
        record = request.META.get(ANSWER_RECORD_KEY)
        fault = record.fault if isinstance(record, AnswerRecord) else None
        return answer(request, fault) if fault is not None else None


def _may_be_repeated(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether anybody gets the same answer, under a tag of all that it depends on, and it holds no place."""
    match, headers = request.resolver_match, response.headers
    if match is None or match.view_name not in REPEATED_VIEWS or response.status_code not in _STATUSES:
        return False
    is_public = headers.get("Cache-Control") == "public, no-cache" and "ETag" in headers
    return is_public and not response.cookies and bounds_of(match).concurrency is None
