"""Changing one's own password and e-mail address, signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from gisportal.accounts.models import User
from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope
from tests.mail import delivered, link_of
from tests.people import ADMINISTRATOR, OUTSIDER, PASSWORD, PLANNER
from tests.protocols import Answer, read

pytestmark = pytest.mark.usefixtures("catalogue")
CHANGE = "/compte/mot-de-passe/"
EMAIL_PAGE = "/compte/courriel/"
NEW = "quatre chevaux bleus dorment"


@pytest.fixture
def account() -> User:
    """The planner, with an e-mail address."""
    account = PLANNER.account()
    account.email = "ugo@example.org"
    account.save()
    return account


def signed_in(account: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.post("/compte/connexion/", {"username": account.username, "password": PASSWORD})
    return client


def change(client: Client, **fields: object) -> Answer:
    asked = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return read(client.post(CHANGE, asked | fields))


def confirmed(client: Client) -> Client:
    """Prove again who one is."""
    client.post("/compte/confirmer-identite/", {"password": PASSWORD})
    return client


def test_a_changed_password_opens(account: User) -> None:
    change(signed_in(account))
    account.refresh_from_db()
    assert account.check_password(NEW)


def test_the_current_password_is_asked(account: User) -> None:
    assert "Saisissez votre mot de passe actuel." in change(signed_in(account), oldpassword="faux").body


def test_a_password_of_the_own_name_is_refused(account: User) -> None:
    text = "urbaniste-2026-ugo"
    assert "tient surtout à votre nom" in change(signed_in(account), password1=text, password2=text).body


def test_the_session_that_changes_the_password_stays_open(account: User) -> None:
    client = signed_in(account)
    change(client)
    assert client.get("/compte/").status_code == 200


def test_the_other_sessions_end(account: User) -> None:
    other, client = signed_in(account), signed_in(account)
    change(client)
    assert other.get("/compte/").status_code == 302


def test_the_ticked_tokens_end(account: User) -> None:
    token, _text = create_token(user=account, name="QGIS", scope=TokenScope.READ, days=30)
    change(signed_in(account), tokens=[token.pk])
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_token_of_somebody_else_cannot_be_ticked(account: User) -> None:
    token, _text = create_token(user=OUTSIDER.account(), name="QGIS", scope=TokenScope.READ, days=30)
    answer = change(signed_in(account), tokens=[token.pk])
    token.refresh_from_db()
    assert (answer.status, token.revoked_at) == (200, None)


def test_a_change_is_told_by_e_mail(account: User) -> None:
    change(signed_in(account))
    assert delivered()[-1].subject == "Votre mot de passe a changé"


def test_another_address_is_asked_of_who_proves_again_who_they_are(account: User) -> None:
    answer = signed_in(account).get(EMAIL_PAGE)
    assert answer.headers["Location"].startswith("/compte/confirmer-identite/")


def test_an_address_changes_when_its_link_is_confirmed(account: User) -> None:
    client = confirmed(signed_in(account))
    client.post(EMAIL_PAGE, {"email": "nouvelle@example.org"})
    path = link_of(delivered()[-1])
    client.get(path)
    account.refresh_from_db()
    before = account.email
    client.post(path)
    account.refresh_from_db()
    assert (before, account.email) == ("ugo@example.org", "nouvelle@example.org")


def test_the_former_address_is_told(account: User) -> None:
    client = confirmed(signed_in(account))
    client.post(EMAIL_PAGE, {"email": "nouvelle@example.org"})
    client.post(link_of(delivered()[-1]))
    assert delivered()[-1].to == ["ugo@example.org"]


def test_the_address_of_another_account_is_neither_told_nor_given(account: User) -> None:
    other = OUTSIDER.account()
    other.email = "prise@example.org"
    other.save()
    client = confirmed(signed_in(account))
    answer = client.post(EMAIL_PAGE, {"email": "prise@example.org"})
    sent = [message for message in delivered() if message.to == ["prise@example.org"]]
    assert (answer.status_code, sent) == (302, [])


def test_the_administration_changes_a_password_on_the_same_page() -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/administration/password_change/").headers["Location"] == CHANGE


def test_an_account_of_a_provider_gets_no_password(account: User) -> None:
    client = Client(headers={"host": "localhost"})
    account.set_unusable_password()
    account.save()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    main = read(client.get(CHANGE, follow=True)).body.split("<main")[1].split("</main")[0]
    assert ("n’a pas de mot de passe ici" in main, "<form" in main) == (True, False)
