"""A password by a link: what the link opens, once, for how long; what it ends; what nobody learns by asking."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from gisportal.accounts.models import User
from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope
from tests.mail import delivered, link_of, waiting
from tests.people import PASSWORD, PLANNER
from tests.protocols import Answer, read

pytestmark = pytest.mark.usefixtures("catalogue")
ASK = "/compte/mot-de-passe/oublie/"
SIGN_IN = "/compte/connexion/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
NEW = "quatre chevaux bleus dorment"
EMAIL = "ugo@example.org"


@pytest.fixture
def account() -> User:
    """The planner, with an e-mail address."""
    account = PLANNER.account()
    account.email = EMAIL
    account.save()
    return account


def browser() -> Client:
    return Client(headers={"host": "localhost"})


def ask(email: str) -> Answer:
    return read(browser().post(ASK, {"email": email}, follow=True))


def link_for(email: str = EMAIL) -> str:
    ask(email)
    return link_of(delivered()[-1])


def choose(path: str, password: str = NEW, **fields: object) -> Answer:
    """Follow a link and choose a password."""
    client = browser()
    page = client.get(path).headers.get("Location", path)
    return read(client.post(page, {"password1": password, "password2": password, **fields}))


def opens(password: str) -> bool:
    answer = browser().post(SIGN_IN, {"username": PLANNER.name, "password": password})
    return answer.status_code == 302


def test_the_link_gives_another_password(account: User) -> None:
    choose(link_for())
    assert opens(NEW)


def test_the_former_password_opens_nothing_more(account: User) -> None:
    choose(link_for())
    assert not opens(PASSWORD)


def test_an_address_has_no_case(account: User) -> None:
    ask(EMAIL.upper())
    assert delivered()[-1].to == [EMAIL]


def test_a_link_serves_once(account: User) -> None:
    path = link_for()
    choose(path)
    assert choose(path, "encore une autre phrase").status == 410


def test_a_link_read_by_a_program_still_serves(account: User) -> None:
    path = link_for()
    browser().get(path, follow=True)
    choose(path)
    assert opens(NEW)


def test_a_link_ends_after_an_hour(account: User, monkeypatch: pytest.MonkeyPatch) -> None:
    path = link_for()
    later = timezone.now() + dt.timedelta(minutes=61)
    monkeypatch.setattr("time.time", later.timestamp)
    assert read(browser().get(path, follow=True)).status == 410


@pytest.mark.parametrize("key", ["x", "eyJ1c2VyIjoxfQ:1:2", "%00"])
def test_a_forged_link_is_dead(account: User, key: str) -> None:
    assert read(browser().get(f"/compte/mot-de-passe/nouveau/{key}/", follow=True)).status == 410


def test_the_link_of_an_invitation_resets_no_password(account: User) -> None:
    path = link_for().replace("mot-de-passe/nouveau", "invitation")
    assert read(browser().get(path, follow=True)).status == 410


def test_a_closed_account_gets_no_link(account: User) -> None:
    User.objects.update(is_active=False)
    ask(EMAIL)
    assert delivered() == []


def test_the_key_leaves_the_address_at_once(account: User) -> None:
    assert browser().get(link_for()).headers["Location"] == "/compte/mot-de-passe/nouveau/"


def test_the_answer_is_the_same_for_an_unknown_address(account: User) -> None:
    known, unknown = (ask(email).body for email in (EMAIL, "personne@example.org"))
    assert TOKEN.sub("", known) == TOKEN.sub("", unknown)


def test_the_work_is_the_same_for_an_unknown_address(account: User) -> None:
    counts = []
    for email in (EMAIL, "personne@example.org"):
        with CaptureQueriesContext(connection) as queries:
            browser().post(ASK, {"email": email})
        counts.append([query["sql"].split()[0] for query in queries.captured_queries])
    assert counts[0] == counts[1]
    assert waiting() == ["accounts.send_password_reset"] * 2


def test_a_weak_password_is_refused_with_its_reason(account: User) -> None:
    assert "Au moins 12 caractères" in choose(link_for(), "court").body


def test_two_passwords_that_differ_are_refused(account: User) -> None:
    client = browser()
    page = client.get(link_for()).headers["Location"]
    answer = read(client.post(page, {"password1": NEW, "password2": NEW + "!"}))
    assert "Les deux mots de passe diffèrent." in answer.body


def test_a_reset_revokes_the_tokens_that_are_ticked(account: User) -> None:
    kept, _text = create_token(user=account, name="à garder", scope=TokenScope.READ, days=30)
    ended, _text = create_token(user=account, name="à révoquer", scope=TokenScope.READ, days=30)
    choose(link_for(), tokens=[ended.pk])
    kept.refresh_from_db()
    ended.refresh_from_db()
    assert (kept.revoked_at is None, ended.revoked_at is None) == (True, False)


def test_every_token_is_ticked_at_first(account: User) -> None:
    for name in ("un", "deux"):
        create_token(user=account, name=name, scope=TokenScope.READ, days=30)
    page = read(browser().get(link_for(), follow=True)).body
    assert page.count("checked") == page.count('type="checkbox"') == 2


def test_a_reset_ends_the_sessions(account: User) -> None:
    client = browser()
    client.post(SIGN_IN, {"username": PLANNER.name, "password": PASSWORD})
    choose(link_for())
    assert client.get("/compte/").status_code == 302


def test_a_reset_is_told_by_e_mail(account: User) -> None:
    choose(link_for())
    assert delivered()[-1].subject == "Votre mot de passe a changé"


def test_who_asks_in_english_gets_the_message_in_english(account: User) -> None:
    client = browser()
    client.cookies["django_language"] = "en"
    client.post(ASK, {"email": EMAIL})
    assert delivered()[-1].subject == "Choose a new password"


def test_the_message_has_both_forms(account: User) -> None:
    ask(EMAIL)
    message = delivered()[-1]
    assert [kind for _content, kind in message.alternatives] == ["text/html"]  # type: ignore[attr-defined]  # of EmailMultiAlternatives


def test_the_link_leads_to_the_portals_own_address(account: User, settings: Settings) -> None:
    settings.PORTAL_ADDRESS = "https://portail.example.org"
    client = Client(headers={"host": "meudon.localhost:8000", "x-forwarded-host": "evil.example"})
    client.post(ASK, {"email": EMAIL})
    links = re.findall(r"https?://\S+/compte/", str(delivered()[-1].body))
    assert links == ["https://portail.example.org/compte/"]
