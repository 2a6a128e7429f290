"""The second step of a sign-in: codes of an application and recovery codes, once each, a few tries."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from gisportal.accounts.models import User
from tests.people import PLANNER
from tests.second_factors import (
    CODE_PAGE,
    add_application,
    code_of,
    give_code,
    give_password,
    recovery_codes,
)

WRONG = "000000x"
LIMITS = django_settings.ATTEMPT_LIMITS


@pytest.fixture
def account(db: None) -> User:
    return PLANNER.account()


@pytest.fixture
def secret(account: User) -> str:
    return add_application(account)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_password_alone_opens_no_session(client: Client, account: User, secret: str) -> None:
    response = give_password(client, account)
    assert (response["Location"], is_signed_in(client)) == (CODE_PAGE, False)


def test_the_code_of_the_application_signs_in_to_the_page_wanted(
    client: Client, account: User, secret: str
) -> None:
    give_password(client, account, wanted="/catalogue/")
    response = give_code(client, code_of(secret))
    assert (is_signed_in(client), response["Location"]) == (True, "/catalogue/")


def test_a_wrong_code_says_so_and_signs_nobody_in(client: Client, account: User, secret: str) -> None:
    give_password(client, account)
    page = give_code(client, WRONG).content.decode()
    assert ("Ce code est incorrect" in page, is_signed_in(client)) == (True, False)


def test_the_message_is_tied_to_the_field(client: Client, account: User, secret: str) -> None:
    give_password(client, account)
    page = give_code(client, WRONG).content.decode()
    assert 'aria-invalid="true"' in page and "id_code_error" in page


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_serves_once(client: Client, account: User, secret: str, steps: int) -> None:
    code = code_of(secret, steps=steps)
    for browser in (Client(), client):
        give_password(browser, account)
        give_code(browser, code)
    assert not is_signed_in(client)


def test_an_earlier_code_does_not_serve_after_a_later_one(client: Client, account: User, secret: str) -> None:
    other = Client()
    give_password(other, account)
    give_code(other, code_of(secret, steps=1))
    give_password(client, account)
    give_code(client, code_of(secret))
    assert not is_signed_in(client)


def test_a_code_far_from_now_is_wrong(client: Client, account: User, secret: str) -> None:
    give_password(client, account)
    give_code(client, code_of(secret, steps=3))
    assert not is_signed_in(client)


def test_a_recovery_code_signs_in_once(client: Client, account: User, secret: str) -> None:
    code, signed_in = recovery_codes(account)[0], []
    for browser in (Client(), client):
        give_password(browser, account)
        give_code(browser, code)
        signed_in.append(is_signed_in(browser))
    assert signed_in == [True, False]


def test_too_many_wrong_codes_stop_the_right_one(
    client: Client, account: User, secret: str, settings: Settings
) -> None:
    settings.ATTEMPT_LIMITS = LIMITS | {"code": {"pair": 2, "network": 100, "account": 100}}
    give_password(client, account)
    for _attempt in range(3):
        give_code(client, WRONG)
    response = give_code(client, code_of(secret))
    assert (response.status_code, is_signed_in(client)) == (429, False)


def test_the_owner_still_gets_in_from_another_network(
    client: Client, account: User, secret: str, settings: Settings
) -> None:
    settings.ATTEMPT_LIMITS = LIMITS | {"code": {"pair": 1, "network": 100, "account": 100}}
    attacker = Client(REMOTE_ADDR="192.0.2.66")
    give_password(attacker, account)
    for _attempt in range(3):
        give_code(attacker, WRONG)
    give_password(client, account)
    give_code(client, code_of(secret))
    assert is_signed_in(client)


def test_who_knows_the_password_guesses_no_more_codes_from_many_networks(
    client: Client, account: User, secret: str, settings: Settings
) -> None:
    settings.ATTEMPT_LIMITS = LIMITS | {"code": {"pair": 100, "network": 100, "account": 2}}
    for number in (1, 2, 3):
        attacker = Client(REMOTE_ADDR=f"192.0.2.{number}")
        give_password(attacker, account)
        give_code(attacker, WRONG)
    give_password(client, account)
    assert give_code(client, code_of(secret)).status_code == 429


def test_the_secret_is_not_written_in_clear(account: User, secret: str) -> None:
    row = account.authenticator_set.get(type="totp")
    assert secret not in str(row.data)


def test_a_secret_of_a_retired_key_is_still_read(
    client: Client, account: User, secret: str, settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-" + "1" * 50
    give_password(client, account)
    give_code(client, code_of(secret))
    assert is_signed_in(client)


def test_a_secret_that_cannot_be_read_refuses_the_code(
    client: Client, account: User, secret: str, settings: Settings
) -> None:
    code = code_of(secret)
    settings.SECRET_KEY = "another-" + "1" * 50
    give_password(client, account)
    assert "Ce code est incorrect" in give_code(client, code).content.decode()
