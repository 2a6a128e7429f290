"""Answers of the event loop to the public: what Django answered, as long as the catalogue says the same.

Whatever is unusual takes the long road through Django: what was never answered there, another header than those that
``requests`` knows, a quota that is used up, a fault. ADR 0059 says of each middleware where its work is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse

from gisportal.accounts.rate_limits import QuotaStatus, count_request
from gisportal.bounds.table import BOUNDS
from gisportal.outage import OUTAGE
from gisportal.query_limits import DISCONNECT_WATCHER
from gisportal.server.client_connection import ClientConnection
from gisportal.server.wsgi_bridge import WsgiAnswer
from gisportal.short_road.answer_records import Handled
from gisportal.short_road.lookups import CatalogueLookups, Rows
from gisportal.short_road.page_reads import PageReads
from gisportal.short_road.requests import PlainRequest, Run, plain_request
from gisportal.short_road.tile_reads import ReadTile, TileReads
from gisportal.usage_counters import count_use
from interface.http.compression import content_encoding
from layers.cache import BoundedCache, bytes_of
from layers.errors import LayersError
from layers.sql.catalogue import CatalogueQuestion
from layers.sql.query_limiter import limit_reads, query_budget
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD
from tiles.parsing import XYZ_NAMES, parse_tile_address
from tiles.services.vector_tiles import TileRequest

# As the middleware of bounds gives to the view of tiles.
_TILE_SECONDS = next(row.seconds for row in BOUNDS if "tiles:tile" in row.routes) or settings.REQUEST_SECONDS
_ANSWERS, _ANSWERS_BYTES, _LAYERS = 5_000, 16 * 1024 * 1024, 500
# About what an answer weighs beside its body and the rows of the catalogue: headers, the scopes of a tile.
_REST_BYTES = 6_000
Headers = Sequence[tuple[bytes, bytes]]
# The status and the content encoding of an answer, by which heads differ.
Form = tuple[int, bytes]
# What the head of a page of items has of its own.
_OF_PAGE = (
    "Content-Type", "Content-Length", "Link", "OGC-NumberMatched", "OGC-NumberReturned", "Content-Crs", "ETag",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RepeatableAnswer:
    """What Django answered, true as long as each question to the catalogue gives these rows.

    ``heads`` are headers by form. A tile of any place is answered under them, by ``handled.tile``, and any page of
    items, by ``handled.scope``; of the rest there is one, and ``body``.
    """

    reads: tuple[tuple[CatalogueQuestion, Rows], ...]
    handled: Handled
    heads: dict[Form, Headers]
    body: bytes = b""

    @property
    def weight(self) -> int:
        """About how many bytes it holds."""
        return _REST_BYTES + len(self.body) + bytes_of([rows for _question, rows in self.reads])


@dataclass(frozen=True, slots=True)
class _Content:
    """The answer to a request, but for its head; ``own`` are the headers that others do not have alike."""

    form: Form
    own: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class ShortRoad:
    """The answers that this process may repeat, and its reads of the catalogue; ``repeated`` counts those it gave."""

    def __init__(self) -> None:
        self.lookups, self._tiles, self._page_reads = CatalogueLookups(), TileReads(), PageReads()
        self.repeated = 0
        self._answers: BoundedCache[RepeatableAnswer] = BoundedCache(
            _ANSWERS, weigh=lambda previous: previous.weight, most=_ANSWERS_BYTES
        )
        # Beside the answers, whose bodies would push them out.
        self._pages: BoundedCache[RepeatableAnswer] = BoundedCache(_LAYERS, weigh=lambda page: page.weight)

    def request_of(self, scope: dict[str, Any]) -> PlainRequest | None:
        """Return the request of an ASGI scope that may be answered here, None for one that is unusual."""
        return plain_request(scope)

    async def answer(self, request: PlainRequest, run: Run) -> WsgiAnswer | None:
        """Return the answer to a request; None where the long road has to give it."""
        previous = self._answers.get(request.key)
        if previous is None and request.pages_key is not None:
            previous = self._pages.get(request.pages_key)
        content = await self._proven_content(previous, request, run) if previous is not None else None
        if previous is None or content is None:
            return None
        head = previous.heads.get(content.form) if content is not None else None
        if content is None or head is None:
            return None
        handled, own = previous.handled, content.own
        if handled.quota:
            if settings.RATE_LIMITS[handled.quota] and not _has_standing(head):
                return None  # requests were not counted when it was given
            standing = await _counted(request, handled.quota)
            if standing is not None and standing.remaining < 0:
                return None  # Django refuses it
            own = own | (standing.headers if standing is not None else {})
        self.repeated += 1
        answer = WsgiAnswer(content.form[0], _with_own(head, own), content.body)
        # Once it is sent: the client does not wait for it.
        asyncio.get_running_loop().call_soon(self._record, request, previous, answer)
        return answer

    def _record(self, request: PlainRequest, previous: RepeatableAnswer, answer: WsgiAnswer) -> None:
        """Count the use that an answer makes of a layer, and remember a page of items for the same request."""
        _count_use(previous.handled, request, answer.status)
        if previous.handled.scope is not None:
            self._remember_alone(request, previous.reads, previous.handled, answer)

    def remember(self, request: PlainRequest, answer: WsgiAnswer) -> None:
        """Remember what the long road answered, where it may be repeated."""
        handled, reads = request.answer_record.handled, tuple(request.answer_record.reads.rows.items())
        if (
            handled is None
            or answer.pieces is not None
            or request.environ["REQUEST_METHOD"] != "GET"
            or (handled.tile is None) != (request.tile_numbers is None)
        ):
            return
        if handled.tile is not None:
            _add_head(self._answers, request.key, RepeatableAnswer(reads, handled, _heads(answer)))
            return
        self._remember_alone(request, reads, handled, answer)
        if handled.scope is not None and request.pages_key is not None:
            _add_head(self._pages, request.pages_key, RepeatableAnswer(reads, handled, _heads(answer)))

    def _remember_alone(
        self,
        request: PlainRequest,
        reads: tuple[tuple[CatalogueQuestion, Rows], ...],
        handled: Handled,
        answer: WsgiAnswer,
    ) -> None:
        """Remember the answer to a request for the same one alone."""
        alone = RepeatableAnswer(reads, replace(handled, scope=None), _heads(answer), answer.body)
        self._answers.store(request.key, alone)

    async def close(self) -> None:
        """Close what reads the catalogue, once nothing is answered any more."""
        await self.lookups.close()
        await self._tiles.close()
        await self._page_reads.close()

    async def _proven_content(
        self, previous: RepeatableAnswer, request: PlainRequest, run: Run
    ) -> _Content | None:
        """Return what to answer if the catalogue is as it was; None where Django has to answer.

        What takes a statement is read while the catalogue is, and dropped when that has changed. An answer that does
        not hold is forgotten: nothing more is read for it.
        """
        handled = previous.handled
        if handled.tile is None and handled.scope is None:
            return await self._content(previous, request, run) if await self._holds(previous) else None
        proof = asyncio.create_task(self._holds(previous))
        try:
            content = await self._content(previous, request, run)
            if await proof:
                return content
        finally:
            proof.cancel()
        self._answers.forget(request.key)
        if request.pages_key is not None:
            self._pages.forget(request.pages_key)
        return None

    async def _holds(self, previous: RepeatableAnswer) -> bool:
        """Whether the catalogue is now as it was when the answer was given; for a probe, no query has failed."""
        if not previous.reads:
            return not OUTAGE.is_open
        if len(previous.reads) == 1:
            ((question, rows),) = previous.reads
            return await self.lookups.rows(question) == rows
        now = await asyncio.gather(*(self.lookups.rows(question) for question, _rows in previous.reads))
        return now == [rows for _question, rows in previous.reads]

    async def _content(self, previous: RepeatableAnswer, request: PlainRequest, run: Run) -> _Content | None:
        """Return what to answer under a head of ``previous``; None where Django has to answer."""
        handled = previous.handled
        if handled.tile is not None:
            return await self._tile(handled.tile, request, run)
        if handled.scope is None:
            return _Content(next(iter(previous.heads)), body=previous.body)
        response = await self._page_reads.response(handled, request, run)
        if response is None:
            return None
        own = {name: response.headers[name] for name in _OF_PAGE if name in response.headers}
        encoding = response.headers.get("Content-Encoding", "").encode()
        return _Content((response.status_code, encoding), own, response.content)

    async def _tile(self, first: TileRequest, request: PlainRequest, run: Run) -> _Content | None:
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
        own = {"ETag": tile.freshness(encoding).etag}
        if own["ETag"] == request.tag:
            return _Content((HTTPStatus.NOT_MODIFIED, b""), own)
        if (cached := tile.cached) is not None:
            read: ReadTile | None = ReadTile(compressed=cached, put=tile.put)
        else:
            read = await self._tiles.read(tile)
        if read is None and (made := await run(partial(_make, tile, request))) is not None:
            read = ReadTile(compressed=made, put=tile.put)
        if read is None:
            return None
        if not (body := read.body(encoding)):
            return _Content((HTTPStatus.NO_CONTENT, b""), own)
        form = (HTTPStatus.OK, encoding.encode())
        return _Content(form, own | {"Content-Length": str(len(body))}, body)


def _heads(answer: WsgiAnswer) -> dict[Form, Headers]:
    encoding = next((value for name, value in answer.headers if name == b"content-encoding"), b"")
    return {(answer.status, encoding): answer.headers}


def _add_head(
    answers: BoundedCache[RepeatableAnswer], key: tuple[str | bytes, ...], answer: RepeatableAnswer
) -> None:
    """Add the head of an answer to those of before, unless the catalogue changed since."""
    former = answers.get(key)
    heads = former.heads if former is not None and former.reads == answer.reads else {}
    answers.store(key, replace(answer, heads=heads | answer.heads))


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
    used.META, used.method = request.environ, request.environ["REQUEST_METHOD"]
    used.resolver_match = handled.match
    used.visitor = handled.visitor  # type: ignore[attr-defined]  # no typed place in Django
    count_use(used, HttpResponse(status=status))


def _has_standing(head: Headers) -> bool:
    return any(name == b"ratelimit" for name, _value in head)


def _with_own(head: Headers, own: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return a head with the values that are of one answer alone, in the places of those of the answer it is from."""
    values = {name.lower().encode(): value.encode("latin-1") for name, value in own.items()}
    return [(name, values.get(name, value)) for name, value in head]
