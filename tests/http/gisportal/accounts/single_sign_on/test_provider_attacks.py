"""Attacks on the sign-in by a provider of identities: mix-up, answers that lie, are malformed, or never end."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import flask
import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from pytest_django import Settings

from gisportal.accounts.models import User
from gisportal.accounts.single_sign_on.oidc import RefusedIdentity, id_token_claims
from tests.identity_provider import MockProvider, authorize, leave, running_provider, sign_in

VERIFIED = {"email": "claire.dubois@ville.example", "email_verified": True}
DISCOVERY, TOKEN, USERINFO, JWKS = "/.well-known/openid-configuration", "/oauth2/token", "/userinfo", "/jwks"
Claims = dict[str, Any]


@pytest.fixture
def account(db: None) -> User:
    return User.objects.create_user("cdubois", email="Claire.Dubois@ville.example", password="x" * 16)


@pytest.fixture(scope="module")
def second() -> Iterator[MockProvider]:
    with running_provider() as provider:
        yield provider


def signed_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def answering(path: str, change: Callable[[Any], Any]) -> Any:
    """Return what changes the JSON that the provider answers at one address."""

    def tamper(asked: str, response: flask.Response) -> flask.Response:
        if asked == path:
            response.set_data(json.dumps(change(response.get_json())))
        return response

    return tamper


# Mix-up


def test_the_answer_of_a_provider_opens_nothing_at_the_address_of_another(
    client: Client, provider: MockProvider, second: MockProvider, settings: Settings, account: User
) -> None:
    settings.IDENTITY_PROVIDERS = [provider.describe(), second.describe(id="autre", name="Autre")]
    second.knows("mallory", **VERIFIED)
    back = authorize(leave(client, "/compte/connexion-unique/autre/"), "mallory")
    answer = client.get(back.replace("/autre/", "/agents/"))
    assert (answer.status_code, signed_in(client)) == (400, None)


@pytest.mark.parametrize("issuer", ["", "&iss=", "&iss={0}&iss=https://ailleurs.example"])
def test_an_answer_must_name_the_issuer_that_announced_it_does(
    client: Client, provider: MockProvider, settings: Settings, account: User, issuer: str
) -> None:
    settings.IDENTITY_PROVIDER_MEMORY_SECONDS = 0
    promise = {"authorization_response_iss_parameter_supported": True}
    provider.tamper = answering(DISCOVERY, lambda published: published | promise)
    provider.knows("claire", **VERIFIED)
    back = authorize(leave(client), "claire")
    assert (client.get(back + issuer.format(provider.url)).status_code, signed_in(client)) == (400, None)


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x"]
)
def test_signing_in_leads_to_no_other_host(
    client: Client, provider: MockProvider, account: User, target: str
) -> None:
    provider.knows("claire", **VERIFIED)
    assert urlsplit(sign_in(client, "claire", next=target)["Location"]).netloc == ""


# Answers that lie


@pytest.fixture(scope="module")
def pair() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def published(provider: MockProvider, pair: rsa.RSAPrivateKey, settings: Settings) -> MockProvider:
    """The provider, which publishes the key of ``pair`` alone."""
    settings.IDENTITY_PROVIDER_MEMORY_SECONDS = 0
    key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(pair.public_key())) | {"kid": "k"}
    provider.tamper = answering(JWKS, lambda _published: {"keys": [key]})
    return provider


def claims_of(provider: MockProvider, **changed: Any) -> Claims:
    now = int(time.time())
    good = {"iss": provider.url, "sub": "claire", "aud": "portail", "exp": now + 60, "iat": now, "nonce": "n"}
    return good | changed


LIES: dict[str, Claims] = {
    "another audience": {"aud": "autre"},
    "two audiences, no party": {"aud": ["portail", "autre"]},
    "another party": {"azp": "autre"},
    "another issuer": {"iss": "https://autre.example"},
    "ended": {"exp": 1},
    "to come": {"nbf": 9_999_999_999},
    "another nonce": {"nonce": "m"},
    "a list of nonces": {"nonce": ["n"]},
    "no nonce": {"nonce": None},
    "no subject": {"sub": ""},
    "a subject that no column holds": {"sub": "s" * 192},
    "a subject with a null character": {"sub": "a\0b"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_signed_token_that_is_not_for_this_sign_in_is_refused(
    published: MockProvider, pair: rsa.RSAPrivateKey, lie: str
) -> None:
    token = jwt.encode(claims_of(published, **LIES[lie]), pair, "RS256", headers={"kid": "k"})
    with pytest.raises(RefusedIdentity):
        id_token_claims(published.describe(), token, nonce="n")


def test_the_token_that_says_the_truth_is_believed(published: MockProvider, pair: rsa.RSAPrivateKey) -> None:
    token = jwt.encode(claims_of(published), pair, "RS256", headers={"kid": "k"})
    assert id_token_claims(published.describe(), token, nonce="n")["sub"] == "claire"


def signed_by_public_key(pair: rsa.RSAPrivateKey, claims: Claims, algorithm: str) -> str:
    """Return a token signed by HMAC with what everybody knows, under the name of an algorithm."""
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head, body = (encoded(json.dumps(part).encode()) for part in ({"alg": algorithm, "kid": "k"}, claims))
    signature = hmac.new(pair.public_key().public_bytes(*form), f"{head}.{body}".encode(), hashlib.sha256)
    return f"{head}.{body}.{encoded(signature.digest())}"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["HS256", "none", "RS256"])
def test_a_public_key_signs_nothing(published: MockProvider, pair: rsa.RSAPrivateKey, algorithm: str) -> None:
    token = signed_by_public_key(pair, claims_of(published), algorithm)
    with pytest.raises(RefusedIdentity):
        id_token_claims(published.describe(), token, nonce="n")


# Without case, PostgreSQL takes these letters for i and s, Python the third for k.
@pytest.mark.parametrize(
    "address",
    ["cla\u0131re.dubois@ville.example", "claire.duboi\u017f@ville.example", "clair\u212a@ville.example"],
)
def test_the_owner_of_an_address_that_looks_alike_opens_no_account(
    client: Client, provider: MockProvider, account: User, address: str
) -> None:
    User.objects.create_user("clairk", email="clairk@ville.example")
    provider.knows("mallory", email=address, email_verified=True)
    sign_in(client, "mallory")
    assert not SocialAccount.objects.exists()


# Answers that are malformed, or never end

TOKEN_ANSWERS: dict[str, Callable[[Any], Any]] = {
    "a list": lambda _answer: ["access_token"],
    "a number": lambda answer: answer | {"access_token": 5},
    "an id_token that is none": lambda answer: answer | {"id_token": {"a": 1}},
    "a thousand dots": lambda answer: answer | {"id_token": "." * 1_000},
}


@pytest.mark.parametrize("name", TOKEN_ANSWERS)
def test_a_malformed_answer_is_a_page_that_says_so(
    client: Client, provider: MockProvider, account: User, name: str
) -> None:
    provider.knows("claire", **VERIFIED)
    provider.tamper = answering(TOKEN, TOKEN_ANSWERS[name])
    assert sign_in(client, "claire").status_code == 400


def test_an_end_that_no_date_holds_is_not_read(client: Client, provider: MockProvider, account: User) -> None:
    provider.knows("claire", **VERIFIED)
    provider.tamper = answering(TOKEN, lambda answer: answer | {"expires_in": 1e308})
    sign_in(client, "claire")
    assert signed_in(client) == str(account.pk)


NAMES: dict[str, Claims] = {
    "too long": {"given_name": "x" * 500, "family_name": "y" * 151},
    "with a null character": {"given_name": "a\0b", "family_name": "Dubois\n"},
    "lists": {"given_name": ["a"], "family_name": {"a": 1}, "name": 5},
}


@pytest.mark.parametrize("kind", NAMES)
def test_names_that_no_column_holds_are_left_empty(
    client: Client, provider: MockProvider, settings: Settings, db: None, kind: str
) -> None:
    settings.IDENTITY_PROVIDERS = [provider.describe(created_domains=("ville.example",))]
    provider.tamper = answering(USERINFO, lambda known: {"sub": known["sub"]} | VERIFIED | NAMES[kind])
    provider.knows("claire", **VERIFIED)
    sign_in(client, "claire")
    made = User.objects.get(email=VERIFIED["email"])
    assert (made.first_name, made.last_name) == ("", "")


@pytest.mark.parametrize("local", ["x" * 400, "a\0b", "a\r\nbcc:x", "a b", "<b>"])
def test_an_address_that_no_message_reaches_opens_no_account(
    client: Client, provider: MockProvider, settings: Settings, db: None, local: str
) -> None:
    settings.IDENTITY_PROVIDERS = [provider.describe(created_domains=("ville.example",))]
    address = {"email": f"{local}@ville.example", "email_verified": True}
    provider.tamper = answering(USERINFO, lambda known: {"sub": known["sub"]} | address)
    provider.knows("claire", **VERIFIED)
    assert (sign_in(client, "claire").status_code, User.objects.exists()) == (403, False)


def test_an_answer_that_drips_is_left_at_the_end_of_its_time(
    client: Client, provider: MockProvider, account: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.knows("claire", **VERIFIED)
    back = authorize(leave(client), "claire")

    def drip(path: str, response: flask.Response) -> flask.Response:
        if path == TOKEN:
            response.response = (b" " for _byte in range(100_000))
            response.headers.pop("Content-Length", None)
        return response

    provider.tamper = drip
    clock = count(0, 2)  # seconds: two more each time that it is read
    transport = "gisportal.accounts.single_sign_on.oidc"
    monkeypatch.setattr(f"{transport}.time", SimpleNamespace(monotonic=lambda: next(clock)))
    assert client.get(back).status_code == 504
