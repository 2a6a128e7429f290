"""Reads of the catalogue by the event loop, on one connection of its own: one statement for all requests that wait.

A read proves for the requests that arrived before it was sent, and for no other: while one is under way, those that
arrive wait for the next. PostgreSQL takes the snapshot of a statement once it has received it, so a write that was
committed before a request arrived is always seen.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from psycopg._queries import PostgresQuery
from psycopg.pq.abc import PGresult

from gisportal.short_road.connections import AsyncConnection, open_connection
from layers.sql.catalogue import CatalogueQuestion

_log = logging.getLogger(__name__)
Rows = tuple[Any, ...]
# How long a read may take, and how long the connection is left alone after a fault: requests take the long road.
PATIENCE_S, PAUSE_S = 5.0, 1.0


# Questions whose last answer is remembered: about as many as layers that are open.
_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class _Answer:
    """The rows of a question as they were last read, and the texts that they were made of."""

    query: PostgresQuery
    texts: list[bytes | None]
    rows: Rows


class CatalogueLookups:
    """Shared reads of the catalogue; ``clock`` says when a connection that failed is opened again."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._connection: AsyncConnection | None = None
        self._last: dict[CatalogueQuestion, _Answer] = {}
        self._waiting: dict[CatalogueQuestion, asyncio.Future[Rows | None]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._paused_until = 0.0
        self.sent = 0

    async def rows(self, question: CatalogueQuestion) -> Rows | None:
        """Return the rows of a question as they are now; None where they cannot be read now."""
        if self._connection is None:
            self._open_soon()
            return None
        answer = self._waiting.get(question)
        if answer is None:
            answer = self._waiting[question] = asyncio.get_running_loop().create_future()
            if self._reading is None:
                self._reading = asyncio.create_task(self._read_waiting())
        # Another request may wait for the same: who gives up leaves it alone.
        return await asyncio.shield(answer)

    async def close(self) -> None:
        """Close the connection, once nothing is read any more."""
        for task in (self._opening, self._reading):
            if task is not None:
                await asyncio.wait([task])
        connection, self._connection, self._paused_until = self._connection, None, float("inf")
        if connection is not None:
            await connection.close()

    async def _read_waiting(self) -> None:
        batch: dict[CatalogueQuestion, asyncio.Future[Rows | None]] = {}
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, {}
                for answer, rows in zip(batch.values(), await self._read(list(batch)), strict=True):
                    answer.set_result(rows)
        finally:
            self._reading = None
            for answer in batch.values():
                if not answer.done():  # whatever happened, nobody waits for ever
                    answer.set_result(None)

    async def _read(self, questions: list[CatalogueQuestion]) -> list[Rows] | list[None]:
        """Return the rows of each question, None for each when the database does not answer."""
        connection = self._connection
        if connection is None:
            return [None] * len(questions)
        self.sent += 1
        try:
            async with asyncio.timeout(PATIENCE_S):
                if len(questions) == 1:
                    return [await self._rows(connection, questions[0])]
                async with connection.pipeline():
                    cursors = [await _execute(connection, question) for question in questions]
                return [tuple(await cursor.fetchall()) for cursor in cursors]
        except (psycopg.Error, TimeoutError) as error:
            await self._pause(error)
            return [None] * len(questions)

    async def _rows(self, connection: AsyncConnection, question: CatalogueQuestion) -> Rows:
        """Return the rows of a question: those of the last time where PostgreSQL sends the same texts."""
        last = self._last.get(question)
        result = await connection.result(last.query) if last is not None else None
        if last is not None and result is not None and _texts(result) == last.texts:
            return last.rows
        cursor = await _execute(connection, question)
        rows = tuple(await cursor.fetchall())
        if cursor.pgresult is not None and settings.SHORT_ROAD_PREPARES:
            if len(self._last) >= _REMEMBERED:
                self._last.clear()
            query = connection.converted(question.sql, _values(question))
            self._last[question] = _Answer(query, _texts(cursor.pgresult), rows)
        return rows

    async def _pause(self, error: Exception) -> None:
        """Leave the connection, and the database for a while; of a statement under way nobody reads the rows."""
        connection, self._connection = self._connection, None
        self._paused_until = self._clock() + PAUSE_S
        _log.info("The catalogue is not read by the event loop: %s", type(error).__name__)
        if connection is not None:
            with suppress(psycopg.Error):
                await connection.close()

    def _open_soon(self) -> None:
        """Open the connection beside the requests, which do not wait for it."""
        if self._opening is None and self._clock() >= self._paused_until:
            self._opening = asyncio.create_task(self._open())

    async def _open(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                self._connection = await open_connection()
        except (psycopg.Error, TimeoutError) as error:
            await self._pause(error)
        finally:
            self._opening = None


async def _execute(
    connection: AsyncConnection, question: CatalogueQuestion
) -> psycopg.AsyncCursor[tuple[Any, ...]]:
    return await connection.execute(question.sql, _values(question))


def _values(question: CatalogueQuestion) -> list[Any]:
    return [list(value) if isinstance(value, tuple) else value for value in question.parameters]


def _texts(result: PGresult) -> list[bytes | None]:
    columns = range(result.nfields)
    return [result.get_value(row, column) for row in range(result.ntuples) for column in columns]
