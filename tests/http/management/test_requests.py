"""Requests of access: a card without data, a decision within one's rights, and nothing about what is hidden."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from gisportal.accounts.models import GroupManager
from gisportal.journal.models import JournalEntry
from layers.models import Grant, Layer
from management.models import AccessRequest, RequestState
from management.requests import services
from tests.factories import MEUDON
from tests.people import ADMINISTRATOR, GARDENER, MANAGER, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import CATALOGUE, HOME, OF_A_LAYER, OF_THE_CATALOGUE, PHOTO, items
from tests.view_as import browser, comparable
from tests.world import PLAYGROUNDS, World

LIST = "/gestion/demandes/"
OWN = f"{LIST}miennes/"
CARD = "Demander l’accès"


def new(slug: str) -> str:
    return f"{LIST}sur/{slug}/"


def sent(**values: Any) -> dict[str, Any]:
    day = timezone.localdate() + dt.timedelta(days=30)
    return {"rows": "celles de Meudon", "last_day": day.isoformat(), "reason": "étude des jeux", **values}


@pytest.fixture
def announced(world: World) -> World:
    """The world, whose internal layer is announced; PLANNER manages the group that produces it, and reads it."""
    group = Group.objects.get(name=PLANNER.groups[0])
    Layer.objects.filter(slug=PLAYGROUNDS).update(is_requestable=True, producer=group)
    GroupManager.objects.create(user=PLANNER.account(), group=group)
    return world


@pytest.fixture
def request_pk(announced: World) -> int:
    """A request of OUTSIDER that waits."""
    browser(OUTSIDER).post(new(PLAYGROUNDS), sent())
    return AccessRequest.objects.get().pk


def accept(person: Person, pk: int, **values: Any) -> Any:
    day = timezone.localdate() + dt.timedelta(days=10)
    data = {"recipient": f"p{OUTSIDER.account().pk}", "last_day": day.isoformat(), "deed": "accept", **values}
    return browser(person).post(f"{LIST}{pk}/", data)


def test_the_card_is_all_that_an_announced_layer_shows(announced: World) -> None:
    place = announced.address(PLAYGROUNDS)
    statuses = {each.name: each.ask(OUTSIDER, **place).status for each in (PHOTO, *OF_A_LAYER)}
    assert set(statuses.values()) == {404}
    naming = [
        each.name for each in (HOME, *OF_THE_CATALOGUE) if PLAYGROUNDS in each.ask(OUTSIDER, **place).body
    ]
    assert naming == [CATALOGUE.name]
    assert CARD in CATALOGUE.ask(OUTSIDER).body


@pytest.mark.parametrize("person", [PUBLIC, PLANNER, TOWN_AGENT, ADMINISTRATOR], ids=str)
def test_neither_the_public_nor_a_reader_has_a_card_to_request(announced: World, person: Person) -> None:
    assert CARD not in CATALOGUE.ask(person).body


def test_the_search_leads_to_the_request(announced: World) -> None:
    title = Layer.objects.get(slug=PLAYGROUNDS).title
    pages = {
        each: browser(each).get("/recherche/", {"q": title}).content.decode() for each in (OUTSIDER, PUBLIC)
    }
    assert [new(PLAYGROUNDS) in page for page in pages.values()] == [True, False]


def test_words_and_facets_narrow_the_cards(announced: World) -> None:
    client = browser(OUTSIDER)
    pages = [
        client.get("/catalogue/", query).content.decode() for query in ({"q": "zzz"}, {"theme": "nature"})
    ]
    assert [CARD in page for page in pages] == [False, False]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_hidden_layer_is_requested_like_an_absent_one(world: World, method: str) -> None:
    client = browser(OUTSIDER)
    hidden, absent = (getattr(client, method)(new(slug), sent()) for slug in (PLAYGROUNDS, "aires-de-rien"))
    assert hidden.status_code == absent.status_code == 404
    body = hidden.content.decode().replace(PLAYGROUNDS, "aires-de-rien")
    assert comparable(body) == comparable(absent.content.decode())
    assert AccessRequest.objects.count() == 0


@pytest.mark.parametrize("slug", [PLAYGROUNDS, "aires-de-rien"])
def test_the_public_signs_in_before_it_learns_what_may_be_requested(announced: World, slug: str) -> None:
    answer = Client().get(new(slug))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/compte/connexion/")


@pytest.mark.parametrize(
    "values", [{"reason": ""}, {"last_day": "2020-01-01"}, {"last_day": ""}, {"last_day": "9999-12-31"}]
)
def test_a_request_says_until_when_and_why(announced: World, values: dict[str, str]) -> None:
    answer = browser(OUTSIDER).post(new(PLAYGROUNDS), sent(**values))
    assert answer.status_code == 422
    assert AccessRequest.objects.count() == 0


def test_one_request_waits_at_a_time(announced: World, request_pk: int) -> None:
    answer = browser(OUTSIDER).post(new(PLAYGROUNDS), sent())
    assert answer.status_code == 422
    assert "Vous avez déjà demandé cette couche" in answer.content.decode()


def test_requests_are_sent_in_measure(announced: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_AN_HOUR", 0)
    answer = browser(OUTSIDER).post(new(PLAYGROUNDS), sent())
    assert "Trop de demandes" in answer.content.decode()
    assert AccessRequest.objects.count() == 0


def test_the_manager_sees_scope_end_and_counts_before_accepting(announced: World, request_pk: int) -> None:
    client = browser(PLANNER)
    assert f"{LIST}{request_pk}/" in client.get("/gestion/").content.decode()
    page = client.get(f"{LIST}{request_pk}/").content.decode()
    missing = [
        words
        for words in ("celles de Meudon", "étude des jeux", "De 0 à 3 lignes, sur 3.", "1 personne concernée")
        if words not in page
    ]
    assert missing == []


def test_an_accepted_request_is_a_dated_grant_of_what_the_manager_chose(
    announced: World, request_pk: int
) -> None:
    answer = accept(PLANNER, request_pk, communes=[MEUDON], answer="Bonne étude")
    assert answer.headers["Location"] == LIST
    one = Grant.objects.get(person=OUTSIDER.account())
    assert one.rows == f"commune = '{MEUDON}'"
    assert timezone.localtime(one.valid_until).date() == timezone.localdate() + dt.timedelta(days=11)
    assert one.author == PLANNER.account()
    assert len(items(PLAYGROUNDS, person=OUTSIDER).document["features"]) == 2
    assert "Bonne étude" in browser(OUTSIDER).get(OWN).content.decode()


def test_a_request_is_decided_once(announced: World, request_pk: int) -> None:
    accept(PLANNER, request_pk)
    again = accept(PLANNER, request_pk)
    assert again.status_code == 422
    assert Grant.objects.filter(person=OUTSIDER.account()).count() == 1


def test_a_refusal_carries_a_word_to_the_person(announced: World, request_pk: int) -> None:
    client = browser(PLANNER)
    silent = client.post(f"{LIST}{request_pk}/", {"deed": "refuse"})
    client.post(f"{LIST}{request_pk}/", {"deed": "refuse", "answer": "Voyez les données ouvertes"})
    assert silent.status_code == 422
    assert AccessRequest.objects.get().state == RequestState.REFUSED
    assert "Voyez les données ouvertes" in browser(OUTSIDER).get(OWN).content.decode()
    assert not Grant.objects.filter(person=OUTSIDER.account()).exists()


@pytest.mark.parametrize(
    ("limit", "values", "named"),
    [
        ({"rows": f"commune = '{MEUDON}'"}, {}, "les lignes"),
        ({"can_download": False}, {"can": ["can_download"]}, "le téléchargement"),
        ({"can_change": False}, {"can": ["can_change"]}, "la modification, la suppression"),
        ({"valid_until": timezone.now() + dt.timedelta(days=2)}, {}, "la durée"),
    ],
    ids=["rows", "download", "edit", "until"],
)
def test_nobody_accepts_more_than_they_have_and_the_excess_is_named(
    announced: World, request_pk: int, limit: dict[str, Any], values: dict[str, Any], named: str
) -> None:
    Grant.objects.filter(group__name=PLANNER.groups[0]).update(**limit)
    answer = accept(PLANNER, request_pk, **values)
    assert answer.status_code == 422
    assert f"Cet accès dépasse les vôtres ({named})" in answer.content.decode()
    assert AccessRequest.objects.get().state == RequestState.WAITING


def test_a_sensitive_layer_is_not_given_for_a_time(announced: World, request_pk: int) -> None:
    Layer.objects.filter(slug=PLAYGROUNDS).update(is_sensitive=True)
    answer = accept(PLANNER, request_pk)
    assert answer.status_code == 422
    assert "Ce qui est sensible ne se donne pas pour un temps" in answer.content.decode()
    assert not Grant.objects.filter(person=OUTSIDER.account()).exists()


@pytest.mark.parametrize("person", [OUTSIDER, GARDENER, MANAGER], ids=str)
def test_others_know_nothing_of_a_request(announced: World, request_pk: int, person: Person) -> None:
    GroupManager.objects.filter(user=MANAGER.account()).delete()
    GroupManager.objects.create(user=MANAGER.account(), group=Group.objects.get(name=GARDENER.groups[0]))
    statuses = [browser(person).get(f"{LIST}{pk}/").status_code for pk in (request_pk, request_pk + 1)]
    assert statuses == [404, 404]


def test_nobody_decides_about_their_own_request(announced: World) -> None:
    group = Group.objects.get(name=PLANNER.groups[0])
    GroupManager.objects.create(user=OUTSIDER.account(), group=group)
    browser(OUTSIDER).post(new(PLAYGROUNDS), sent())
    pk = AccessRequest.objects.get().pk
    assert accept(OUTSIDER, pk).status_code == 404


def test_requests_and_decisions_are_journaled(announced: World, request_pk: int) -> None:
    browser(PLANNER).post(f"{LIST}{request_pk}/", {"deed": "refuse", "answer": "Non"})
    entries = JournalEntry.objects.filter(event="access-request").order_by("pk")
    assert [(each.actor_name, each.detail["action"]) for each in entries] == [
        (OUTSIDER.name, "sent"),
        (PLANNER.name, "refused"),
    ]


def test_who_decides_and_who_requested_get_a_message(
    announced: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "management.requests.mail.enqueue_message",
        lambda message, *, user: written.append((user.username, message.subject)),
    )
    browser(OUTSIDER).post(new(PLAYGROUNDS), sent())
    accept(PLANNER, AccessRequest.objects.get().pk)
    title = Layer.objects.get(slug=PLAYGROUNDS).title
    subject = f"{OUTSIDER.name} demande l’accès à « {title} »"  # a subject has plain spaces
    assert sorted(written) == [
        (MANAGER.name, subject),
        (OUTSIDER.name, f"Accès à « {title} » : accepté"),
        (PLANNER.name, subject),
    ]
