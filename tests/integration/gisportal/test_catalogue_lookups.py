"""Reads of the catalogue that requests share: each is proven by a statement that was sent after it arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from gisportal.short_road import lookups
from gisportal.short_road.lookups import PAUSE_S, CatalogueLookups
from layers.sql.catalogue import CatalogueQuestion

pytestmark = pytest.mark.django_db
# What a sequence says is seen by every connection at once, as what is committed.
NOW = CatalogueQuestion("SELECT last_value FROM short_road_state WHERE %s", (True,))
OTHER = CatalogueQuestion("SELECT %s::text, %s::text[]", ("autre", ("a", "b")))
WRONG = CatalogueQuestion("SELECT * FROM no_such_table", ())


class Clock:
    """A clock that tests move."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def state(transactional_db: None) -> Iterator[Callable[[], None]]:
    """What the question reads; the function given changes it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE short_road_state")

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('short_road_state'), nextval('short_road_state')")

    yield write
    with connection.cursor() as cursor:
        cursor.execute("DROP SEQUENCE short_road_state")


def run(scenario: Callable[[CatalogueLookups, Clock], Awaitable[Any]]) -> Any:
    """Run a scenario with reads whose connection is open."""

    async def opened() -> Any:
        clock = Clock()
        reads = CatalogueLookups(clock=clock)
        try:
            await until_open(reads)
            return await scenario(reads, clock)
        finally:
            await reads.close()

    return asyncio.run(opened())


async def until_open(reads: CatalogueLookups) -> None:
    """Ask until the connection, which is opened beside the requests, answers."""
    async with asyncio.timeout(30):
        while await reads.rows(OTHER) is None:
            await next_turn()


async def next_turn() -> None:
    """Let the loop run what waits to be run."""
    turn = asyncio.Event()
    asyncio.get_running_loop().call_soon(turn.set)
    await turn.wait()


def test_requests_that_wait_share_a_statement() -> None:
    async def scenario(reads: CatalogueLookups, _clock: Clock) -> tuple[set[Any], int]:
        before = reads.sent
        rows = await asyncio.gather(*(reads.rows(NOW) for _request in range(50)))
        return set(rows), reads.sent - before

    assert run(scenario) == ({((1,),)}, 1)


def test_request_that_arrives_while_a_statement_is_under_way_waits_for_the_next(
    state: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first statement is answered by PostgreSQL, then held back; what is written then is seen by later requests."""
    execute = lookups._execute

    def elsewhere() -> None:
        with closing(connection):
            state()

    async def scenario(reads: CatalogueLookups, _clock: Clock) -> list[Any]:
        answered, may_return = asyncio.Event(), asyncio.Event()

        async def held_back(*arguments: Any) -> Any:
            cursor = await execute(*arguments)
            answered.set()
            await may_return.wait()
            return cursor

        monkeypatch.setattr(lookups, "_execute", held_back)
        before = reads.sent
        first = asyncio.create_task(reads.rows(NOW))
        await answered.wait()
        await asyncio.to_thread(elsewhere)
        later = [asyncio.create_task(reads.rows(NOW)) for _request in range(10)]
        await next_turn()
        may_return.set()
        return [await first, set(await asyncio.gather(*later)), reads.sent - before]

    assert run(scenario) == [((1,),), {((2,),)}, 2]


def test_different_questions_that_wait_travel_together() -> None:
    async def scenario(reads: CatalogueLookups, _clock: Clock) -> Any:
        before = reads.sent
        return await asyncio.gather(reads.rows(NOW), reads.rows(OTHER)), reads.sent - before

    assert run(scenario) == ([((1,),), (("autre", ["a", "b"]),)], 1)


def test_rows_that_did_not_change_are_not_decoded_again(state: Callable[[], None]) -> None:
    def elsewhere() -> None:
        with closing(connection):
            state()

    async def scenario(reads: CatalogueLookups, _clock: Clock) -> list[Any]:
        rows = [await reads.rows(NOW) for _time in range(3)]
        await asyncio.to_thread(elsewhere)
        return [rows[0] is rows[2], rows[2], await reads.rows(NOW), await reads.rows(NOW)]

    assert run(scenario) == [True, ((1,),), ((2,),), ((2,),)]


def test_a_question_whose_read_fails_unforeseen_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(reads: CatalogueLookups, _clock: Clock) -> Any:
        monkeypatch.setattr(reads, "_read", lambda _questions: 1 / 0)
        return await reads.rows(NOW)

    assert run(scenario) is None


def test_request_that_gives_up_leaves_the_others_their_answer() -> None:
    async def scenario(reads: CatalogueLookups, _clock: Clock) -> Any:
        first, second = (asyncio.create_task(reads.rows(NOW)) for _request in range(2))
        await next_turn()
        first.cancel()
        return await second

    assert run(scenario) == ((1,),)


@pytest.mark.parametrize(
    "fault", [WRONG, CatalogueQuestion("SELECT pg_terminate_backend(pg_backend_pid())", ())]
)
def test_after_a_fault_the_connection_is_left_alone_then_opened_again(fault: CatalogueQuestion) -> None:
    async def scenario(reads: CatalogueLookups, clock: Clock) -> list[Any]:
        answers: list[Any] = [await reads.rows(fault), await reads.rows(NOW)]
        await next_turn()
        answers.append(reads._opening)
        clock.now += PAUSE_S
        await until_open(reads)
        return [*answers, await reads.rows(NOW)]

    assert run(scenario) == [None, None, None, ((1,),)]


@pytest.mark.parametrize(("prepares", "rows"), [(True, None), (False, ((1,),))])
def test_behind_a_pooler_in_transaction_mode_nothing_is_prepared(
    settings: Settings, prepares: bool, rows: object
) -> None:
    """Such a pooler may give the next statement a connection that knows nothing of the one before."""
    settings.SHORT_ROAD_PREPARES = prepares

    async def scenario(reads: CatalogueLookups, _clock: Clock) -> Any:
        await reads.rows(NOW)
        assert reads._connection is not None
        reads._connection.pgconn.exec_(b"DEALLOCATE ALL")
        return await reads.rows(NOW)

    assert run(scenario) == rows
