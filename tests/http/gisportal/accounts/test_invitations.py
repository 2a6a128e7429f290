"""Accounts that administrators open and close: a link instead of a password, and what ends with them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from gisportal.accounts.models import User
from gisportal.accounts.services import AccountState, create_token, invite, state_of
from gisportal.accounts.vocabulary import TokenScope
from tests.mail import delivered, link_of
from tests.people import ADMINISTRATOR, PASSWORD, PLANNER
from tests.protocols import read

pytestmark = pytest.mark.usefixtures("catalogue")
ADD = "/administration/accounts/user/add/"
EMAIL = "nina@example.org"
NEW = "quatre chevaux bleus dorment"
PERSON = {"username": "nina", "email": EMAIL, "first_name": "Nina", "last_name": "", "kind": "agent"}


@pytest.fixture
def desk() -> Client:
    """The browser of an administrator."""
    client = Client(headers={"host": "localhost"})
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def invited(desk: Client) -> User:
    """Open an account in the administration."""
    desk.post(ADD, PERSON)
    return User.objects.get(username="nina")


def choose(path: str) -> int:
    client = Client(headers={"host": "localhost"})
    page = client.get(path).headers.get("Location", path)
    return read(client.post(page, {"password1": NEW, "password2": NEW})).status


def form_of(desk: Client, account: User, **changes: object) -> dict[str, object]:
    """Return what the page of an account sends, with some changes; None leaves a box empty."""
    page = desk.get(f"/administration/accounts/user/{account.pk}/change/")
    form = page.context["adminform"].form
    offered = [name for name, field in form.fields.items() if not field.disabled]
    sent = {name: form[name].value() for name in offered} | {"last_login_0": "", "last_login_1": ""}
    sent["date_joined_0"], sent["date_joined_1"] = "2026-01-01", "00:00:00"
    sent |= changes
    return {name: value for name, value in sent.items() if value not in (None, False)}


def close(desk: Client, account: User, **changes: object) -> None:
    path = f"/administration/accounts/user/{account.pk}/change/"
    desk.post(path, form_of(desk, account, is_active=None, **changes))


def test_an_account_is_opened_without_a_password(desk: Client) -> None:
    assert not invited(desk).has_usable_password()


def test_no_page_of_the_administration_types_a_password(desk: Client) -> None:
    account = invited(desk)
    pages = [desk.get(path) for path in (ADD, f"/administration/accounts/user/{account.pk}/password/")]
    assert [re.findall(r'type="password"', page.content.decode()) for page in pages] == [[], []]


def test_an_account_needs_an_address(desk: Client) -> None:
    desk.post(ADD, PERSON | {"email": ""})
    assert not User.objects.filter(username="nina").exists()


def test_the_invited_person_gets_a_link_and_the_name(desk: Client) -> None:
    invited(desk)
    message = delivered()[-1]
    assert (message.to, "Votre identifiant\u00a0: nina" in str(message.body)) == ([EMAIL], True)


def test_the_link_opens_the_account(desk: Client) -> None:
    invited(desk)
    choose(link_of(delivered()[-1]))
    client = Client(headers={"host": "localhost"})
    answer = client.post("/compte/connexion/", {"username": "nina", "password": NEW})
    assert answer.status_code == 302


def test_an_invitation_serves_once(desk: Client) -> None:
    invited(desk)
    path = link_of(delivered()[-1])
    choose(path)
    assert choose(path) == 410


def test_an_invitation_ends_after_a_week(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    invited(desk)
    path = link_of(delivered()[-1])
    monkeypatch.setattr("time.time", (timezone.now() + dt.timedelta(days=8)).timestamp)
    assert choose(path) == 410


def test_another_invitation_ends_the_one_before(desk: Client) -> None:
    account = invited(desk)
    path = link_of(delivered()[-1])
    desk.post("/administration/accounts/user/", {"action": "resend", "_selected_action": [account.pk]})
    statuses = choose(path), choose(link_of(delivered()[-1]))
    assert statuses == (410, 302)


def test_who_has_a_password_is_not_invited_again(desk: Client) -> None:
    account = PLANNER.account()
    User.objects.filter(pk=account.pk).update(email="ugo@example.org")
    desk.post("/administration/accounts/user/", {"action": "resend", "_selected_action": [account.pk]})
    assert delivered() == []


def test_an_invited_person_who_asks_for_a_password_is_invited_again(desk: Client) -> None:
    invited(desk)
    Client(headers={"host": "localhost"}).post("/compte/mot-de-passe/oublie/", {"email": EMAIL})
    assert link_of(delivered()[-1]).startswith("/compte/invitation/")


def test_the_list_says_where_accounts_stand(desk: Client) -> None:
    invited(desk)
    assert "invité le" in read(desk.get("/administration/accounts/user/")).body


def test_states_follow_an_account() -> None:
    now = timezone.now()
    account = User.objects.create(username="nina", email=EMAIL)
    account.set_unusable_password()
    states = [state_of(account, at=now)]
    invite(account)
    states += [state_of(account, at=now), state_of(account, at=now + dt.timedelta(days=8))]
    account.set_password(NEW)
    states.append(state_of(account, at=now))
    account.last_login = now
    states.append(state_of(account, at=now))
    account.is_active = False
    assert [*states, state_of(account, at=now)] == [
        AccountState.NOT_INVITED,
        AccountState.INVITED,
        AccountState.EXPIRED,
        AccountState.NEVER_USED,
        AccountState.ACTIVE,
        AccountState.CLOSED,
    ]


def test_a_link_sent_by_an_administrator_ends_the_password_and_the_ticked_tokens(desk: Client) -> None:
    account = PLANNER.account()
    User.objects.filter(pk=account.pk).update(email="ugo@example.org")
    token, _text = create_token(user=account, name="QGIS", scope=TokenScope.READ, days=30)
    desk.post(f"/administration/accounts/user/{account.pk}/password/", {"tokens": [token.pk]})
    account.refresh_from_db()
    token.refresh_from_db()
    assert (account.check_password(PASSWORD), token.revoked_at is None) == (False, False)
    assert link_of(delivered()[-1]).startswith("/compte/invitation/")


def test_a_closed_account_loses_the_ticked_tokens_and_its_sessions(desk: Client) -> None:
    account = PLANNER.account()
    client = Client(headers={"host": "localhost"})
    client.post("/compte/connexion/", {"username": PLANNER.name, "password": PASSWORD})
    kept, ended = (
        create_token(user=account, name=name, scope=TokenScope.READ, days=30)[0] for name in ("un", "deux")
    )
    close(desk, account, revoked_tokens=[ended.pk])
    for token in (kept, ended):
        token.refresh_from_db()
    assert (kept.revoked_at is None, ended.revoked_at is None) == (True, False)
    assert client.get("/compte/").status_code == 302


def test_an_open_account_that_is_saved_keeps_its_tokens(desk: Client) -> None:
    account = PLANNER.account()
    token, _text = create_token(user=account, name="QGIS", scope=TokenScope.READ, days=30)
    path = f"/administration/accounts/user/{account.pk}/change/"
    answer = desk.post(path, form_of(desk, account, first_name="Hugo", revoked_tokens=[token.pk]))
    account.refresh_from_db()
    token.refresh_from_db()
    assert (answer.status_code, account.first_name, token.revoked_at) == (302, "Hugo", None)


def test_a_command_invites() -> None:
    call_command("invite", "nina", email=EMAIL, administrator=True)
    message = delivered()[-1]
    assert (message.to, User.objects.get(username="nina").is_superuser) == ([EMAIL], True)


@pytest.mark.parametrize(
    ("username", "email"), [("sans-courriel", ""), ("pas un nom", EMAIL), ("nina", "pas une adresse")]
)
def test_a_command_refuses_what_is_no_account(username: str, email: str) -> None:
    with pytest.raises(CommandError):
        call_command("invite", username, email=email)


def test_a_command_leaves_a_password_alone() -> None:
    PLANNER.account()
    with pytest.raises(CommandError, match="déjà un mot de passe"):
        call_command("invite", PLANNER.name)


def test_the_administration_shows_no_row_of_sessions_or_proofs(desk: Client) -> None:
    index = read(desk.get("/administration/")).body
    shown = [
        app
        for app in ("account", "mfa", "socialaccount", "usersessions")
        if f"/administration/{app}/" in index
    ]
    assert shown == []
