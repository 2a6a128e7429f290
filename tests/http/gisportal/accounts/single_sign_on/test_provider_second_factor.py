"""Second factors of people whom a provider signs in, and what ProConnect does its own way."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from pytest_django import Settings

from gisportal.accounts.models import User
from tests.identity_provider import MockProvider, leave, sign_in
from tests.people import ADMINISTRATOR
from tests.second_factors import CODE_PAGE, add_application, code_of, give_code

VERIFIED = {"email": "administratrice@ville.example", "email_verified": True}
TWO_FACTORS = {"amr": ("mfa",)}


@pytest.fixture
def account(provider: MockProvider, settings: Settings) -> User:
    """An administrator, of whom a second factor is required."""
    settings.SECOND_FACTOR_GRACE = False
    settings.IDENTITY_PROVIDERS = [provider.describe(second_factor=TWO_FACTORS)]
    user = ADMINISTRATOR.account()
    user.email = VERIFIED["email"]  # type: ignore[assignment]  # a text
    user.save()
    return user


def test_a_provider_that_proves_two_factors_opens_the_administration(
    client: Client, provider: MockProvider, account: User
) -> None:
    provider.knows("claire", amr=["pwd", "mfa"], **VERIFIED)
    sign_in(client, "claire")
    assert client.get("/administration/").status_code == 200


def test_a_provider_that_proves_one_leads_to_the_set_up(
    client: Client, provider: MockProvider, account: User
) -> None:
    provider.knows("claire", amr=["pwd"], **VERIFIED)
    sign_in(client, "claire")
    assert client.get("/administration/")["Location"] == "/compte/double-authentification/"


def test_the_portal_asks_its_own_factor_when_the_provider_proved_one(
    client: Client, provider: MockProvider, account: User
) -> None:
    secret = add_application(account)
    provider.knows("claire", amr=["pwd"], **VERIFIED)
    asked = sign_in(client, "claire")["Location"]
    give_code(client, code_of(secret))
    assert [asked, client.get("/administration/").status_code] == [CODE_PAGE, 200]


def test_who_proved_two_factors_elsewhere_is_not_asked_again(
    client: Client, provider: MockProvider, account: User
) -> None:
    add_application(account)
    provider.knows("claire", amr=["mfa"], **VERIFIED)
    assert sign_in(client, "claire")["Location"] != CODE_PAGE


def test_userinfo_does_not_say_how_somebody_signed_in(
    client: Client, provider: MockProvider, account: User
) -> None:
    def only_userinfo(path: str, response: Any) -> Any:
        if path == "/userinfo":
            response.set_data(json.dumps(response.get_json() | {"amr": ["mfa"]}))
        return response

    provider.tamper = only_userinfo
    provider.knows("claire", **VERIFIED)
    sign_in(client, "claire")
    assert client.get("/administration/").status_code == 302


def test_proconnect_is_asked_its_own_way(provider: MockProvider, settings: Settings) -> None:
    settings.IDENTITY_PROVIDERS = [
        provider.describe(uses_pkce=False, asked_claims={"id_token": {"amr": {"essential": True}}})
    ]
    asked = parse_qs(urlsplit(leave(Client())).query)
    assert sorted(asked) == [
        "claims",
        "client_id",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ]


@pytest.mark.parametrize("is_published", [True, False])
def test_userinfo_may_be_a_token_signed_by_a_key_published_since(
    client: Client, provider: MockProvider, account: User, is_published: bool
) -> None:
    asked: list[str] = []
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(path: str, response: Any) -> Any:
        asked.append(path)
        if path == "/userinfo":
            claims = response.get_json() | {
                "iss": provider.url,
                "aud": "portail",
                "exp": int(time.time()) + 60,
            }
            response.set_data(jwt.encode(claims, key, algorithm="RS256", headers={"kid": "second"}))
            response.content_type = "application/jwt"
        if path == "/jwks" and is_published and "/userinfo" in asked:
            second = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {"kid": "second"}
            response.set_data(json.dumps({"keys": [*response.get_json()["keys"], second]}))
        return response

    provider.tamper = sign
    provider.knows("claire", **VERIFIED)
    status = sign_in(client, "claire").status_code
    assert (status, "_auth_user_id" in client.session) == (302 if is_published else 400, is_published)
