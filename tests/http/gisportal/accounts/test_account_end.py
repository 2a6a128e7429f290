"""An account that ends: at the instant, what it opened is refused as by a closed account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from gisportal.accounts.models import User
from gisportal.accounts.services import LinkPurpose, key_of, read_key
from tests.instants import LAST_SECOND, MIDNIGHT, at
from tests.people import ADMINISTRATOR, PASSWORD, PLANNER, Person
from tests.protocols import ITEMS, read
from tests.staff import BACKEND
from tests.tokens import made
from tests.world import PLAYGROUNDS, World

_ITEMS = ITEMS.address.format(slug=PLAYGROUNDS)


def _session(client: Client) -> str:
    client.force_login(PLANNER.account(), backend=BACKEND)
    return _ITEMS


def _basic(client: Client) -> str:
    client.defaults["HTTP_AUTHORIZATION"] = PLANNER.basic()
    return _ITEMS


def _bearer(client: Client) -> str:
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {made(PLANNER)}"
    return _ITEMS


def _address(client: Client) -> str:
    client.cookies.clear()
    return f"{_ITEMS}?token={made(PLANNER)}"


WAYS = pytest.mark.parametrize("way", [_session, _basic, _bearer, _address], ids=lambda way: way.__name__)


def _end_account() -> User:
    PLANNER.account()
    User.objects.filter(username=PLANNER.name).update(ends_at=MIDNIGHT)
    return PLANNER.account()


@WAYS
def test_credentials_serve_until_the_last_second_and_not_at_the_end(
    world: World, way: Callable[[Client], str]
) -> None:
    client = Client(headers={"host": "localhost"})
    with at(LAST_SECOND):
        _end_account()
        address = way(client)
        before = read(client.get(address)).status
    with at(MIDNIGHT):
        after = read(client.get(address)).status
    assert (before, after) == (200, 401)


@WAYS
def test_an_ended_account_is_refused_as_a_closed_one(world: World, way: Callable[[Client], str]) -> None:
    client = Client(headers={"host": "localhost"})
    with at(LAST_SECOND):
        _end_account()
        address = way(client)
    with at(MIDNIGHT):
        ended = read(client.get(address))
        User.objects.filter(username=PLANNER.name).update(is_active=False, ends_at=None)
        closed = read(client.get(address))
    assert ended.body == closed.body


def test_an_open_page_is_signed_out_at_the_end(world: World) -> None:
    client = Client(headers={"host": "localhost"})
    with at(LAST_SECOND):
        _end_account()
        _session(client)
        before = client.get("/compte/").status_code
    with at(MIDNIGHT):
        after = client.get("/compte/").status_code
    assert (before, after) == (200, 302)


def test_nobody_signs_in_on_an_ended_account_and_the_words_are_those_of_a_wrong_password(
    world: World,
) -> None:
    with at(MIDNIGHT):
        client = Client(headers={"host": "localhost"})
        _end_account()
        right, wrong = (
            client.post("/compte/connexion/", {"username": PLANNER.name, "password": text})
            for text in (PASSWORD, "une autre phrase")
        )
    errors = [answer.content.decode().split("<main")[1].split("<input")[0] for answer in (right, wrong)]
    assert errors[0] == errors[1]


def test_the_links_of_messages_end_with_the_account(world: World) -> None:
    with at(LAST_SECOND):
        account = _end_account()
        key = key_of(account, LinkPurpose.RESET)
        assert read_key(key, LinkPurpose.RESET) is not None
    with at(MIDNIGHT):
        assert read_key(key, LinkPurpose.RESET) is None


@pytest.mark.parametrize(
    ("person", "end"),
    [(ADMINISTRATOR, MIDNIGHT), (PLANNER, dt.datetime(2000, 1, 1, tzinfo=dt.UTC))],
    ids=["administrator", "before-it-began"],
)
@pytest.mark.django_db
def test_the_database_refuses_an_impossible_end(person: Person, end: dt.datetime) -> None:
    person.account()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(username=person.name).update(ends_at=end)
