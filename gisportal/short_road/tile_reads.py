"""Tiles that the event loop reads from the table of tiles, or draws by one statement, on a few connections of its own.

A tile that takes several statements, a cache that is elsewhere and any fault are for a thread, which has the rules of
every request. So has a statement that lasts: it is stopped after the second for which no request is looked at
(``gisportal.query_limits``), and run again under the limits of a tile, until its client hangs up.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg
from django.core.cache import caches
from django.core.exceptions import SynchronousOnlyOperation
from django.db import DatabaseError, InterfaceError, connection

from gisportal.short_road.connections import AsyncConnection, ReadConnections, values_of
from layers.errors import LayersError
from layers.formats.mvt import SingleRead
from layers.sql.shared_bytes import CACHE, verified
from layers.sql.spatial_joins import join_cost_factor
from tiles.services.tile_cache import TILE_CACHE
from tiles.services.vector_tiles import TileRequest
from tiles.sql import TileTable

# Tiles that wait to be written in the table: another request makes what was not written.
_UNWRITTEN = 200


class TileReads:
    """Tiles that the event loop reads or draws; one request does it for all that want the same."""

    def __init__(self) -> None:
        self._connections = ReadConnections()
        self._under_way: dict[str, asyncio.Future[bytes | None]] = {}
        self._unwritten: set[asyncio.Future[None]] = set()
        # One thread: others would take the connections of requests.
        self._writer = ThreadPoolExecutor(1, "tile-writer")

    async def compressed(self, tile: TileRequest) -> bytes | None:
        """Return a tile as it is cached, empty where nothing is in it; None where a thread has to make it."""
        if (own := self._under_way.get(tile.key)) is not None:
            return await asyncio.shield(own)
        if self._connections.is_busy:
            return None
        own = self._under_way[tile.key] = asyncio.get_running_loop().create_future()
        content = None
        try:
            content = await self._read_or_drawn(tile)
        finally:
            own.set_result(content)
            del self._under_way[tile.key]
        return content

    async def close(self) -> None:
        """Close the connections, once what was drawn is written."""
        if self._unwritten:
            await asyncio.wait(self._unwritten)
        self._writer.shutdown()
        await self._connections.close()

    async def _read_or_drawn(self, tile: TileRequest) -> bytes | None:
        is_in_table = TILE_CACHE.is_in_database
        if TILE_CACHE.is_shared and not is_in_table:
            return None
        with suppress(psycopg.Error, LayersError, SynchronousOnlyOperation):
            read = tile.single_read()
            if read is None or join_cost_factor(read.statement.sql):
                return None
            async with self._connections.borrow() as own:
                if is_in_table and (stored := await _stored(own, tile.key)) is not None:
                    TILE_CACHE.put(tile.key, stored)
                    return stored
                row = await _row(own, read)
            content = read.settle(row) if row is not None else None
            if content is None:
                return None
            compressed = tile.put(content)
            if is_in_table:
                self._write_soon(tile.key, compressed)
            return compressed
        return None

    def _write_soon(self, key: str, content: bytes) -> None:
        """Write a tile in the table beside the requests."""
        if len(self._unwritten) < _UNWRITTEN:
            writing = asyncio.get_running_loop().run_in_executor(self._writer, _write, key, content)
            self._unwritten.add(writing)
            writing.add_done_callback(self._unwritten.discard)


async def _stored(own: AsyncConnection, key: str) -> bytes | None:
    """Return a tile of the table; None where it has none, or one that a thread has to touch."""
    table = caches[CACHE]
    if not isinstance(table, TileTable):
        return None
    statement, parameters = table.statement(key)
    row = await (await own.execute(statement, parameters, binary=True)).fetchone()
    return verified(key, row[0]) if row is not None and not row[1] else None


async def _row(own: AsyncConnection, read: SingleRead) -> tuple[Any, ...] | None:
    statement = read.statement
    return await (await own.execute(statement.sql, values_of(statement), binary=True)).fetchone()


def _write(key: str, content: bytes) -> None:
    with suppress(DatabaseError, InterfaceError):  # it is made again
        try:
            TILE_CACHE.store(key, content)
        finally:
            connection.close()
