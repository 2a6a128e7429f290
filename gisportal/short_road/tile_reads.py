"""Tiles that the event loop reads from the table of tiles, or draws by one statement, on a few connections of its own.

A tile that takes several statements, a cache that is elsewhere and any fault are for a thread, which has the rules of
every request. So has a statement that lasts: it is stopped after the second for which no request is looked at
(``gisportal.query_limits``), and run again under the limits of a tile, until its client hangs up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import psycopg
from django.core.cache import caches
from django.core.exceptions import SynchronousOnlyOperation
from django.db import DatabaseError, InterfaceError, connection

from gisportal.short_road.connections import AsyncConnection, ReadConnections, values_of
from interface.http.compression import decompress
from layers.errors import LayersError
from layers.formats.mvt import SingleRead
from layers.sql.shared_bytes import CACHE, verified
from layers.sql.spatial_joins import join_cost_factor
from tiles.services.tile_cache import TILE_CACHE
from tiles.services.vector_tiles import TileRequest
from tiles.sql import TileTable

# Tiles that wait to be written in the table: another request makes what was not written.
_UNWRITTEN = 200


class ReadTile:
    """A tile that was read compressed, or drawn: ``put`` then compresses and caches it, once."""

    def __init__(
        self, *, content: bytes | None = None, compressed: bytes | None = None, put: Callable[[bytes], bytes]
    ) -> None:
        self._content, self._compressed, self._put = content, compressed, put

    def body(self, encoding: str) -> bytes:
        """Return the tile in a content encoding, empty for none; no byte where nothing is in it."""
        if encoding:
            return self.compressed()
        if self._content is None:
            compressed = self.compressed()
            self._content = decompress(compressed) if compressed else b""
        return self._content

    def compressed(self) -> bytes:
        """Return the tile as it is cached."""
        if self._compressed is None:
            assert self._content is not None  # it was drawn
            self._compressed = self._put(self._content)
        return self._compressed


class TileReads:
    """Tiles that the event loop reads or draws; one request does it for all that want the same."""

    def __init__(self) -> None:
        self._connections = ReadConnections()
        self._under_way: dict[str, asyncio.Future[ReadTile | None]] = {}
        self._unwritten: set[asyncio.Future[None]] = set()
        # One thread: others would take the connections of requests.
        self._writer = ThreadPoolExecutor(1, "tile-writer")

    async def read(self, tile: TileRequest) -> ReadTile | None:
        """Return a tile of the table, or drawn; None where a thread has to make it."""
        if (own := self._under_way.get(tile.key)) is not None:
            return await asyncio.shield(own)
        if self._connections.is_busy:
            return None
        own = self._under_way[tile.key] = asyncio.get_running_loop().create_future()
        result = None
        try:
            result = await self._read_or_drawn(tile)
        finally:
            own.set_result(result)
            del self._under_way[tile.key]
        return result

    async def close(self) -> None:
        """Close the connections, once what was drawn is written."""
        if self._unwritten:
            await asyncio.wait(self._unwritten)
        self._writer.shutdown()
        await self._connections.close()

    async def _read_or_drawn(self, tile: TileRequest) -> ReadTile | None:
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
                    return ReadTile(compressed=stored, put=tile.put)
                row = await _row(own, read)
            content = read.settle(row) if row is not None else None
            if content is None:
                return None
            drawn = ReadTile(content=content, put=partial(self._put, tile, is_in_table=is_in_table))
            # A client without gzip does not wait for what is cached.
            asyncio.get_running_loop().call_soon(drawn.compressed)
            return drawn
        return None

    def _put(self, tile: TileRequest, content: bytes, *, is_in_table: bool) -> bytes:
        compressed = tile.put(content)
        if is_in_table:
            self._write_soon(tile.key, compressed)
        return compressed

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
    """Return the bytes of a tile, and what is counted beside them."""
    row = await own.row(read.statement.sql, values_of(read.statement))
    return row and (row[0], *map(_number, row[1:]))


def _number(value: bytes) -> int:
    """Read a count or a boolean of PostgreSQL in binary."""
    return int.from_bytes(value, "big", signed=True)


def _write(key: str, content: bytes) -> None:
    with suppress(DatabaseError, InterfaceError):  # it is made again
        try:
            TILE_CACHE.store(key, content)
        finally:
            connection.close()
