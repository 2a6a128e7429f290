"""Connections of the event loop: a large result wakes up its request once, and a fault reaches who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.pq.abc import PGresult

from gisportal.short_road.connections import AsyncConnection, ReadConnections

pytestmark = pytest.mark.django_db

# Far more than PostgreSQL sends at once.
_MEGABYTE = "SELECT repeat('a', 1000) FROM generate_series(1, 1000)"


def _run(statement: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Return how many rows a statement gave, and how often the event loop was told to watch a socket."""

    async def run() -> tuple[int, int]:
        connections = ReadConnections()
        loop, watched = asyncio.get_running_loop(), list[object]()
        async with connections.borrow() as own:
            add_reader = loop.add_reader

            def count(*arguments: Any) -> None:
                watched.append(arguments)
                add_reader(*arguments)

            monkeypatch.setattr(loop, "add_reader", count)
            try:
                cursor = await own.execute(statement)
            finally:
                monkeypatch.undo()
        await connections.close()
        return len(await cursor.fetchall()), len(watched)

    return asyncio.run(run())


def test_the_socket_of_a_large_result_is_watched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, watched = _run(_MEGABYTE, monkeypatch)
    assert rows == 1_000
    assert watched <= 2  # one to prepare the statement, one for its result


def test_a_fault_of_a_statement_reaches_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        _run("SELECT 1 / (id - 500) FROM generate_series(1, 1000) AS id", monkeypatch)


def test_a_statement_that_is_given_up_leaves_the_socket_alone() -> None:
    async def run() -> bool:
        connections = ReadConnections()
        sockets = list[int]()

        async def wait(own: AsyncConnection) -> None:
            sockets.append(own.pgconn.socket)
            await own.execute("SELECT pg_sleep(0.8)")

        async def borrow() -> None:
            async with connections.borrow() as own:
                await wait(own)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(borrow(), 0.2)
        await connections.close()
        return asyncio.get_running_loop().remove_reader(sockets[0])

    assert asyncio.run(run()) is False


def test_rows_of_a_prepared_statement_are_taken_while_others_arrive() -> None:
    async def run() -> list[list[int]]:
        connections, turns = ReadConnections(), list[list[int]]()
        async with connections.borrow() as own:
            for _turn in range(3):
                turns.append([])
                await own.read("SELECT id FROM generate_series(1, %s) AS id", [250], _counts_into(turns[-1]))
        await connections.close()
        return turns

    assert asyncio.run(run()) == [[250], [100, 100, 50, 0], [100, 100, 50, 0]]


def _counts_into(counts: list[int]) -> Callable[[PGresult], None]:
    return lambda result: counts.append(result.ntuples)


def test_a_fault_in_the_middle_of_rows_reaches_who_waits() -> None:
    statement = "SELECT repeat('a', 1000), 1 / (%s - id) FROM generate_series(1, 1000) AS id"

    async def run() -> None:
        connections = ReadConnections()
        async with connections.borrow() as own:
            await own.read(statement, [2_000], lambda _result: None)
            with pytest.raises(psycopg.errors.DivisionByZero):
                await own.read(statement, [500], lambda _result: None)
        await connections.close()

    asyncio.run(run())
