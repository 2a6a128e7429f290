"""Proofs beside the sign-in form are counted too: links asked by e-mail, the current password in an open session."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from gisportal.accounts.lockout import reset_attempts
from tests.people import PASSWORD, PLANNER


@pytest.fixture(autouse=True)
def _attempts(settings: Settings, catalogue: object) -> None:
    """An account; a single process counts attempts, which nobody made yet."""
    settings.SERVER_PROCESSES = 1
    reset_attempts()
    PLANNER.account()


def ask_reset(email: str) -> int:
    return Client().post("/compte/mot-de-passe/oublie/", {"email": email}).status_code


def test_a_mailbox_is_not_filled_with_links() -> None:
    statuses = [ask_reset("marie@example.org") for _time in range(6)]
    assert (statuses[0], statuses[-1]) == (302, 429)


def test_links_asked_for_one_mailbox_leave_the_others() -> None:
    for _time in range(8):
        ask_reset("marie@example.org")
    assert ask_reset("paul@example.org") == 302


def signed_in() -> Client:
    client = Client()
    client.post("/compte/connexion/", {"username": PLANNER.name, "password": PASSWORD})
    return client


def change_password(client: Client, current: str) -> int:
    new = "une autre phrase bien longue"
    form = {"oldpassword": current, "password1": new, "password2": new}
    return client.post("/compte/mot-de-passe/", form).status_code


def test_the_current_password_is_not_guessed_in_an_open_session() -> None:
    client = signed_in()
    assert [change_password(client, f"essai {number}") for number in range(10)][-1] == 429


def test_a_new_password_against_the_rules_is_no_guess() -> None:
    client = signed_in()
    form = {"oldpassword": PASSWORD, "password1": "court", "password2": "court"}
    statuses = {client.post("/compte/mot-de-passe/", form).status_code for _time in range(12)}
    assert statuses == {200}


def test_identity_confirmed_again_and_again_is_no_guess() -> None:
    client = signed_in()
    statuses = {
        client.post("/compte/confirmer-identite/", {"password": PASSWORD}).status_code for _time in range(12)
    }
    assert statuses == {302}
