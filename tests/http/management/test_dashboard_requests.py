"""Requests on locked dashboards: what the person lacks is named, and given within the rights of who decides."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from dashboards.models import Dashboard, DashboardGrant
from gisportal.accounts.models import GroupManager
from gisportal.journal.models import JournalEntry
from layers.models import Grant, Layer
from management.models import AccessRequest, RequestState
from tests import dashboards
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, Person
from tests.protocols import items
from tests.view_as import browser
from tests.world import PLAYGROUNDS, TREES, World

LIST = "/gestion/demandes/"
PAGE = "/tableaux-de-bord/controles/"
REASON = "suivre le marché"
PANELS = [
    {"id": slug, "kind": "figure", "title": slug, "question": {"layer": slug}}
    for slug in (PLAYGROUNDS, TREES)
]


@pytest.fixture
def request_pk(world: World) -> int:
    """A request of OUTSIDER on a dashboard of PLANNER's group, which PLANNER manages, over an internal layer."""
    group = Group.objects.get(name=PLANNER.groups[0])
    GroupManager.objects.create(user=PLANNER.account(), group=group)
    sections = [{"id": "s", "title": "s", "panels": PANELS}]
    dashboards.dashboard("controles", sections=sections, producer=group.name, groups=PLANNER.groups)
    Dashboard.objects.update(is_requestable=True)
    day = timezone.localdate() + dt.timedelta(days=30)
    sent = {"last_day": day.isoformat(), "reason": REASON}
    assert browser(OUTSIDER).post(f"{LIST}tableau/controles/", sent).status_code == 302
    return AccessRequest.objects.get().pk


def decide(pk: int, *, person: Person = PLANNER, **values: Any) -> Any:
    day = timezone.localdate() + dt.timedelta(days=10)
    data = {"recipient": f"p{OUTSIDER.account().pk}", "last_day": day.isoformat(), "deed": "accept", **values}
    return browser(person).post(f"{LIST}{pk}/", data)


def test_who_decides_sees_what_the_dashboard_reads_and_what_the_person_lacks(request_pk: int) -> None:
    titles = dict(Layer.objects.values_list("slug", "title"))
    dashboards.dashboard("autre", groups=PLANNER.groups)
    version = Dashboard.objects.get(slug="controles").published
    assert version is not None
    version.document["sections"].append({"include": "autre"})
    version.save()
    client = browser(PLANNER)
    assert f"{LIST}{request_pk}/" in client.get("/gestion/").content.decode()
    page = client.get(f"{LIST}{request_pk}/").content.decode()
    named = (
        titles[PLAYGROUNDS],
        titles[TREES],
        REASON,
        "pas lue",
        "1 panneau, qui ne paraîtra pas",
        "1 panneau vient d’un autre tableau de bord",
    )
    assert [words for words in named if words not in page] == []
    # The producer of the layer is not PLANNER's group, nor is the person: it is not theirs to open.
    assert f'name="layers" value="{PLAYGROUNDS}"' not in page
    assert (
        f'name="layers" value="{PLAYGROUNDS}"'
        in browser(ADMINISTRATOR).get(f"{LIST}{request_pk}/").content.decode()
    )


def test_an_accepted_request_is_a_dated_grant_on_the_dashboard_alone(request_pk: int) -> None:
    assert decide(request_pk).headers["Location"] == LIST
    one = DashboardGrant.objects.get(person=OUTSIDER.account())
    assert timezone.localtime(one.valid_until).date() == timezone.localdate() + dt.timedelta(days=11)
    assert one.author == PLANNER.account()
    assert browser(OUTSIDER).get(PAGE).status_code == 200
    assert not Grant.objects.filter(person=OUTSIDER.account()).exists()
    assert "controles" in browser(OUTSIDER).get(f"{LIST}miennes/").content.decode()


def test_a_layer_that_is_lacking_is_opened_in_the_same_decision_and_as_long(request_pk: int) -> None:
    Layer.objects.filter(slug=PLAYGROUNDS).update(producer=Group.objects.get(name=PLANNER.groups[0]))
    assert decide(request_pk, layers=[PLAYGROUNDS]).status_code == 302
    layer, board = (
        Grant.objects.get(person=OUTSIDER.account()),
        DashboardGrant.objects.get(person__isnull=False),
    )
    assert (layer.valid_until, layer.can_download) == (board.valid_until, False)
    assert len(items(PLAYGROUNDS, person=OUTSIDER).document["features"]) == 3


def test_a_layer_that_is_not_theirs_to_open_is_refused_by_name_of_the_field(request_pk: int) -> None:
    answer = decide(request_pk, layers=[PLAYGROUNDS])
    assert answer.status_code == 422
    assert not Grant.objects.filter(person=OUTSIDER.account()).exists()
    assert AccessRequest.objects.get().state == RequestState.WAITING


def test_nobody_opens_a_dashboard_for_longer_than_they_read_it(request_pk: int) -> None:
    Dashboard.objects.update(producer=None)
    group = Group.objects.get(name=PLANNER.groups[0])
    DashboardGrant.objects.update(valid_until=timezone.now() + dt.timedelta(days=2))
    Dashboard.objects.update(producer=group)
    answer = decide(request_pk)
    assert answer.status_code == 422
    assert "le tableau de bord ou sa durée" in answer.content.decode()


@pytest.mark.parametrize("person", [PLANNER, ADMINISTRATOR], ids=str)
def test_a_dashboard_over_a_sensitive_layer_is_refused_naming_it(request_pk: int, person: Person) -> None:
    Layer.objects.filter(slug=PLAYGROUNDS).update(is_sensitive=True)
    title = Layer.objects.get(slug=PLAYGROUNDS).title
    page = browser(person).get(f"{LIST}{request_pk}/").content.decode()
    answer = decide(request_pk, person=person)
    refusals = [
        f"ne se donne pas pour un temps\u00a0: {title}" in each for each in (page, answer.content.decode())
    ]
    assert refusals == [True, True]
    assert not DashboardGrant.objects.filter(person__isnull=False).exists()


def test_requests_on_dashboards_are_journaled_and_wait_once(request_pk: int) -> None:
    day = timezone.localdate() + dt.timedelta(days=3)
    again = browser(OUTSIDER).post(
        f"{LIST}tableau/controles/", {"last_day": day.isoformat(), "reason": REASON}
    )
    assert again.status_code == 422
    assert "Vous avez déjà demandé ce tableau de bord" in again.content.decode()
    decide(request_pk, deed="refuse", answer="Voyez l’extrait public")
    entries = JournalEntry.objects.filter(event="access-request").order_by("pk")
    assert [(each.detail["action"], each.detail["dashboard"]) for each in entries] == [
        ("sent", "controles"),
        ("refused", "controles"),
    ]


def test_makers_announce_their_dashboard_with_its_readers(request_pk: int) -> None:
    dashboards.let_make(PLANNER.groups[0])
    states = []
    for box in ({}, {"is_requestable": "on"}):
        sent = {
            "revision": Dashboard.objects.get().revision,
            "who": "personne",
            "producer": PLANNER.groups[0],
        }
        assert browser(PLANNER).post(f"{PAGE}lecteurs/", sent | box).status_code == 302
        states.append(Dashboard.objects.get().is_requestable)
    assert states == [False, True]
    detail = JournalEntry.objects.filter(subject="dashboard controles", event="dashboard").latest("pk").detail
    assert detail["after"] == {"is_requestable": True}
