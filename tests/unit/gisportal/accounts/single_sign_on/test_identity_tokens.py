"""Tokens of a provider: believed when everything that is promised is right, refused at the least forgery."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from gisportal.accounts.single_sign_on import oidc
from gisportal.accounts.single_sign_on.definitions import IdentityProvider
from gisportal.accounts.single_sign_on.oidc import RefusedIdentity

PROVIDER = IdentityProvider(
    id="agents",
    name="Mairie",
    server_url="https://sso.ville.example",
    client_id="portail",
    secret="partagé" * 8,
)
ISSUER, NONCE = "https://sso.ville.example", "n" * 43
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(autouse=True)
def _published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the provider publish an RSA and an elliptic key, and its issuer."""
    keys = {
        "rsa": jwt.PyJWK(json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(RSA.public_key()))),
        "ec": jwt.PyJWK(json.loads(jwt.algorithms.ECAlgorithm.to_jwk(CURVE.public_key()))),
    }
    monkeypatch.setattr(oidc, "key_of", lambda _provider, key_id: keys[key_id])
    monkeypatch.setattr(oidc, "configuration_of", lambda _provider: {"issuer": ISSUER})


def token(key: Any = RSA, algorithm: str = "RS256", kid: str = "rsa", **claims: Any) -> str:
    """Return an ID token whose claims are right but for these."""
    now = int(time.time())
    right = {"iss": ISSUER, "aud": "portail", "sub": "claire", "iat": now, "exp": now + 3_600, "nonce": NONCE}
    kept = {name: value for name, value in (right | claims).items() if value is not None}
    return jwt.encode(kept, key, algorithm=algorithm, headers={"kid": kid})


@pytest.mark.parametrize(
    "right", [token(), token(CURVE, "ES256", "ec"), token(aud=["portail"], azp="portail")]
)
def test_a_right_token_is_read(right: str) -> None:
    assert oidc.id_token_claims(PROVIDER, right, nonce=NONCE)["sub"] == "claire"


FORGED = {
    "another key": token(OTHER),
    "no signature": token("", "none"),
    "the shared secret as key": token(PROVIDER.secret, "HS256"),
    "another algorithm than the key's": token(CURVE, "ES256", "rsa"),
    "another issuer": token(iss="https://ailleurs.example"),
    "no issuer": token(iss=None),
    "another audience": token(aud="autre"),
    "two audiences without a party": token(aud=["portail", "autre"]),
    "another party": token(aud=["portail", "autre"], azp="autre"),
    "an old token": token(exp=int(time.time()) - 120),
    "no end": token(exp=None),
    "made tomorrow": token(iat=int(time.time()) + 86_400),
    "no subject": token(sub=None),
    "another nonce": token(nonce="m" * 43),
    "no nonce": token(nonce=None),
    "a part missing": token().rpartition(".")[0],
    "no token": "x",
    "nothing": "",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_a_forged_token_is_refused(forged: str) -> None:
    with pytest.raises(RefusedIdentity):
        oidc.id_token_claims(PROVIDER, forged, nonce=NONCE)


def test_a_session_without_nonce_believes_no_token() -> None:
    with pytest.raises(RefusedIdentity):
        oidc.id_token_claims(PROVIDER, token(nonce=""), nonce="")


def test_a_signed_userinfo_is_read() -> None:
    assert oidc.userinfo_claims(PROVIDER, token(siret="1", nonce=None, exp=None))["siret"] == "1"


def test_a_forged_userinfo_is_refused() -> None:
    with pytest.raises(RefusedIdentity):
        oidc.userinfo_claims(PROVIDER, token(OTHER, siret="1"))


@pytest.mark.parametrize(
    "address",
    [
        "https://ailleurs.example/jwks",
        "http://sso.ville.example/jwks",
        "https://sso.ville.example:8443/jwks",
        "https://sso.ville.example@ailleurs.example/",
        "file:///etc/passwd",
    ],
)
def test_no_other_host_is_asked(address: str) -> None:
    with (
        oidc.ProviderSession(PROVIDER.allowed_hosts) as session,
        pytest.raises(oidc.ForeignAddress),
    ):
        session.get(address)
