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


def test_a_group_and_a_person_that_come_and_go_are_named() -> None:
    row = dashboard("jeux")
    row.groups.set([group("Urbanisme")])
    row.persons.set([people.PARTNER.account()])
    row.groups.clear()
    assert [entry.get("added") or entry.get("removed") for entry in told()[-3:]] == [
        ["Urbanisme"],
        ["partenaire"],
        ["Urbanisme"],
    ]
