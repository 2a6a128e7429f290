"""Signing in by a provider of identities: whose account opens, and what is refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from gisportal.accounts.models import User
from tests.identity_provider import ID, SIGN_IN, MockProvider, address_of_leaving, authorize, leave, sign_in

ADDRESS = "claire.dubois@ville.example"
VERIFIED = {"email": ADDRESS, "email_verified": True}


@pytest.fixture
def account(db: None) -> User:
    return User.objects.create_user("cdubois", email="Claire.Dubois@ville.example", password="x" * 16)


def signed_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_the_first_sign_in_links_the_account_of_the_verified_address(
    client: Client, provider: MockProvider, account: User
) -> None:
    provider.knows("claire", **VERIFIED)
    sign_in(client, "claire")
    assert SocialAccount.objects.get(provider=ID, uid="claire").user == account


def test_who_is_linked_signs_in(client: Client, provider: MockProvider, account: User) -> None:
    provider.knows("claire", **VERIFIED)
    response = sign_in(client, "claire", next="/catalogue/")
    assert (signed_in(client), response["Location"]) == (str(account.pk), "/catalogue/")


def test_the_linked_account_opens_whatever_its_address_becomes(
    client: Client, provider: MockProvider, account: User
) -> None:
    SocialAccount.objects.create(user=account, provider=ID, uid="claire")
    provider.knows("claire", email="autre@ailleurs.example")
    sign_in(client, "claire")
    assert signed_in(client) == str(account.pk)


def test_linking_keeps_the_password(client: Client, provider: MockProvider, account: User) -> None:
    provider.knows("claire", **VERIFIED)
    sign_in(client, "claire")
    account.refresh_from_db()
    assert account.has_usable_password()


@pytest.mark.parametrize("claims", [{"email": ADDRESS}, {"email": ADDRESS, "email_verified": False}, {}])
def test_an_address_that_nobody_verified_opens_nothing(
    client: Client, provider: MockProvider, account: User, claims: dict[str, Any]
) -> None:
    provider.knows("mallory", **claims)
    response = sign_in(client, "mallory")
    assert (response.status_code, SocialAccount.objects.count()) == (403, 0)


def test_an_address_of_a_domain_trusted_by_the_administrator_counts_as_verified(
    client: Client, provider: MockProvider, account: User, settings: Settings
) -> None:
    settings.IDENTITY_PROVIDERS = [provider.describe(verified_domains=("ville.example",))]
    provider.knows("claire", email=ADDRESS)
    sign_in(client, "claire")
    assert signed_in(client) == str(account.pk)


def test_an_address_of_two_accounts_opens_neither(
    client: Client, provider: MockProvider, account: User
) -> None:
    User.objects.create_user("cdubois2", email=ADDRESS)
    provider.knows("claire", **VERIFIED)
    assert sign_in(client, "claire").status_code == 403


def test_another_identity_does_not_take_a_linked_account_over(
    client: Client, provider: MockProvider, account: User
) -> None:
    SocialAccount.objects.create(user=account, provider=ID, uid="claire")
    provider.knows("mallory", **VERIFIED)
    assert sign_in(client, "mallory").status_code == 403


@pytest.mark.parametrize("is_linked", [True, False])
def test_a_closed_account_is_refused(
    client: Client, provider: MockProvider, account: User, is_linked: bool
) -> None:
    account.is_active = False
    account.save()
    if is_linked:
        SocialAccount.objects.create(user=account, provider=ID, uid="claire")
    provider.knows("claire", **VERIFIED)
    assert (sign_in(client, "claire").status_code, signed_in(client)) == (403, None)


def test_nobody_gets_an_account_by_coming(client: Client, provider: MockProvider) -> None:
    provider.knows("inconnu", **VERIFIED)
    assert (sign_in(client, "inconnu").status_code, User.objects.count()) == (403, 0)


def test_an_account_is_opened_for_a_domain_that_the_administrator_names(
    client: Client, provider: MockProvider, settings: Settings
) -> None:
    settings.IDENTITY_PROVIDERS = [provider.describe(created_domains=("ville.example",))]
    provider.knows("claire", given_name="Claire", family_name="Dubois", **VERIFIED)
    sign_in(client, "claire")
    user = User.objects.get()
    made = [user.username, user.email, user.last_name, user.has_usable_password(), user.is_staff]
    assert made == ["claire.dubois", ADDRESS, "Dubois", False, False]


def test_who_lacks_a_required_claim_is_refused(
    client: Client, provider: MockProvider, account: User, settings: Settings
) -> None:
    settings.IDENTITY_PROVIDERS = [provider.describe(required_claims={"siret": ("21920048800018",)})]
    provider.knows("claire", siret="11002001300097", **VERIFIED)
    response = sign_in(client, "claire")
    assert "pas ouvert à votre organisation" in response.content.decode()


def test_the_provider_is_asked_with_state_nonce_and_pkce(client: Client, provider: MockProvider) -> None:
    asked = parse_qs(urlsplit(leave(client)).query)
    assert [len(asked["state"][0]) >= 32, len(asked["nonce"][0]) >= 32, asked["code_challenge_method"]] == [
        True,
        True,
        ["S256"],
    ]


def test_an_address_of_the_portal_adds_no_parameter(client: Client, provider: MockProvider) -> None:
    asked = leave(client, f"{SIGN_IN}?auth_params=prompt%3Dnone&scope=offline_access")
    assert [word in asked for word in ("prompt", "offline_access")] == [False, False]


def test_a_link_signs_nobody_in(client: Client, provider: MockProvider) -> None:
    assert client.get(SIGN_IN)["Location"] == "/compte/connexion/"


def test_a_forged_state_is_refused(client: Client, provider: MockProvider, account: User) -> None:
    provider.knows("claire", **VERIFIED)
    back = authorize(leave(client), "claire").replace("state=", "state=x")
    assert (client.get(back).status_code, signed_in(client)) == (400, None)


def test_an_answer_of_another_browser_is_refused(
    client: Client, provider: MockProvider, account: User
) -> None:
    provider.knows("claire", **VERIFIED)
    assert client.get(authorize(leave(Client()), "claire")).status_code == 400


def test_an_answer_serves_once(client: Client, provider: MockProvider, account: User) -> None:
    provider.knows("claire", **VERIFIED)
    back = authorize(leave(client), "claire")
    client.get(back)
    assert client.get(back).status_code == 400


def test_an_id_token_of_another_sign_in_is_refused(
    client: Client, provider: MockProvider, account: User
) -> None:
    provider.knows("claire", **VERIFIED)
    address = leave(client)
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    assert client.get(authorize(address.replace(nonce, "n" * 43), "claire")).status_code == 400


def test_an_answer_of_another_issuer_is_refused(
    client: Client, provider: MockProvider, account: User
) -> None:
    provider.knows("claire", **VERIFIED)
    back = authorize(leave(client), "claire")
    assert client.get(f"{back}&iss=https://ailleurs.example").status_code == 400


def test_a_token_whose_signature_is_forged_is_refused(
    client: Client, provider: MockProvider, account: User
) -> None:
    def forge(path: str, response: Any) -> Any:
        if path == "/oauth2/token":
            answer = response.get_json()
            head, claims, signature = answer["id_token"].split(".")
            answer["id_token"] = ".".join([head, claims, signature[::-1]])
            response.set_data(json.dumps(answer))
        return response

    provider.tamper = forge
    provider.knows("claire", **VERIFIED)
    assert (sign_in(client, "claire").status_code, signed_in(client)) == (400, None)


def test_userinfo_about_somebody_else_is_refused(
    client: Client, provider: MockProvider, account: User
) -> None:
    def swap(path: str, response: Any) -> Any:
        if path == "/userinfo":
            response.set_data(json.dumps({"sub": "claire", **VERIFIED}))
        return response

    provider.tamper = swap
    provider.knows("mallory")
    assert (sign_in(client, "mallory").status_code, signed_in(client)) == (400, None)


def test_who_gives_up_at_the_provider_comes_back_to_a_page(client: Client, provider: MockProvider) -> None:
    response = requests.post(leave(client), data={"action": "deny"}, allow_redirects=False, timeout=10)
    back = urlsplit(response.headers["Location"])
    state = parse_qs(urlsplit(response.request.url or "").query)["state"][0]
    page = client.get(f"{back.path}?{back.query}&state={state}")
    assert "renoncé" in page.content.decode()


def test_an_unknown_provider_is_not_found(client: Client, provider: MockProvider) -> None:
    answers = [
        client.post("/compte/connexion-unique/autre/"),
        client.get("/compte/connexion-unique/autre/retour/"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_provider_that_is_away_is_said_in_a_page(client: Client, settings: Settings, db: None) -> None:
    away = MockProvider()
    away._server.server_close()
    settings.IDENTITY_PROVIDERS = [away.describe()]
    response = client.post(SIGN_IN)
    assert (response.status_code, "ne répond pas" in response.content.decode()) == (502, True)


def test_a_provider_that_fails_in_the_middle_is_said_in_a_page(
    client: Client, provider: MockProvider, account: User
) -> None:
    provider.knows("claire", **VERIFIED)
    back = authorize(leave(client), "claire")

    def fail(_path: str, response: Any) -> Any:
        response.status_code = 503
        return response

    provider.tamper = fail
    assert client.get(back).status_code in {400, 502}


def test_signing_out_ends_the_session_at_the_provider(
    client: Client, provider: MockProvider, account: User
) -> None:
    provider.knows("claire", **VERIFIED)
    sign_in(client, "claire")
    asked = parse_qs(urlsplit(address_of_leaving(client.post("/compte/deconnexion/"))).query)
    assert [signed_in(client), asked["post_logout_redirect_uri"], "id_token_hint" in asked] == [
        None,
        ["http://testserver/compte/connexion-unique/fin/"],
        True,
    ]


def test_the_sign_in_page_has_a_button_by_provider(client: Client, provider: MockProvider) -> None:
    assert "Se connecter avec Mairie" in client.get("/compte/connexion/").content.decode()
