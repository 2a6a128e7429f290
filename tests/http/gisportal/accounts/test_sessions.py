"""Sessions: listed and ended by their owner, limited in time, renewed when rights change; devices that are new."""

from __future__ import annotations

import re

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from gisportal.accounts.models import User
from gisportal.accounts.sessions.services import LAST_ACTIVITY, SIGNED_IN_AT, clear_sessions
from tests.mail import delivered
from tests.people import ADMINISTRATOR, OUTSIDER, PASSWORD, PLANNER, Person
from tests.protocols import read

pytestmark = pytest.mark.usefixtures("catalogue")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604.1"
HOUR = 3_600


def sign_in(person: Person = PLANNER, agent: str = FIREFOX, client: Client | None = None) -> Client:
    """Sign somebody in, in a browser that is new unless it is given."""
    person.account()
    client = client or Client(headers={"host": "localhost", "user-agent": agent})
    client.post("/compte/connexion/", {"username": person.name, "password": PASSWORD})
    return client


def is_open(client: Client) -> bool:
    return client.get("/compte/").status_code == 200


def age(client: Client, name: str, seconds: int) -> None:
    """Make the beginning, or the last activity, of a session as old as that."""
    session = client.session
    session[name] -= seconds
    session.save()


def listed(client: Client) -> str:
    """Return the section of the account page that lists sessions."""
    body = read(client.get("/compte/")).body
    return body.split('id="sessions"')[1].split("</section>")[0]


def test_the_key_of_a_session_changes_at_sign_in() -> None:
    client = Client(headers={"host": "localhost"})
    client.session.save()
    session = client.session
    session["visited"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    sign_in(client=client)
    assert client.cookies["sessionid"].value != session.session_key


def test_sessions_are_listed_by_their_device() -> None:
    sign_in(agent=IPHONE)
    rows = re.findall(r"(\w+ sur \w+)", listed(sign_in()))
    assert set(rows) == {"Safari sur iPhone", "Firefox sur Windows"}


def test_the_session_that_asks_is_marked_once() -> None:
    sign_in()
    assert listed(sign_in()).count("Cet appareil") == 1


def test_nobody_sees_the_sessions_of_others() -> None:
    sign_in(OUTSIDER, IPHONE)
    assert "iPhone" not in listed(sign_in())


def test_a_session_that_is_ended_opens_nothing_more() -> None:
    other, client = sign_in(agent=IPHONE), sign_in()
    pk = UserSession.objects.get(user_agent=IPHONE).pk
    client.post(f"/compte/sessions/{pk}/fermer/")
    assert (is_open(other), is_open(client)) == (False, True)


def test_a_session_of_somebody_else_cannot_be_ended() -> None:
    other, client = sign_in(OUTSIDER, IPHONE), sign_in()
    answer = client.post(f"/compte/sessions/{UserSession.objects.get(user_agent=IPHONE).pk}/fermer/")
    assert (answer.status_code, is_open(other)) == (404, True)


def test_all_other_sessions_end_together() -> None:
    others, client = [sign_in(agent=IPHONE), sign_in()], sign_in()
    client.post("/compte/sessions/fermer/")
    assert [is_open(browser) for browser in (*others, client)] == [False, False, True]


def test_an_old_session_ends_no_other_before_it_proves_again_who_asks() -> None:
    other, client = sign_in(agent=IPHONE), sign_in()
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= HOUR
    session.save()
    answer = client.post("/compte/sessions/fermer/")
    assert (answer["Location"].partition("?")[0], is_open(other)) == ("/compte/confirmer-identite/", True)


def test_who_signs_out_leaves_the_list() -> None:
    other, client = sign_in(agent=IPHONE), sign_in()
    other.post("/compte/deconnexion/")
    assert "iPhone" not in listed(client)


@pytest.mark.parametrize(
    ("person", "name", "seconds", "stays"),
    [
        (PLANNER, LAST_ACTIVITY, 11 * HOUR, True),
        (PLANNER, LAST_ACTIVITY, 13 * HOUR, False),
        (PLANNER, SIGNED_IN_AT, 6 * 24 * HOUR, True),
        (PLANNER, SIGNED_IN_AT, 8 * 24 * HOUR, False),
        (ADMINISTRATOR, LAST_ACTIVITY, HOUR // 2, True),
        (ADMINISTRATOR, LAST_ACTIVITY, HOUR + 60, False),
        (ADMINISTRATOR, SIGNED_IN_AT, 13 * HOUR, False),
    ],
    ids=str,
)
def test_a_session_ends_with_its_time(person: Person, name: str, seconds: int, stays: bool) -> None:
    client = sign_in(person)
    age(client, name, seconds)
    assert is_open(client) == stays


def test_who_was_away_too_long_is_told_why() -> None:
    client = sign_in()
    age(client, LAST_ACTIVITY, 13 * HOUR)
    page = read(client.get("/compte/", follow=True)).body
    assert "faute d’activité" in page


def test_activity_is_written_seldom() -> None:
    client = sign_in()
    before = client.session[LAST_ACTIVITY]
    age(client, LAST_ACTIVITY, 60)
    client.get("/compte/")
    assert client.session[LAST_ACTIVITY] == before - 60


def test_activity_keeps_a_session_open() -> None:
    client = sign_in()
    age(client, LAST_ACTIVITY, 11 * HOUR)
    client.get("/compte/")
    age(client, LAST_ACTIVITY, 11 * HOUR)
    assert is_open(client)


def test_a_session_without_beginning_is_over() -> None:
    client = sign_in()
    session = client.session
    del session[SIGNED_IN_AT]
    session.save()
    assert not is_open(client)


@pytest.mark.parametrize("change", ["group", "mark"])
def test_a_session_gets_a_new_key_when_rights_change(change: str) -> None:
    client = sign_in()
    former = client.cookies["sessionid"].value
    if change == "group":
        PLANNER.account().groups.add(Group.objects.create(name="Nouveau service"))
    else:
        User.objects.filter(username=PLANNER.name).update(is_staff=True)
    opened = is_open(client)
    stolen = Client(headers={"host": "localhost"})
    stolen.cookies["sessionid"] = former
    assert (opened, client.cookies["sessionid"].value != former, is_open(stolen)) == (True, True, False)


def test_a_session_keeps_its_key_while_rights_stay() -> None:
    client = sign_in()
    former = client.cookies["sessionid"].value
    client.get("/compte/")
    assert client.cookies["sessionid"].value == former


def test_a_session_is_of_the_account_that_it_names_now() -> None:
    client, other = sign_in(), sign_in(OUTSIDER)
    client.get("/compte/")  # the process knows whose it is
    Session.objects.filter(pk=client.session.session_key).update(
        session_data=Session.objects.get(pk=other.session.session_key).session_data
    )
    assert client.get("/compte/").wsgi_request.user == OUTSIDER.account()


def test_an_account_that_is_closed_has_no_session() -> None:
    client = sign_in()
    client.get("/compte/")
    User.objects.filter(pk=PLANNER.account().pk).update(is_active=False)
    assert not is_open(client)


def test_another_password_ends_a_session() -> None:
    client = sign_in()
    client.get("/compte/")
    account = PLANNER.account()
    account.set_password("un autre mot de passe")
    account.save(update_fields=["password"])
    assert not is_open(client)


def test_the_cookie_is_out_of_the_reach_of_scripts() -> None:
    cookie = sign_in().cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_sessions_that_are_over_are_removed(settings: Settings) -> None:
    settings.SESSION_COOKIE_AGE = -1
    sign_in()
    assert clear_sessions() == 1


@pytest.fixture
def notices() -> User:
    """The planner, who signed in before and has an address."""
    account = PLANNER.account()
    account.email = "ugo@example.org"
    account.save()
    sign_in(agent=IPHONE)
    return account


def test_a_first_sign_in_is_not_told(notices: User) -> None:
    assert delivered() == []


def test_a_new_device_is_told(notices: User) -> None:
    sign_in()
    message = delivered()[-1]
    assert (message.subject, "Firefox sur Windows" in str(message.body)) == (
        "Connexion depuis un nouvel appareil",
        True,
    )


def test_a_known_device_is_not_told_again(notices: User) -> None:
    client = sign_in()
    client.post("/compte/deconnexion/")
    sign_in(client=client)
    assert len(delivered()) == 1


def test_a_device_of_somebody_else_is_new(notices: User) -> None:
    client = sign_in(OUTSIDER)
    client.post("/compte/deconnexion/")
    sign_in(client=client)
    assert len(delivered()) == 1
