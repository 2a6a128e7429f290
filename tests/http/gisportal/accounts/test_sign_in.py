"""The sign-in page: names, addresses, and what it tells of who has an account."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gisportal.accounts.models import User
from tests.people import OUTSIDER, PASSWORD, PLANNER
from tests.protocols import Answer, get, read

pytestmark = pytest.mark.usefixtures("catalogue")
SIGN_IN = "/compte/connexion/"
EMAIL = "ugo@example.org"
LOGINS = pytest.mark.parametrize(
    "logins", [(PLANNER.name, "personne"), (EMAIL, "personne@example.org")], ids=["name", "address"]
)


@pytest.fixture(autouse=True)
def account(catalogue: object) -> User:
    """The planner, with an e-mail address."""
    account = PLANNER.account()
    account.email = EMAIL
    account.save()
    return account


def sign_in(login: str, password: str = PASSWORD) -> Answer:
    return read(
        Client(headers={"host": "localhost"}).post(SIGN_IN, {"username": login, "password": password})
    )


@pytest.mark.parametrize("login", [PLANNER.name, EMAIL, EMAIL.upper(), f"  {EMAIL} "])
def test_a_name_or_an_address_opens(login: str) -> None:
    assert sign_in(login).status == 302


def test_an_address_that_two_accounts_have_opens_none() -> None:
    other = OUTSIDER.account()
    other.email = EMAIL
    other.save()
    assert sign_in(EMAIL).status == 200


def test_a_name_that_is_the_address_of_another_account_stays_a_name(account: User) -> None:
    other = OUTSIDER.account()
    User.objects.filter(pk=other.pk).update(username=EMAIL)
    client = Client(headers={"host": "localhost"})
    client.post(SIGN_IN, {"username": EMAIL, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(other.pk)


def test_machines_are_known_by_their_name_alone() -> None:
    account = PLANNER.account()
    answer = get("/api/collections", by_basic=True, authorization="Basic dWdvQGV4YW1wbGUub3JnOng=")
    assert (account.email, answer.status) == (EMAIL, 401)


def test_a_closed_account_reads_like_a_wrong_password() -> None:
    User.objects.filter(username=PLANNER.name).update(is_active=False)
    assert "Identifiant ou mot de passe incorrect." in sign_in(PLANNER.name).body


@LOGINS
def test_a_refusal_has_the_same_words_whoever_exists(logins: tuple[str, str]) -> None:
    bodies = [
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", sign_in(login, "faux").body).replace(
            login, ""
        )
        for login in logins
    ]
    assert bodies[0] == bodies[1]


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords hashed during the test."""
    hashed: list[str] = []
    encode: Callable[..., str] = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str, *arguments: object) -> str:
        hashed.append(password)
        return encode(self, password, salt, *arguments)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return hashed


@LOGINS
def test_a_refusal_hashes_once_whoever_exists(logins: tuple[str, str], hashes: list[str]) -> None:
    counts = []
    for login in logins:
        hashes.clear()
        sign_in(login, "faux")
        counts.append(len(hashes))
    assert counts == [1, 1]


@LOGINS
def test_a_refusal_asks_the_database_the_same_whoever_exists(logins: tuple[str, str]) -> None:
    sign_in("premier", "faux")  # a process reads once what every page has
    asked = []
    for login in logins:
        with CaptureQueriesContext(connection) as queries:
            sign_in(login, "faux")
        asked.append([re.sub(r"\W.*", "", query["sql"]) for query in queries.captured_queries])
    assert asked[0] == asked[1]


@pytest.mark.parametrize("page", ["/compte/inscription/", "/compte/signup/"])
def test_nobody_opens_an_account_alone(page: str) -> None:
    assert get(page, by_basic=False).status == 404


def test_the_administration_leads_to_the_same_page() -> None:
    answer = get("/administration/login/?next=/administration/", by_basic=False)
    assert answer.headers["Location"].startswith(SIGN_IN)
