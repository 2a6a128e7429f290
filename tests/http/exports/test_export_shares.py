"""One client leaves room for the next: files written at once, and jobs that wait, each and together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from exports.models import ExportJob
from layers.sql import advisory_locks
from layers.vocabulary import JobState
from tests.people import PLANNER
from tests.protocols import Answer, read
from tests.tokens import made
from tests.world import TREES, World

FILE = f"/export/{TREES}.csv"
ATTACKER, NEXT = "203.0.113.9", "198.51.100.7"


@pytest.fixture(autouse=True)
def _folders(settings: Settings, tmp_path: Path, world: World) -> None:
    """Folders for the files of one test."""
    settings.EXPORT_FOLDER, settings.PREPARED_FOLDER = tmp_path / "exports", tmp_path / "prepared"


def client(address: str, **headers: str) -> Client:
    return Client(headers={"host": "localhost"} | headers, REMOTE_ADDR=address)


def fetch(address: str, **headers: str) -> Answer:
    """Ask for the file, and read it to its end."""
    return read(client(address, **headers).get(FILE))


@contextmanager
def at_work(client_address: str, files: int) -> Iterator[None]:
    """As many files of a client being written by other processes."""
    with ExitStack() as stack:
        other = connection.copy()
        stack.callback(other.close)
        for number in range(files):
            with other.cursor() as cursor:
                for name in (f"exports of {client_address}", "exports"):
                    cursor.execute(
                        "SELECT pg_try_advisory_lock(%s, %s)", [advisory_locks._lock_class(name), number]
                    )
        yield
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")


def test_an_asker_has_two_files_written_at_once() -> None:
    with at_work(ATTACKER, 2):
        answer = fetch(ATTACKER)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "10")


def test_the_next_visitor_is_served_meanwhile() -> None:
    with at_work(ATTACKER, 2):
        assert fetch(NEXT).status == 200


def test_a_token_has_a_share_of_its_own() -> None:
    with at_work(ATTACKER, 2):
        bearer = f"Bearer {made(PLANNER)}"
        assert fetch(ATTACKER, authorization=bearer).status == 200


def test_all_clients_together_have_four_files_written_at_once() -> None:
    with at_work(ATTACKER, 2), at_work("192.0.2.1", 4):
        answer = fetch(NEXT)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")


def test_a_file_that_is_there_is_sent_whatever_is_written() -> None:
    fetch(NEXT)
    with at_work(NEXT, 4):
        assert fetch(NEXT).status == 200


def test_a_person_who_has_enough_under_way_reads_a_page() -> None:
    with at_work(ATTACKER, 2):
        text = fetch(ATTACKER, accept="text/html").body
    assert "recommencez quand ils seront arrivés" in text


def request_file(address: str) -> int:
    """Request a file as a visitor without an account, and return the status."""
    return client(address, accept="text/html").get(FILE, {"preparer": "1"}).status_code


def test_a_client_has_five_jobs_in_the_queue() -> None:
    assert [request_file(ATTACKER) for _time in range(6)] == [303, 303, 303, 303, 303, 429]


def test_twenty_jobs_of_one_client_leave_room_for_the_next() -> None:
    for _time in range(20):
        request_file(ATTACKER)
    assert request_file(NEXT) == 303


def test_a_job_that_ended_leaves_its_place() -> None:
    for _time in range(5):
        request_file(ATTACKER)
    ExportJob.objects.filter(pk=ExportJob.objects.first().pk).update(state=JobState.READY)
    assert request_file(ATTACKER) == 303


def test_all_clients_together_have_a_bound(settings: Settings) -> None:
    settings.PREPARED_MAX_WAITING = 2
    assert [request_file(f"203.0.113.{number}") for number in range(3)] == [303, 303, 503]


def test_the_second_job_of_a_client_waits_behind_the_first_of_the_next() -> None:
    request_file(ATTACKER)
    request_file(ATTACKER)
    request_file(NEXT)
    jobs = ProcrastinateJob.objects.filter(task_name="exports.prepare").order_by("-priority", "id")
    first, _again, other = ExportJob.objects.order_by("created_at")
    assert [job.args["pk"] for job in jobs][:2] == [str(first.pk), str(other.pk)]


def test_no_address_is_stored_with_a_job() -> None:
    request_file(ATTACKER)
    assert ATTACKER not in ExportJob.objects.get().client_key
