"""What is too slow, too vast or one too many gets a clear answer in each protocol, and what is light is served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from gisportal.server.client_connection import ENVIRON_KEY, ClientConnection
from layers.sql.query_limiter import CLIENTS, SLOTS
from plui.models import ZoneUrba
from tests.factories import MEUDON, MIDDLES
from tests.protocols import Answer, get, tile_of
from tests.world import TREES, ZONES, World

pytestmark = pytest.mark.django_db
HOSTILE = quote(f"{TREES}@500?id<0")
TILE = f"/tiles/{ZONES}/{tile_of(*MIDDLES[MEUDON])}.mvt"
QUESTIONS = {
    "map": f"/carte/?couches={ZONES}&{ZONES}.touching={HOSTILE}",
    "items": f"/api/collections/{ZONES}/items?touching={HOSTILE}",
    "items for people": f"/api/collections/{ZONES}/items?f=html&touching={HOSTILE}",
    "aggregate": f"/api/collections/{ZONES}/aggregate?touching={HOSTILE}",
    "export": f"/export/{ZONES}.csv?touching={HOSTILE}",
    "export prepared": f"/export/{ZONES}.csv?preparer=1&touching={HOSTILE}",
    "tile": f"{TILE}?touching={HOSTILE}",
    "filters": f"/carte/filtres/{ZONES}/?{ZONES}.touching={HOSTILE}",
}
LIGHT = ["/", "/healthz", f"/api/collections/{ZONES}/items", TILE, f"/carte/?couches={ZONES}"]
MACHINES = {"items", "aggregate", "export", "tile"}
# The rows of a file come by COPY and a tile in a pipeline, which Django's wrapper does not see: their limits have tests
# of their own.
BY_STATEMENTS = [name for name in QUESTIONS if name not in {"export", "tile"}]


def asked(name: str) -> Answer:
    """Ask a question as a program does, or as a browser where people ask it."""
    return get(QUESTIONS[name], Accept="*/*" if name in MACHINES else "text/html")


@pytest.fixture(autouse=True)
def _nothing_kept(settings: Any, tmp_path: Path) -> None:
    """Let no export be there already, which would be sent without a read."""
    settings.EXPORT_FOLDER = tmp_path


@pytest.fixture
def _stopped(world: World) -> Iterator[None]:
    """Let PostgreSQL stop every statement that reads zones, as its time limit does."""

    def stop(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if f'FROM "{ZoneUrba._meta.db_table}"' in sql:
            raise OperationalError("canceling statement") from psycopg.errors.QueryCanceled()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(stop):
        yield


@pytest.fixture
def _no_free_slot(world: World, settings: Any) -> Iterator[None]:
    """Let another process hold every slot of the query limiter, which every join needs."""
    settings.HEAVY_COST, settings.HEAVY_WAIT_S, settings.HEAVY_PLACES = 0, 0.0, 1
    parameters = connection.get_connection_params()  # type: ignore[attr-defined]  # that of PostgreSQL alone
    del parameters["cursor_factory"], parameters["context"]
    with psycopg.connect(**parameters, autocommit=True) as session:
        session.execute("SELECT pg_advisory_lock(%s, 0)", [SLOTS])
        yield


@pytest.mark.usefixtures("_stopped")
def test_statement_that_was_stopped_is_no_error_of_the_portal() -> None:
    answers = {name: asked(name) for name in BY_STATEMENTS}
    found = {name: (answer.status, answer.headers.get("Retry-After")) for name, answer in answers.items()}
    assert found == dict.fromkeys(BY_STATEMENTS, (503, "30"))


@pytest.mark.usefixtures("_stopped")
def test_answer_says_how_to_narrow_the_question() -> None:
    told = {name: "réduisez l’emprise" in asked(name).body for name in ("map", "items", "aggregate")}
    assert told == {"map": True, "items": True, "aggregate": True}


def test_question_over_the_bound_is_refused_in_every_protocol(world: World, settings: Any) -> None:
    settings.REFUSED_COST = 0
    assert {name: asked(name).status for name in QUESTIONS} == dict.fromkeys(QUESTIONS, 400)


def test_refusal_names_the_parameter_and_what_to_narrow(world: World, settings: Any) -> None:
    settings.REFUSED_COST = 0
    document = asked("items").document
    assert (document["title"], document["parameter"]) == ("Question trop vaste", "touching")
    assert "réduisez la distance" in document["detail"]


@pytest.mark.usefixtures("_no_free_slot")
def test_question_that_finds_no_place_is_told_when_to_come_back() -> None:
    answers = {name: asked(name) for name in QUESTIONS}
    found = {name: (answer.status, answer.headers.get("Retry-After")) for name, answer in answers.items()}
    assert found == dict.fromkeys(QUESTIONS, (503, "10"))


@pytest.mark.usefixtures("_no_free_slot")
def test_light_pages_never_wait_for_a_slot(settings: Any) -> None:
    settings.HEAVY_COST = 100_000
    assert {path: get(path).status for path in LIGHT} == dict.fromkeys(LIGHT, 200)


@pytest.mark.usefixtures("_no_free_slot")
def test_map_of_who_was_refused_still_has_its_tiles(settings: Any) -> None:
    asked("items")
    settings.HEAVY_COST = 100_000
    assert {name: asked(name).status for name in ("items", "tile")} == {"items": 503, "tile": 204}


def test_request_of_who_hung_up_is_not_answered(world: World) -> None:
    gone = ClientConnection()
    gone.hang_up()
    answer = Client(headers={"host": "localhost"}).get(QUESTIONS["items"], **{ENVIRON_KEY: gone})
    assert answer.status_code == 499


def test_heavy_question_is_answered_when_there_is_a_place(world: World, settings: Any) -> None:
    settings.HEAVY_COST = 0
    statuses = {name: asked(name).status for name in QUESTIONS}
    assert statuses == dict.fromkeys(QUESTIONS, 200) | {"export prepared": 303, "tile": 204}


def test_place_is_free_after_each_answer(world: World, settings: Any) -> None:
    settings.HEAVY_COST = 0
    for name in QUESTIONS:
        asked(name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid IN (%s, %s)",
            [SLOTS, CLIENTS],
        )
        assert cursor.fetchone() == (0,)
