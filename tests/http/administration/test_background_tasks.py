"""Background tasks in the administration: their columns, states and actions in the words of the portal."""

from __future__ import annotations

import re

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from exports.services import EXPORTS
from gisportal.admin import EVENTS, STATES, TASKS
from tests.people import ADMINISTRATOR, PLANNER
from tests.staff import SITE, signed_in, staff

LIST = f"{SITE}procrastinate/procrastinatejob/"
ENGLISH = re.compile(
    r"\b(?:procrastinate|jobs?|status|args|summary|queue|lock|task name|scheduled|attempts|events?|todo|deferred)\b",
    re.I,
)


def texts(page: str) -> str:
    """Return what a person reads of the part of a page that is its own."""
    own = page.partition('<main id="content-start"')[2] or page.partition('id="main"')[2]
    without = re.sub(r"<(script|style|code)\b.*?</\1>", " ", own, flags=re.S)
    return re.sub(r"<[^>]+>", " ", without)


@pytest.fixture
def job(communes: object) -> ProcrastinateJob:
    """A job of an export in the queue."""
    number = app.configure_task(EXPORTS.task).defer(pk="1")
    job: ProcrastinateJob = ProcrastinateJob.objects.get(pk=number)
    return job


def test_the_list_of_tasks_is_in_french(job: ProcrastinateJob, subtests: pytest.Subtests) -> None:
    administrator = signed_in(ADMINISTRATOR)
    for address in (LIST, f"{LIST}{job.pk}/change/"):
        read = texts(administrator.get(address).content.decode())
        with subtests.test("no English word", address=address):
            assert ENGLISH.findall(read) == []
        with subtests.test("the task and its state are in words", address=address):
            assert "préparation d’un export" in read
            assert "en attente" in read


def test_tasks_are_filtered_by_their_state(job: ProcrastinateJob) -> None:
    administrator = signed_in(ADMINISTRATOR)
    counts = {
        state: administrator.get(f"{LIST}?status={state}").context["cl"].result_count for state in STATES
    }
    assert counts == {state: int(state == "todo") for state in STATES}


def test_a_waiting_task_is_cancelled_from_the_list(job: ProcrastinateJob) -> None:
    values = {"action": "cancel", "_selected_action": [str(job.pk)]}
    signed_in(ADMINISTRATOR).post(LIST, values)
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_tasks_are_for_administrators_alone(job: ProcrastinateJob) -> None:
    assert staff(PLANNER, "procrastinate.*").get(LIST).status_code == 403


def test_every_task_state_and_event_has_words() -> None:
    names = {task.name for task in app.tasks.values() if not task.name.startswith("builtin:")}
    assert names - TASKS.keys() == set()
    assert TASKS.keys() - names == set()
    assert set(ProcrastinateJob.STATUSES) == STATES.keys()
    assert set(ProcrastinateEvent.TYPES) == EVENTS.keys()
