"""Reminders of rows that wait for too long: to who approves them, one message a day, in the language of the account."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import Settings

from layers.models import Commune, Layer
from management.reminders.rows import remind_moderators
from moderation.models import ModeratedRow
from publication.models import PublicationPolicy
from tests.factories import BOULOGNE
from tests.mail import delivered
from tests.moderated_layer import WORKS, open_works, works
from tests.people import GARDENER, PLANNER, TOWN_AGENT, Person

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _works(catalogue: dict[str, Commune], settings: Settings) -> None:
    open_works(catalogue, settings)


def addressed(person: Person, language: str = "fr") -> str:
    """Give a person an address, and return it."""
    account = person.account()
    account.email, account.language = f"{person.name}@example.org", language
    account.save()
    return account.email


def waiting(objet: str, days: int, **values: object) -> None:
    """Create a row that was submitted some days ago."""
    site = works(objet, etat="submitted", author=TOWN_AGENT, **values)  # type: ignore[arg-type]
    ModeratedRow.objects.filter(row=site.pk).update(since=NOW - dt.timedelta(days=days))


def mails() -> dict[str, str]:
    """Return the subject of each message by its address."""
    return {each.to[0]: each.subject for each in delivered()}


def test_who_approves_gets_one_message_for_all_that_waits_for_them() -> None:
    planner, gardener = addressed(PLANNER), addressed(GARDENER)
    for index in range(2):
        waiting(f"Meudon-{index}", 4)
    waiting("Boulogne", 9, at=BOULOGNE)
    waiting("Récent", 1)
    remind_moderators(at=NOW)
    counts = {address: subject.split()[0] for address, subject in mails().items()}
    assert counts == {planner: "3", gardener: "1"}


def test_reminder_is_sent_once_a_day_and_again_on_the_next() -> None:
    addressed(PLANNER)
    waiting("Meudon", 4)
    sent = [remind_moderators(at=NOW + dt.timedelta(days=days)) for days in (0, 0, 1)]
    assert sent == [1, 0, 1]


def test_days_are_those_of_the_layer_and_none_sends_nothing() -> None:
    addressed(PLANNER)
    waiting("Meudon", 4)
    rules = PublicationPolicy.objects.create(layer=Layer.objects.get(slug=WORKS), reminder_days=5)
    assert remind_moderators(at=NOW) == 0
    PublicationPolicy.objects.filter(pk=rules.pk).update(reminder_days=0)
    assert remind_moderators(at=NOW + dt.timedelta(days=9)) == 0


def test_message_is_in_the_language_of_the_account() -> None:
    planner = addressed(PLANNER, "en")
    waiting("Meudon", 4)
    remind_moderators(at=NOW)
    assert mails() == {planner: "1 feature has been waiting too long for your decision"}


def test_who_approves_no_waiting_row_is_not_written_to() -> None:
    addressed(GARDENER)
    addressed(TOWN_AGENT)
    waiting("Meudon", 4)
    remind_moderators(at=NOW)
    assert mails() == {}
