"""Connections of the event loop to the database: Django's own are for threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

import psycopg
from django.conf import settings
from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import capabilities
from psycopg._preparing import Prepare
from psycopg._queries import PostgresQuery
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.generators import execute, fetch, send
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult
from psycopg.waiting import Ready, Wait

from gisportal.query_limits import PATIENCE_S as STATEMENT_S
from layers.formats.statements import BoundStatement

Result = TypeVar("Result")


# Rows that are worked on at a time: about what PostgreSQL sends in four times.
_ROWS_AT_ONCE = 100
# Statements whose converted form a connection holds: as many as it prepares.
_FORMER = 100


class AsyncConnection(psycopg.AsyncConnection[tuple[Any, ...]]):
    """A connection whose socket is watched once for a whole result.

    PostgreSQL sends 8 KB at a time: psycopg would watch the socket anew, and wake up the request, at each of them.
    Whoever gives up waiting closes the connection, which may be in the middle of a result.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._former: dict[str, PostgresQuery] = {}

    async def wait(self, gen: PQGen[Result], _interval: float = 0.0, _timeout: float | None = None) -> Result:
        """Run a generator of psycopg to its end: as ``psycopg.AsyncConnection.wait``, without its time limits."""
        try:
            interest = next(gen)
            if interest & Wait.W:  # a socket is nearly always writable
                interest = gen.send(Ready.W)
        except StopIteration as ended:
            result: Result = ended.value
            return result
        watch = _SocketWatch(self.pgconn.socket, gen)
        try:
            watch.watch(interest)
            return await watch.ended
        finally:
            watch.watch(0)

    async def read(
        self, statement: str, parameters: Sequence[Any], take: Callable[[PGresult], object]
    ) -> None:
        """Run a statement and give its rows to ``take`` in results of libpq, as they arrive.

        Once it is prepared these are of some rows each: they are worked on while PostgreSQL makes those that follow.
        """
        query = self._with_values(statement, parameters)
        async with self.lock:
            name = self._prepared_name(query)
            if name is not None and capabilities.has_stream_chunked():
                await self.wait(self._results_gen(name, query, take))
                return
        cursor = await self.execute(statement, parameters)
        if cursor.pgresult is not None:
            take(cursor.pgresult)

    async def row(self, statement: str, parameters: Sequence[Any]) -> tuple[bytes, ...] | None:
        """Run a statement and return its first row in binary, without NULL; None where it has none."""
        result = await self.result(self._with_values(statement, parameters), is_binary=True)
        if result is None:
            result = (await self.execute(statement, parameters, binary=True)).pgresult
        if result is None or not result.ntuples:
            return None
        return tuple(result.get_value(0, column) or b"" for column in range(result.nfields))

    async def result(self, query: PostgresQuery, *, is_binary: bool = False) -> PGresult | None:
        """Run a converted statement and return its result; None where this connection did not prepare it."""
        async with self.lock:
            name = self._prepared_name(query)
            if name is None:
                return None
            self._send(name, query, is_binary=is_binary)
            result: PGresult = (await self.wait(execute(self.pgconn)))[0]
        if result.status != ExecStatus.TUPLES_OK:
            raise psycopg.errors.error_from_result(result)
        return result

    def converted(self, statement: str, parameters: Sequence[Any]) -> PostgresQuery:
        """Return a statement with its values as they are sent."""
        query = PostgresQuery(Transformer(self))
        query.convert(statement, parameters)
        return query

    def _with_values(self, statement: str, parameters: Sequence[Any]) -> PostgresQuery:
        """Return the same as ``converted``, by the object of former values."""
        query = self._former.get(statement)
        if query is None:
            query = self.converted(statement, parameters)
            if len(self._former) < _FORMER:
                self._former[statement] = query
        else:
            query.dump(parameters)
        return query

    def _prepared_name(self, query: PostgresQuery) -> bytes | None:
        is_prepared, name = self._prepared.get(query)
        if is_prepared is not Prepare.YES:
            return None
        self._prepared.maybe_add_to_cache(query, is_prepared, name)  # it is the last one used
        return name

    def _send(self, name: bytes, query: PostgresQuery, *, is_binary: bool = False) -> None:
        self.pgconn.send_query_prepared(
            name, query.params, param_formats=query.formats, result_format=Format(is_binary)
        )

    def _results_gen(
        self, name: bytes, query: PostgresQuery, take: Callable[[PGresult], object]
    ) -> PQGen[None]:
        self._send(name, query)
        self.pgconn.set_chunked_rows_mode(_ROWS_AT_ONCE)
        yield from send(self.pgconn)
        while (result := (yield from fetch(self.pgconn))) is not None:
            if result.status == ExecStatus.FATAL_ERROR:
                raise psycopg.errors.error_from_result(result)
            take(result)


class _SocketWatch(Generic[Result]):
    """Resumes a generator of psycopg each time its socket is ready; ``ended`` gets its result or its error."""

    def __init__(self, socket: int, generator: PQGen[Result]) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket, self._generator, self._interest = socket, generator, 0
        self.ended: asyncio.Future[Result] = self._loop.create_future()

    def watch(self, interest: int) -> None:
        """Watch for what the generator waits for, and for nothing else."""
        changed, self._interest = interest ^ self._interest, interest
        if changed & Wait.R:
            if interest & Wait.R:
                self._loop.add_reader(self._socket, self._resume, Ready.R)
            else:
                self._loop.remove_reader(self._socket)
        if changed & Wait.W:
            if interest & Wait.W:
                self._loop.add_writer(self._socket, self._resume, Ready.W)
            else:
                self._loop.remove_writer(self._socket)

    def _resume(self, ready: Ready) -> None:
        if self.ended.done():
            return
        try:
            interest = self._generator.send(ready)
        except StopIteration as end:
            self.ended.set_result(end.value)
        except Exception as error:  # whoever waits gets it, whatever it is
            self.ended.set_exception(error)
        else:
            if interest != self._interest:
                self.watch(interest)


# What ``pg_stat_activity`` calls them.
APPLICATION_NAME = "gisportal event loop"
# How long an opening or a statement may take.
PATIENCE_S = 5.0


async def open_connection(**limits: str) -> AsyncConnection:
    """Open a connection whose values have the types of Django's; ``limits`` are parameters of PostgreSQL.

    Raises:
        psycopg.Error: it cannot be opened.
    """
    django = connections[DEFAULT_DB_ALIAS]
    parameters: dict[str, Any] = django.get_connection_params()
    limits |= {"TimeZone": django.timezone_name}  # which Django sets once a connection is open
    for name in ("cursor_factory", "prepare_threshold"):
        parameters.pop(name, None)
    options = [parameters.get("options", ""), *(f"-c {name}={value}" for name, value in limits.items())]
    # A pooler in transaction mode gives each statement another connection, without what this one prepared.
    threshold = 0 if settings.SHORT_ROAD_PREPARES else None
    return await AsyncConnection.connect(
        **{**parameters, "options": " ".join(options).strip(), "application_name": APPLICATION_NAME},
        prepare_threshold=threshold,
        autocommit=True,
    )


# Two cores answer no more at a time; requests that wait for one of them.
_CONNECTIONS, _WAITING = 4, 64
# As ``layers.sql.limits`` sets for a tile and a page. A statement that lasts is stopped, and run again by a thread.
_LIMITS = {
    "statement_timeout": f"{STATEMENT_S * 1000:.0f}",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}


class ReadConnections:
    """The few connections by which the event loop reads features, opened as they are needed.

    ``limits`` are parameters of PostgreSQL beside those of all.
    """

    def __init__(self, **limits: str) -> None:
        self._limits = _LIMITS | limits
        self._idle: list[AsyncConnection] = []
        self._slots = asyncio.Semaphore(_CONNECTIONS)
        self._borrowing = 0

    @property
    def is_busy(self) -> bool:
        """Whether so many requests wait for a connection that others take the long road."""
        return self._borrowing >= _WAITING

    @asynccontextmanager
    async def borrow(self) -> AsyncIterator[AsyncConnection]:
        """Give the connection used last; one that a fault ended, or left in the middle, is closed."""
        self._borrowing += 1
        try:
            async with self._slots:
                own = self._idle.pop() if self._idle else await open_connection(**self._limits)
                try:
                    yield own
                except BaseException:
                    await own.close()
                    raise
                self._idle.append(own)
        finally:
            self._borrowing -= 1

    async def close(self) -> None:
        """Close the connections that nothing uses."""
        while self._idle:
            await self._idle.pop().close()


def values_of(statement: BoundStatement) -> list[Any]:
    """Return the parameters of a statement as PostgreSQL takes them: Django's adapter of geometries is for threads."""
    return [value.ewkb if isinstance(value, PostGISAdapter) else value for value in statement.parameters]
