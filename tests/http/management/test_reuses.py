"""Deciding about declared reuses: by who answers for all of its layers, once, with a word and a message."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from gisportal.accounts.models import GroupManager
from gisportal.journal.models import JournalEntry
from layers.models import Layer
from reuses.models import Reuse
from reuses.services import CLOSED_DAYS, MAIL_DAYS, forget_reuses
from reuses.vocabulary import ReuseState
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, Person
from tests.view_as import browser
from tests.world import PLAYGROUNDS, TREES, World

LIST = "/gestion/reutilisations/"
EMAIL = "contact@example.org"


@pytest.fixture
def reuse(world: World) -> Reuse:
    """A reuse of two layers that waits: PLANNER manages the group that produces one of them."""
    group = Group.objects.get(name=PLANNER.groups[0])
    GroupManager.objects.create(user=PLANNER.account(), group=group)
    Layer.objects.filter(slug=TREES).update(producer=group)
    row = Reuse.objects.create(
        title="Arbres", address="https://a.example.org/", description="x", organisation="Parc", email=EMAIL
    )
    row.layers.set(Layer.objects.filter(slug__in=(TREES, PLAYGROUNDS)))
    return row


def decide(person: Person, reuse: Reuse, deed: str, answer: str = "") -> int:
    return int(browser(person).post(f"{LIST}{reuse.pk}/", {"deed": deed, "answer": answer}).status_code)


def state_of(reuse: Reuse) -> str:
    return Reuse.objects.get(pk=reuse.pk).state


def work() -> None:
    with patch("reuses.jobs.close_old_connections"):
        for job in ProcrastinateJob.objects.filter(task_name="reuses.send_decision").order_by("pk"):
            app.tasks[job.task_name].func(**job.args)


def test_who_answers_for_some_layers_alone_does_not_decide(reuse: Reuse) -> None:
    assert decide(PLANNER, reuse, "accept") == 404
    assert reuse.title not in browser(PLANNER).get(LIST).content.decode()
    reuse.layers.set(Layer.objects.filter(slug=TREES))
    assert f"{LIST}{reuse.pk}/" in browser(PLANNER).get("/gestion/").content.decode()
    assert decide(PLANNER, reuse, "accept") == 302
    assert state_of(reuse) == ReuseState.ACCEPTED


def test_the_pages_exist_for_managers_alone(reuse: Reuse) -> None:
    statuses = [browser(GARDENER).get(place).status_code for place in (LIST, f"{LIST}{reuse.pk}/")]
    assert statuses == [404, 404]


@pytest.mark.parametrize(
    ("deeds", "status", "state"),
    [
        (["refuse"], 422, ReuseState.WAITING),
        (["withdraw"], 422, ReuseState.WAITING),
        (["effacer"], 400, ReuseState.WAITING),
        (["accept", "accept"], 422, ReuseState.ACCEPTED),
        (["accept", "withdraw"], 422, ReuseState.ACCEPTED),
    ],
)
def test_a_refusal_has_words_and_a_decision_is_taken_once(
    reuse: Reuse, deeds: list[str], status: int, state: str
) -> None:
    assert [decide(ADMINISTRATOR, reuse, deed) for deed in deeds][-1] == status
    assert state_of(reuse) == state


def test_decisions_are_journaled_without_the_words_of_anybody(reuse: Reuse) -> None:
    decide(ADMINISTRATOR, reuse, "accept", "Merci.")
    decide(ADMINISTRATOR, reuse, "withdraw", "Lien mort.")
    entries = JournalEntry.objects.filter(event="reuse", subject=f"reuse {reuse.pk}").order_by("pk")
    assert [entry.detail["after"]["state"] for entry in entries] == ["accepted", "withdrawn"]
    assert set(entries[0].detail) == {"layers", "before", "after"}


def test_a_refusal_is_sent_once_and_its_address_erased(reuse: Reuse) -> None:
    decide(ADMINISTRATOR, reuse, "refuse", "Page absente.")
    work()
    work()
    (message,) = mail.outbox
    assert message.to == [EMAIL]
    assert "Page absente." in message.body
    assert Reuse.objects.get().email == ""


def test_the_address_of_an_accepted_reuse_stays_until_it_is_withdrawn(reuse: Reuse) -> None:
    decide(ADMINISTRATOR, reuse, "accept")
    work()
    assert Reuse.objects.get().email == EMAIL
    decide(ADMINISTRATOR, reuse, "withdraw", "Lien mort.")
    work()
    assert len(mail.outbox) == 2
    assert Reuse.objects.get().email == ""


def _closed(days: int, **values: Any) -> None:
    Reuse.objects.update(decided_at=timezone.now() - dt.timedelta(days=days), **values)


@pytest.mark.parametrize(
    ("days", "state", "rows", "email"),
    [
        (CLOSED_DAYS + 1, ReuseState.REFUSED, 0, ""),
        (CLOSED_DAYS + 1, ReuseState.WITHDRAWN, 0, ""),
        (MAIL_DAYS + 1, ReuseState.REFUSED, 1, ""),
        (CLOSED_DAYS + 1, ReuseState.ACCEPTED, 1, EMAIL),
    ],
)
def test_closed_reuses_and_their_addresses_are_erased_in_time(
    reuse: Reuse, days: int, state: str, rows: int, email: str
) -> None:
    _closed(days, state=state, answer="non")
    forget_reuses(now=timezone.now())
    assert list(Reuse.objects.values_list("email", flat=True)) == [email] * rows
