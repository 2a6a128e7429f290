"""Who opens a dashboard to whom is in the journal: before and after, groups and persons by name."""

from __future__ import annotations

import pytest

from gisportal.journal.models import JournalEntry
from gisportal.journal.vocabulary import Event
from tests import people
from tests.dashboards import dashboard, group

pytestmark = pytest.mark.django_db


def told() -> list[dict[str, object]]:
    entries = JournalEntry.objects.filter(event=Event.DASHBOARD, subject="dashboard jeux").order_by("pk")
    return [entry.detail for entry in entries]


def test_opening_a_dashboard_to_everybody_is_told() -> None:
    row = dashboard("jeux")
    row.is_public = True
    row.save()
    assert told()[-1]["before"] == {"is_public": False}
    assert told()[-1]["after"] == {"is_public": True}


def test_a_group_and_a_person_that_come_and_go_are_journaled() -> None:
    row, readers = dashboard("jeux"), group("Urbanisme")
    row.grants.create(group=readers)
    row.grants.create(person=people.PARTNER.account())
    row.grants.filter(group=readers).delete()
    entries = JournalEntry.objects.filter(event=Event.GRANT, subject="dashboard jeux").order_by("pk")
    assert [(entry.detail["before"], entry.detail["after"]) for entry in entries][-1][1] is None
    recipients = [(entry.detail["after"] or entry.detail["before"]) for entry in entries]
    assert [(each["group_id"], each["person_id"]) for each in recipients] == [
        (readers.pk, None),
        (None, people.PARTNER.account().pk),
        (readers.pk, None),
    ]
