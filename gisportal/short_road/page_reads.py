"""Pages of items that were not requested before: the view of Django writes them, the event loop runs their statement.

What takes several statements (outlines, another order than that of ids, a count that is not light, a page before
another), a page for people, a wrong parameter and any fault are for Django, under the limits of every request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial

import psycopg
from compression_middleware.middleware import CompressionMiddleware
from django.core.exceptions import SynchronousOnlyOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from gisportal.bounds.middleware import check_size
from gisportal.bounds.table import bounds_of
from gisportal.server.client_connection import ClientConnection
from gisportal.short_road.answer_records import Handled
from gisportal.short_road.connections import ReadConnections, values_of
from gisportal.short_road.requests import TAGS, PlainRequest, Run
from interface.http.media_types import HTML
from interface.http.resources import not_modified, with_validators
from layers.errors import LayersError
from layers.formats.geojson import Collection, PageRead, page_read
from layers.formats.http_validators import HttpValidators
from layers.sql.spatial_joins import join_cost_factor
from ogc.views.features import ItemsView

# A body above this size is compressed by a thread.
_COMPRESSED_AT_ONCE = 8 * 1024


class PageReads:
    """Pages of items that the event loop reads, on connections of their own.

    Their statements are prepared, and planned at each request: the plan of a small box is not that of the territory.
    """

    def __init__(self) -> None:
        self._connections = ReadConnections(plan_cache_mode="force_custom_plan")

    async def close(self) -> None:
        """Close the connections, once nothing is read any more."""
        await self._connections.close()

    async def response(self, handled: Handled, request: PlainRequest, run: Run) -> HttpResponse | None:
        """Return what Django would answer about the layer that it ``handled``; None where it has to.

        The head is that of the view and of compression, before the other middlewares.
        """
        assert handled.scope is not None  # that of a page of items
        view = _view(handled, request)
        response: HttpResponseBase | None
        with suppress(psycopg.Error, LayersError, SynchronousOnlyOperation):
            check_size(view.request, bounds_of(handled.match))
            selection, media_type = view.selection(handled.scope), view.form()
            if media_type == HTML:
                return None
            validators = cache(partial(view.validators, selection, media_type))
            response = not_modified(view.request, validators()) if TAGS in request.environ else None
            if response is None:
                read = page_read(selection, **view.rendering(media_type))
                collection = await self._collection(read, partial(_prepare, view, validators))
                if collection is None or collection.is_on_disk:
                    return None
                response = with_validators(view.whole(collection, selection, media_type), validators())
                if "HTTP_ACCEPT_ENCODING" in request.environ:
                    response = await _compressed(view.request, response, run)
            return response if isinstance(response, HttpResponse) else None
        return None

    async def _collection(self, read: PageRead | None, meanwhile: Callable[[], object]) -> Collection | None:
        """Read a page; ``meanwhile`` is called while PostgreSQL works, once the catalogue is read too."""
        if read is None or read.statement is None or self._connections.is_busy:
            return None
        if join_cost_factor(read.statement.sql) or any(
            isinstance(value, float) for value in read.statement.parameters
        ):
            return None  # a bound float is not compared as the number that Django writes
        async with self._connections.borrow() as own:
            loop = asyncio.get_running_loop()
            # In the first turn of the loop the proof begins, in the second its statement is sent.
            loop.call_soon(loop.call_soon, meanwhile)
            await own.read(read.statement.sql, values_of(read.statement), read.rows.add)
        return read.settle()


def _prepare(view: ItemsView, validators: Callable[[], HttpValidators]) -> None:
    """Compute what no row decides. What fails does so again where it is needed."""
    with suppress(LayersError, SynchronousOnlyOperation):
        validators()
        view.fixed_links  # noqa: B018  (cached)


def _view(handled: Handled, request: PlainRequest) -> ItemsView:
    """Return the view as the middlewares before it would have called it."""
    own = WSGIRequest({**request.environ, "HTTP_HOST": handled.host})
    own.visitor, own.resolver_match = handled.visitor, handled.match  # type: ignore[attr-defined]  # as middlewares do
    view = ItemsView()
    view.setup(own, *handled.match.args, **handled.match.kwargs)
    return view


async def _compressed(request: HttpRequest, response: HttpResponseBase, run: Run) -> HttpResponse | None:
    """Compress a response as the middleware does, a large one in a thread; None where too many wait for one."""

    def compress(_client: ClientConnection | None = None) -> HttpResponse:
        compressed: HttpResponse = CompressionMiddleware(lambda _request: response)(request)
        return compressed

    size = int(response.headers["Content-Length"])
    if size < _COMPRESSED_AT_ONCE:
        return compress()
    in_thread: HttpResponse | None = await run(compress)
    return in_thread
