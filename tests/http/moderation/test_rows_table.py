"""The page that edits rows of a moderated dataset: their states, the filter by state, the steps, changes that wait."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from moderation.models import ProposedChange
from moderation.services import perform
from tests.moderated_dataset import BENCHES, added_bench, benches_scope, moderated_benches, state_of_bench
from tests.people import PLANNER, TOWN_AGENT, Person

BACKEND = "django.contrib.auth.backends.ModelBackend"
ROWS = f"/catalogue/{BENCHES}/modifier/"


@pytest.fixture(autouse=True)
def _benches(world: Any) -> None:
    moderated_benches()


def browser(person: Person) -> Client:
    """Return a session of a person."""
    client = Client(headers={"host": "localhost"})
    client.force_login(person.account(), backend=BACKEND)
    return client


def listed(page: str) -> set[str]:
    """Return the codes of the rows of a page of the table."""
    return set(re.findall(r'data-raw="(B\d)"', page))


def test_table_has_the_state_of_each_row_and_is_filtered_by_it() -> None:
    added_bench(TOWN_AGENT, "B3")
    client = browser(TOWN_AGENT)
    page = client.get(ROWS).text
    assert listed(page) == {"B1", "B2", "B3"}
    assert re.findall(r'data-name="row-state".*?</svg>([^<]+)<', page, re.S).count("Brouillon") == 1
    rows = {code: listed(client.get(f"{ROWS}?etat={code}").text) for code in ("draft", "published")}
    assert rows == {"draft": {"B3"}, "published": {"B1", "B2"}}


def test_state_that_the_layer_does_not_have_is_named() -> None:
    answer = browser(TOWN_AGENT).get(f"{ROWS}?etat=inconnu")
    assert answer.status_code == 400
    assert "etat" in answer.text


def test_steps_are_taken_from_the_form_of_the_row() -> None:
    pk = added_bench(TOWN_AGENT, "B3")
    browser(TOWN_AGENT).post(f"{ROWS}{pk}/etape/", {"name": "submit"})
    assert state_of_bench(pk) == "submitted"
    form = browser(PLANNER).get(f"{ROWS}{pk}/").text
    assert {"publish", "refuse"} <= set(re.findall(r'name="name" value="([a-z-]+)"', form))
    browser(PLANNER).post(f"{ROWS}{pk}/etape/", {"name": "publish"})
    assert state_of_bench(pk) == "published"


def test_change_of_a_public_row_says_that_it_waits_and_is_not_undone() -> None:
    pk = added_bench(TOWN_AGENT, "B3")
    perform(scope=benches_scope(PLANNER), pk=pk, name="publish")
    client = browser(TOWN_AGENT)
    form = client.get(f"{ROWS}{pk}/").text
    assert "attendra d’être acceptée" in form
    values = {
        name: re.findall(rf'name="{name}" value="([^"]+)"', form)[0] for name in ("row-version", "row-event")
    }
    answer = client.post(f"{ROWS}{pk}/", {**values, "nom": "Autre"}, headers={"hx-request": "true"})
    assert "jusqu’à ce que votre modification soit validée" in answer.text
    assert "rows-undo" not in answer.text
    assert ProposedChange.objects.get().after == {"nom": "Autre"}


def test_public_rows_are_left_out_of_a_change_of_several() -> None:
    pk = added_bench(TOWN_AGENT, "B3")
    client = browser(TOWN_AGENT)
    public = benches_scope(TOWN_AGENT).queryset.exclude(pk=pk).first()
    form = {"row-field": "nom", "nom": "Autre", "row-ids": f"{pk},{public.pk}"}
    page = client.post(f"{ROWS}plusieurs/", form).text
    assert "1 ligne reste telle quelle" in re.sub(r"\s+", " ", page)
