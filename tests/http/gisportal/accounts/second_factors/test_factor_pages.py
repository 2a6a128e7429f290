"""The pages of an account's factors: add, replace, remove; what they ask first and who they tell."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from gisportal.accounts.models import User
from tests.people import ADMINISTRATOR, PLANNER
from tests.second_factors import add_application, code_of, give_code, give_password, recovery_codes

BACKEND = "django.contrib.auth.backends.ModelBackend"
HOME = "/compte/double-authentification/"
APPLICATION = f"{HOME}application/"
_PARTS = dict.fromkeys(("clientDataJSON", "attestationObject", "authenticatorData", "signature"), "oA")
_ANSWER = {"id": "eA", "rawId": "eA", "type": "public-key", "response": _PARTS}
CODES = f"{HOME}codes-de-secours/"
NO_PASSKEY = [
    "",
    "{}",
    "[1]",
    '{"id": "x"}',
    "null",
    "{",
    json.dumps({**_ANSWER, "response": 3}),
    json.dumps(_ANSWER),
]


@pytest.fixture
def account(db: None) -> User:
    user = PLANNER.account()
    user.email = "urbaniste@ville.example"
    user.save()
    return user


@pytest.fixture
def session(account: User, client: Client) -> Client:
    """The browser of somebody who just signed in."""
    give_password(client, account)
    return client


def grow_old(client: Client) -> None:
    """Let the proofs of a session be an hour old."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3_600
    session.save()


def test_the_secret_is_written_beside_its_drawing(session: Client) -> None:
    page, secret = session.get(APPLICATION).content.decode(), session.session["mfa.totp.secret"]
    groups = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    assert [groups in page, 'src="data:image/svg+xml;base64,' in page] == [True, True]


def test_a_first_code_adds_the_application_and_shows_recovery_codes(session: Client, account: User) -> None:
    session.get(APPLICATION)
    form = {"code": code_of(session.session["mfa.totp.secret"])}
    page = session.post(APPLICATION, form, follow=True).content.decode()
    assert [code in page for code in recovery_codes(account)] == [True] * 10


def test_the_code_that_added_the_application_does_not_sign_in(session: Client, account: User) -> None:
    session.get(APPLICATION)
    code = code_of(session.session["mfa.totp.secret"])
    session.post(APPLICATION, {"code": code})
    other = Client()
    give_password(other, account)
    give_code(other, code)
    assert "_auth_user_id" not in other.session


def test_a_wrong_first_code_adds_nothing(session: Client, account: User) -> None:
    session.get(APPLICATION)
    page = session.post(APPLICATION, {"code": "12345"}).content.decode()
    assert ("Code incorrect" in page, Authenticator.objects.count()) == (True, 0)


def test_recovery_codes_are_shown_once(session: Client, account: User) -> None:
    add_application(account)
    session.get(CODES)
    page = session.get(CODES).content.decode()
    assert not any(code in page for code in recovery_codes(account))


def test_new_recovery_codes_end_the_old_ones(session: Client, account: User) -> None:
    add_application(account)
    old = recovery_codes(account)
    session.post(f"{CODES}nouveaux/")
    assert set(old).isdisjoint(recovery_codes(account))


@pytest.mark.parametrize("page", [APPLICATION, f"{HOME}cles/ajout/", f"{CODES}nouveaux/", CODES])
def test_an_old_session_confirms_who_is_there_first(session: Client, account: User, page: str) -> None:
    if "codes" in page:
        add_application(account)
    grow_old(session)
    assert session.get(page)["Location"].startswith("/compte/confirmer-identite/")


def test_an_old_session_removes_no_factor(session: Client, account: User) -> None:
    add_application(account)
    grow_old(session)
    session.post(f"{APPLICATION}retrait/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_who_has_a_factor_is_offered_to_end_the_other_sessions(session: Client, account: User) -> None:
    add_application(account)
    assert (
        'action="/compte/sessions/fermer/"'
        in session.get("/compte/double-authentification/").content.decode()
    )


def test_removing_the_application_ends_its_recovery_codes(session: Client, account: User) -> None:
    add_application(account)
    session.post(f"{APPLICATION}retrait/")
    assert Authenticator.objects.count() == 0


@pytest.mark.parametrize("action", ["retrait", "nom"])
def test_a_passkey_of_somebody_else_does_not_exist(session: Client, action: str) -> None:
    other = ADMINISTRATOR.account()
    passkey = Authenticator.objects.create(user=other, type="webauthn", data={"name": "x", "credential": {}})
    assert session.get(f"{HOME}cles/{passkey.pk}/{action}/").status_code == 404


@pytest.mark.parametrize("credential", NO_PASSKEY)
def test_what_is_no_passkey_is_refused_in_a_page(session: Client, credential: str) -> None:
    session.get(f"{HOME}cles/ajout/")
    answer = session.post(f"{HOME}cles/ajout/", {"name": "Clé", "credential": credential})
    assert (answer.status_code, Authenticator.objects.count()) == (200, 0)


@pytest.mark.parametrize("credential", NO_PASSKEY)
def test_what_is_no_passkey_signs_nobody_in(client: Client, db: None, credential: str) -> None:
    address = f"{HOME}cles/connexion/"
    client.get(address, headers={"Accept": "application/json"})
    answer = client.post(address, {"credential": credential})
    assert (answer.status_code, answer["Location"]) == (302, "/compte/connexion/")


def test_passkeys_are_for_the_host_of_the_whole_territory(
    session: Client, communes: dict[str, object]
) -> None:
    asked = Client().get(
        f"{HOME}cles/connexion/", headers={"Accept": "application/json", "Host": "meudon.localhost"}
    )
    assert asked.json()["request_options"]["publicKey"]["rpId"] == "localhost"


def reset(client: Client, account: User) -> None:
    """Run the administration's action on an account."""
    client.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "reset_factors", "_selected_action": [account.pk]},
    )


def administration() -> Client:
    client = Client()
    client.force_login(ADMINISTRATOR.account(), backend=BACKEND)
    return client


def test_an_administrator_resets_the_factors_of_who_lost_them(account: User) -> None:
    add_application(account)
    reset(administration(), account)
    assert Authenticator.objects.filter(user=account).count() == 0


def test_a_reset_ends_the_sessions_of_the_account(session: Client, account: User) -> None:
    add_application(account)
    session.get("/compte/")
    reset(administration(), account)
    assert "/compte/connexion/" in session.get("/compte/").headers.get("Location", "")


def test_no_other_staff_resets_factors(account: User) -> None:
    add_application(account)
    staff = User.objects.create_user("chef", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client = Client()
    client.force_login(staff, backend=BACKEND)
    reset(client, account)
    assert Authenticator.objects.filter(user=account, type="totp").exists()


def test_the_administration_shows_no_secret() -> None:
    shown = {model._meta.app_label for model in admin.site._registry}
    assert shown.isdisjoint({"mfa", "socialaccount"})


def test_the_command_of_the_server_resets_the_factors_of_the_only_administrator(db: None) -> None:
    account = ADMINISTRATOR.account()
    add_application(account)
    call_command("reset_second_factors", account.username)
    assert Authenticator.objects.count() == 0
