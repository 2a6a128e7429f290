"""The account page makes, lists and revokes tokens; the administration lists and revokes those of everybody."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from gisportal.accounts.models import Token
from gisportal.accounts.services import create_token
from gisportal.accounts.tokens import TOKEN
from gisportal.accounts.vocabulary import TokenScope
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, Person
from tests.protocols import Answer, get, read

pytestmark = pytest.mark.usefixtures("catalogue")
ASKED = {"name": "QGIS du bureau", "scope": "read", "days": "365"}


def browser(person: Person, *, strict: bool = False) -> Client:
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=strict)
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def create(client: Client, **changes: str) -> Answer:
    return read(client.post("/compte/jetons/", ASKED | changes))


def shown(answer: Answer) -> str:
    """Return the token that a page shows."""
    found = TOKEN.search(answer.body)
    assert found is not None
    return found.group()


def test_the_token_shown_opens_the_api() -> None:
    text = shown(create(browser(PLANNER)))
    assert get("/api/collections", authorization=f"Bearer {text}").status == 200


def test_a_token_is_shown_once() -> None:
    client = browser(PLANNER)
    create(client)
    assert TOKEN.search(read(client.get("/compte/")).body) is None


def test_the_page_that_shows_a_token_is_kept_nowhere() -> None:
    assert "no-store" in create(browser(PLANNER)).headers["Cache-Control"]


def test_a_token_is_listed_by_its_beginning() -> None:
    client = browser(PLANNER)
    prefix = shown(create(client))[:12]
    assert prefix in read(client.get("/compte/")).body


def test_a_token_lives_as_long_as_asked() -> None:
    create(browser(PLANNER), days="90")
    token = Token.objects.get()
    assert (token.expires_at - token.created_at).days == 90


def test_the_longest_life_is_a_setting(settings: Settings) -> None:
    settings.TOKEN_MAX_DAYS = 60
    body = read(browser(PLANNER).get("/compte/")).body
    assert re.findall(r'<option value="(\d+)"', body) == ["30", "60"]


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"name": "x" * 81}, {"scope": "admin"}, {"days": "0"}, {"days": "100000"}, {"days": "x"}],
)
def test_a_form_filled_wrong_makes_no_token(changes: dict[str, str]) -> None:
    answer = create(browser(PLANNER), **changes)
    assert answer.status == 200
    assert 'aria-invalid="true"' in answer.body
    assert Token.objects.count() == 0


def test_sending_the_form_again_makes_no_second_token() -> None:
    client = browser(PLANNER)
    create(client)
    answer = create(client)
    assert ("déjà un jeton de ce nom" in answer.body, Token.objects.count()) == (True, 1)


def test_the_number_of_tokens_is_bounded(settings: Settings) -> None:
    settings.TOKEN_MAX_COUNT = 1
    client = browser(PLANNER)
    create(client)
    create(client, name="un de trop")
    assert Token.objects.count() == 1


def test_reloading_the_page_leads_to_the_account() -> None:
    assert browser(PLANNER).get("/compte/jetons/").headers["Location"] == "/compte/#jetons"


def token_of(person: Person) -> Token:
    return create_token(user=person.account(), name="essai", scope=TokenScope.READ, days=30)[0]


def test_revoking_asks_first() -> None:
    token = token_of(PLANNER)
    answer = read(browser(PLANNER).get(f"/compte/jetons/{token.pk}/revoquer/"))
    token.refresh_from_db()
    assert (answer.status, token.revoked_at) == (200, None)


def test_a_revoked_token_leaves_the_page() -> None:
    token, client = token_of(PLANNER), browser(PLANNER)
    response = client.post(f"/compte/jetons/{token.pk}/revoquer/")
    assert (response.status_code, token.prefix in read(client.get("/compte/")).body) == (302, False)


def test_a_name_is_free_again_after_revocation() -> None:
    token, client = token_of(PLANNER), browser(PLANNER)
    client.post(f"/compte/jetons/{token.pk}/revoquer/")
    create(client, name="essai")
    assert Token.objects.count() == 2


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_of_somebody_else_does_not_exist(method: str) -> None:
    token = token_of(PLANNER)
    response = getattr(browser(OUTSIDER), method)(f"/compte/jetons/{token.pk}/revoquer/")
    token.refresh_from_db()
    assert (response.status_code, token.revoked_at) == (404, None)


@pytest.mark.parametrize("path", ["/compte/jetons/", "/compte/jetons/1/revoquer/"])
def test_nobody_has_no_token(path: str) -> None:
    response = Client(headers={"host": "localhost"}).post(path, ASKED)
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/compte/connexion/")


def test_another_site_makes_no_token() -> None:
    assert create(browser(PLANNER, strict=True)).status == 403


LIST = "/administration/accounts/token/"


def test_the_administration_lists_tokens_and_never_shows_one() -> None:
    token, text = create_token(user=PLANNER.account(), name="essai", scope=TokenScope.READ, days=30)
    client = browser(ADMINISTRATOR)
    pages = read(client.get(LIST)).body + read(client.get(f"{LIST}{token.pk}/change/")).body
    assert token.prefix in pages
    assert text not in pages
    assert token.digest not in pages


def test_the_administration_revokes_tokens() -> None:
    token = token_of(PLANNER)
    browser(ADMINISTRATOR).post(LIST, {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_revoking_again_keeps_the_first_date() -> None:
    token, then = token_of(PLANNER), timezone.now()
    Token.objects.update(revoked_at=then)
    browser(ADMINISTRATOR).post(LIST, {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at == then


def test_the_administration_makes_no_token() -> None:
    assert browser(ADMINISTRATOR).get(f"{LIST}add/").status_code == 403
