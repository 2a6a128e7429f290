"""Answers of the event loop to the public: what Django answered, as long as the catalogue says the same.

Whatever is unusual takes the long road through Django: what was never answered there, another header than those that
``requests`` knows, a quota that is used up, a fault. ADR 0059 says of each middleware where its work is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse

from gisportal.accounts.rate_limits import QuotaStatus, count_request
from gisportal.bounds.table import BOUNDS
from gisportal.query_limits import DISCONNECT_WATCHER
from gisportal.server.client_connection import ClientConnection
from gisportal.server.wsgi_bridge import WsgiAnswer
from gisportal.short_road.answer_records import Handled
from gisportal.short_road.lookups import CatalogueLookups, Rows
from gisportal.short_road.requests import PlainRequest, plain_request
from gisportal.short_road.tile_reads import TileReads
from gisportal.usage_counters import count_use
from interface.http.compression import content_encoding, decompress
from layers.cache import BoundedCache, bytes_of
from layers.errors import LayersError
from layers.sql.catalogue import CatalogueQuestion
from layers.sql.query_limiter import limit_reads, query_budget
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD
from tiles.parsing import XYZ_NAMES, parse_tile_address
from tiles.services.vector_tiles import TileRequest

# As the middleware of bounds gives to the view of tiles.
_TILE_SECONDS = next(row.seconds for row in BOUNDS if "tiles:tile" in row.routes) or settings.REQUEST_SECONDS
_ANSWERS, _ANSWERS_BYTES = 5_000, 16 * 1024 * 1024
# About what an answer weighs beside its body and the rows of the catalogue: headers, the scopes of a tile.
_REST_BYTES = 6_000
# Runs a part of a request in a thread, given the connection of its client; None where too many wait.
Run = Callable[[Callable[[ClientConnection], "bytes | None"]], Awaitable["bytes | None"]]
Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class RepeatableAnswer:
    """What Django answered, true as long as each question to the catalogue gives these rows.

    ``heads`` are headers by status. A tile of any place is answered under them, by ``handled.tile``; of the rest there
    is one, and ``body``.
    """

    reads: tuple[tuple[CatalogueQuestion, Rows], ...]
    handled: Handled
    heads: dict[int, Headers]
    body: bytes

    @property
    def weight(self) -> int:
        """About how many bytes it holds."""
        return _REST_BYTES + len(self.body) + bytes_of([rows for _question, rows in self.reads])


@dataclass(frozen=True, slots=True)
class _Tile:
    """The answer to the request of a tile, before its head."""

    status: HTTPStatus
    tag: str
    body: bytes = b""


class ShortRoad:
    """The answers that this process may repeat, and its reads of the catalogue; ``repeated`` counts those it gave."""

    def __init__(self) -> None:
        self.lookups, self._tiles = CatalogueLookups(), TileReads()
        self.repeated = 0
        self._answers: BoundedCache[RepeatableAnswer] = BoundedCache(
            _ANSWERS, weigh=lambda previous: previous.weight, most=_ANSWERS_BYTES
        )

    def request_of(self, scope: dict[str, Any]) -> PlainRequest | None:
        """Return the request of an ASGI scope that may be answered here, None for one that is unusual."""
        return plain_request(scope)

    async def answer(self, request: PlainRequest, run: Run) -> WsgiAnswer | None:
        """Return the answer to a request; None where the long road has to give it."""
        previous = self._answers.get(request.key)
        if previous is None or not await self._holds(previous):
            return None
        status, own, body = next(iter(previous.heads)), {}, previous.body
        if previous.handled.tile is not None:
            tile = await self._tile(previous.handled.tile, request, run)
            if tile is None or tile.status not in previous.heads:
                return None
            status, body = tile.status, tile.body
            own = {"ETag": tile.tag, "Content-Length": str(len(body))}
        head, quota = previous.heads[status], previous.handled.quota
        if settings.RATE_LIMITS[quota] and not _has_standing(head):
            return None  # requests were not counted when it was given
        standing = await _counted(request, quota)
        if standing is not None and standing.remaining < 0:
            return None  # Django refuses it
        self.repeated += 1
        _count_use(previous.handled, request, status)
        own |= standing.headers if standing is not None else {}
        return WsgiAnswer(status, _with_own(head, own), body)

    def remember(self, request: PlainRequest, answer: WsgiAnswer) -> None:
        """Remember what the long road answered, where it may be repeated."""
        handled, reads = request.answer_record.handled, tuple(request.answer_record.reads.rows.items())
        if (
            handled is None
            or answer.pieces is not None
            or (handled.tile is None) != (request.tile_numbers is None)
        ):
            return
        heads: dict[int, Headers] = {answer.status: answer.headers}
        body = answer.body
        if handled.tile is not None:
            former = self._answers.get(request.key)
            heads = (former.heads if former is not None and former.reads == reads else {}) | heads
            body = b""
        self._answers.store(request.key, RepeatableAnswer(reads, handled, heads, body))

    async def close(self) -> None:
        """Close what reads the catalogue, once nothing is answered any more."""
        await self.lookups.close()
        await self._tiles.close()

    async def _holds(self, previous: RepeatableAnswer) -> bool:
        """Whether the catalogue is now as it was when the answer was given."""
        if len(previous.reads) == 1:
            ((question, rows),) = previous.reads
            return await self.lookups.rows(question) == rows
        now = await asyncio.gather(*(self.lookups.rows(question) for question, _rows in previous.reads))
        return now == [rows for _question, rows in previous.reads]

    async def _tile(self, first: TileRequest, request: PlainRequest, run: Run) -> _Tile | None:
        """Return the tile at the place of a request, ``first`` being another; None where Django has to answer."""
        assert request.tile_numbers is not None  # it would have another key
        zoom, row, column = request.tile_numbers
        try:
            tile = first.at(
                parse_tile_address(WEB_MERCATOR_QUAD, zoom, row=row, column=column, names=XYZ_NAMES)
            )
        except LayersError:
            return None
        encoding = content_encoding(request.environ.get("HTTP_ACCEPT_ENCODING", ""))
        tag = tile.freshness(encoding).etag
        if tag == request.tag:
            return _Tile(HTTPStatus.NOT_MODIFIED, tag)
        content = tile.cached
        if content is None:
            content = await self._tiles.compressed(tile)
        if content is None:
            content = await run(partial(_make, tile, request))
        if content is None:
            return None
        if not content:
            return _Tile(HTTPStatus.NO_CONTENT, tag)
        return _Tile(HTTPStatus.OK, tag, content if encoding else decompress(content))


def _make(tile: TileRequest, request: PlainRequest, client: ClientConnection) -> bytes | None:
    """Return a tile from the shared cache, or rendered; None when it is not, with the fault that Django answers."""
    assert request.answer_record is not None
    own = connections[DEFAULT_DB_ALIAS]
    budget = query_budget(lambda: request.network, seconds=settings.REQUEST_SECONDS, is_reading=True)
    try:
        with budget as work, DISCONNECT_WATCHER.watching(own, lambda: client.is_gone, work):
            limit_reads(_TILE_SECONDS)
            return tile.compressed()
    except LayersError as error:
        request.answer_record.fault = error
    except (DatabaseError, InterfaceError):
        return None  # Django says which when it meets it
    finally:
        own.close()  # back to the pool
    return None


async def _counted(request: PlainRequest, quota: str) -> QuotaStatus | None:
    """Count a request as ``ThrottleMiddleware`` does, which counts it again where the quota is used up."""
    if settings.REDIS_URL:  # another server, which may not answer
        return await asyncio.to_thread(count_request, request.network, quota)
    return count_request(request.network, quota)


def _count_use(handled: Handled, request: PlainRequest, status: int) -> None:
    """Count the use of a layer as ``UsageMiddleware`` does."""
    if not settings.USAGE_COUNTERS:
        return
    used = HttpRequest()
    used.META, used.method, used.resolver_match = request.environ, "GET", handled.match
    used.visitor = handled.visitor  # type: ignore[attr-defined]  # no typed place in Django
    count_use(used, HttpResponse(status=status))


def _has_standing(head: Headers) -> bool:
    return any(name == b"ratelimit" for name, _value in head)


def _with_own(head: Headers, own: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return a head with the values that are of one answer alone, in the places of those of the answer it is from."""
    values = {name.lower().encode(): value.encode() for name, value in own.items()}
    return [(name, values.get(name, value)) for name, value in head]
