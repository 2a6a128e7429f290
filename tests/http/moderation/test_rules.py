"""The page where a dataset declares its moderation: states, words, trusted groups, urgency, dates, reminders."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from datasets.models import Dataset
from layers.errors import Forbidden
from layers.parsing.feature import FeatureInput
from layers.services.features import delete_feature, update_feature
from moderation.errors import MissingReason
from moderation.models import ModeratedRow
from moderation.services import available, perform
from publication.models import PublicationPolicy
from tests.moderated_dataset import BENCHES, added_bench, benches_scope, moderated_benches, state_of_bench
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, TOWN_AGENT, Person

BACKEND = "django.contrib.auth.backends.ModelBackend"
RULES = f"/jeux/{BENCHES}/moderation/"
EVERY_STATE = ["suspended", "extended", "finished", "cancelled"]
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _benches(world: Any) -> None:
    moderated_benches()


def browser(person: Person) -> Client:
    """Return a session of a person."""
    client = Client(headers={"host": "localhost"})
    client.force_login(person.account(), backend=BACKEND)
    return client


def declare(**values: object) -> Any:
    """Send the form of the rules as an administrator; return the answer."""
    return browser(ADMINISTRATOR).post(RULES, {"is_moderated": "on", "days": "3"} | values)


def group_of(person: Person) -> int:
    """Return the id of the group of a person."""
    person.account()
    return Group.objects.get(name=person.groups[0]).pk


def take(person: Person, pk: int, name: str, reason: str = "") -> str:
    """Take a step with a bench as a person."""
    return perform(scope=benches_scope(person), pk=pk, name=name, reason=reason)


def published_bench(code: str = "B3", **values: Any) -> int:
    """Return the id of a bench of TOWN_AGENT that PLANNER published."""
    pk = added_bench(TOWN_AGENT, code, **values)
    take(PLANNER, pk, "publish")
    return pk


def test_states_that_are_declared_are_taken_by_their_steps() -> None:
    declare(states=EVERY_STATE)
    pk = published_bench()
    states = [
        take(TOWN_AGENT, pk, "suspend", "Crue"),
        take(TOWN_AGENT, pk, "extend", "Retard"),
        take(TOWN_AGENT, pk, "finish"),
    ]
    assert states == ["suspended", "extended", "finished"]
    assert take(TOWN_AGENT, added_bench(TOWN_AGENT, "B4"), "cancel", "Doublon") == "cancelled"


def test_states_that_are_not_declared_have_no_step() -> None:
    names = {step.name for step in available(benches_scope(PLANNER), published_bench())}
    assert names == {"withdraw"}


def test_public_reads_suspended_extended_and_finished_rows_and_no_cancelled_one() -> None:
    declare(states=EVERY_STATE)
    pk, seen = published_bench(), {}
    for name in ("suspend", "extend", "finish"):
        take(PLANNER, pk, name, "Motif")
        seen[name] = benches_scope(OUTSIDER).queryset.filter(pk=pk).exists()
    other = published_bench("B4")
    take(PLANNER, other, "cancel", "Motif")
    seen["cancel"] = benches_scope(OUTSIDER).queryset.filter(pk=other).exists()
    assert seen == {"suspend": True, "extend": True, "finish": True, "cancel": False}


def test_suspension_needs_a_reason_that_the_page_of_the_row_says() -> None:
    declare(states=EVERY_STATE)
    pk = published_bench()
    with pytest.raises(MissingReason):
        take(TOWN_AGENT, pk, "suspend")
    take(PLANNER, pk, "suspend", "Réparation en cours")
    assert "Réparation en cours" in browser(TOWN_AGENT).get("/contributions/").text


def test_state_that_rows_are_in_stays_used() -> None:
    declare(states=EVERY_STATE)
    take(PLANNER, published_bench(), "suspend", "Crue")
    answer = declare(states=["finished"])
    assert answer.status_code == 422
    assert "1 ligne est dans cet état" in answer.text
    assert "suspended" in Dataset.objects.get().moderation_rules["states"]


def test_words_of_states_are_those_declared() -> None:
    declare(**{"label-published": "Confirmé"})
    pk = published_bench()
    assert "Confirmé" in browser(TOWN_AGENT).get(f"/moderation/{BENCHES}/{pk}/").text


def test_trusted_group_publishes_at_once_and_changes_its_own_rows() -> None:
    declare(trusted=[group_of(TOWN_AGENT)])
    pk = added_bench(TOWN_AGENT, "B3")
    assert state_of_bench(pk) == "published"
    change = FeatureInput(values={"nom": "Autre"})
    written = update_feature(scope=benches_scope(TOWN_AGENT), pk=pk, draft=change, expected=None)
    assert not written.is_proposed


def test_trusted_group_neither_changes_nor_deletes_public_rows_of_others_at_once() -> None:
    declare(trusted=[group_of(TOWN_AGENT)])
    other = benches_scope(TOWN_AGENT).queryset.order_by("pk").first()
    change = FeatureInput(values={"nom": "Autre"})
    written = update_feature(scope=benches_scope(TOWN_AGENT), pk=other.pk, draft=change, expected=None)
    assert written.is_proposed
    with pytest.raises(Forbidden):
        delete_feature(scope=benches_scope(TOWN_AGENT), pk=other.pk, expected=None)


def test_group_that_adds_nothing_is_not_trusted() -> None:
    answer = declare(trusted=[group_of(OUTSIDER)])
    assert answer.status_code == 422
    assert Dataset.objects.get().moderation_rules == {}


def test_urgent_row_is_public_when_submitted_and_reviewed_after() -> None:
    declare(urgent="neuf")
    pk = added_bench(TOWN_AGENT, "B3", neuf=True)
    assert take(TOWN_AGENT, pk, "submit") == "published"
    assert ModeratedRow.objects.get(row=pk).is_to_review
    take(PLANNER, pk, "reviewed")
    assert not ModeratedRow.objects.get(row=pk).is_to_review


@pytest.mark.parametrize(("days", "words"), [(-1, "en cours"), (1, "à venir")], ids=["active", "planned"])
def test_public_row_is_planned_or_active_by_its_dates(days: int, words: str) -> None:
    declare(start="pose")
    pk = published_bench(pose=TODAY + dt.timedelta(days=days))
    assert f"Publié · {words}" in browser(TOWN_AGENT).get("/contributions/").text
    assert state_of_bench(pk) == "published"


def test_public_row_is_over_after_its_last_day() -> None:
    declare(end="pose")
    published_bench(pose=TODAY - dt.timedelta(days=1))
    assert "Publié · passé" in browser(TOWN_AGENT).get("/contributions/").text


def test_days_of_reminders_are_those_of_the_layer() -> None:
    declare(days="9")
    assert PublicationPolicy.objects.get(layer__slug=BENCHES).reminder_days == 9


def test_page_is_absent_for_who_does_not_feed_the_dataset() -> None:
    statuses = {
        str(person): browser(person).get(RULES).status_code
        for person in (ADMINISTRATOR, TOWN_AGENT, OUTSIDER)
    }
    assert statuses == {str(ADMINISTRATOR): 200, str(TOWN_AGENT): 404, str(OUTSIDER): 404}


def test_page_has_the_groups_that_add_and_no_other() -> None:
    page = browser(ADMINISTRATOR).get(RULES).text
    values = set(re.findall(r'name="trusted" value="(\d+)"', page))
    assert str(group_of(TOWN_AGENT)) in values
    assert str(group_of(OUTSIDER)) not in values
