"""/readyz tells what does not work while pages are served: a dead worker, a queue that does not move."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from exports.jobs import clean

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _expected(settings: Settings) -> None:
    """Expect a worker, and forget those of other tests."""
    settings.READY_HEARTBEAT_S, settings.READY_WAITING_S = 60, 900
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("DELETE FROM procrastinate_jobs")


def heard(*, seconds_ago: int = 0) -> None:
    """Let a worker have said that it lives."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s)",
            [dt.timedelta(seconds=seconds_ago)],
        )


def waiting(*, seconds: int) -> None:
    """Let a job wait, for so long."""
    pk = clean.configure(queueing_lock=f"lock-{seconds}").defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - %s WHERE job_id = %s",
            [dt.timedelta(seconds=seconds), pk],
        )


def test_a_portal_whose_worker_lives_is_ready(client: Client) -> None:
    heard(seconds_ago=2)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"], answer.json()["worker"]) == (200, "ok", "ok")


def test_the_age_of_the_last_heartbeat_is_told(client: Client) -> None:
    heard(seconds_ago=30)
    heard(seconds_ago=7)
    assert client.get("/readyz").json()["heartbeat_age_s"] == pytest.approx(7, abs=5)


@pytest.mark.parametrize("ages", [[], [61]])
def test_a_silent_worker_is_a_503_that_says_so(client: Client, ages: list[int]) -> None:
    for age in ages:
        heard(seconds_ago=age)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"], answer.json()["worker"]) == (
        503,
        "degraded",
        "silent",
    )


def test_a_silent_worker_does_not_take_the_pages_away(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


def test_no_worker_is_missed_where_none_is_expected(client: Client, settings: Settings) -> None:
    settings.READY_HEARTBEAT_S = 0
    assert client.get("/readyz").status_code == 200


def test_jobs_that_are_due_are_counted_and_dated(client: Client) -> None:
    heard()
    waiting(seconds=20)
    waiting(seconds=200)
    told = client.get("/readyz").json()
    assert (told["waiting"], told["queue"]) == (2, "ok")
    assert told["oldest_waiting_s"] == pytest.approx(200, abs=10)


def test_a_job_due_for_too_long_is_a_503_that_says_so(client: Client) -> None:
    heard()
    waiting(seconds=901)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["queue"]) == (503, "late")


def test_a_job_for_later_is_not_late(client: Client) -> None:
    heard()
    waiting(seconds=901)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour'")
    assert client.get("/readyz").json()["waiting"] == 0


def test_the_probe_of_traffic_asks_no_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        client.get("/healthz")
