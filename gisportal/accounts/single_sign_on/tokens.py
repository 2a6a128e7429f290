"""ID tokens, and userinfo sent as a token: read only when the signature and everything that is promised are right.

OpenID Connect Core 1.0 §3.1.3.7 lets a client skip the signature of what it got over TLS; the portal never does. Only
public keys sign: ``none``, and HMAC whose key would be the shared secret or a public key taken for one, are refused.
"""

from __future__ import annotations

import hmac
from typing import Any

import jwt

from gisportal.accounts.single_sign_on.definitions import IdentityProvider
from gisportal.accounts.single_sign_on.discovery import configuration_of, key_of
from gisportal.accounts.single_sign_on.errors import RefusedIdentity

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# Seconds that two clocks may differ by.
_LEEWAY_SECONDS = 60
# ASCII characters of a subject: 255 by the standard, 191 in the column of identities.
_MAX_SUBJECT = 191


def id_token_claims(provider: IdentityProvider, token: str, *, nonce: str) -> dict[str, Any]:
    """Return the claims of an ID token made for this portal and for this sign-in.

    Raises:
        RefusedIdentity: signature, issuer, audience, time or nonce are wrong.
        RequestException: the keys of the provider cannot be asked.
    """
    claims = _verified(provider, token, required=["iss", "sub", "aud", "exp", "iat"])
    if not 0 < len(claims["sub"]) <= _MAX_SUBJECT or not (
        claims["sub"].isascii() and claims["sub"].isprintable()
    ):
        raise RefusedIdentity("the subject of the ID token is none (OpenID Connect Core 1.0 §2)")
    audience = claims["aud"]
    party = claims.get("azp")
    if (isinstance(audience, list) and len(audience) > 1 and party is None) or party not in (
        None,
        provider.client_id,
    ):
        raise RefusedIdentity("the ID token was made for another party")
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise RefusedIdentity("the ID token was made for another sign-in")
    return claims


def userinfo_claims(provider: IdentityProvider, token: str) -> dict[str, Any]:
    """Return the claims of a userinfo answer that is itself a signed token (§5.3.2; ProConnect).

    Raises:
        RefusedIdentity: signature, issuer, audience or time are wrong.
        RequestException: the keys of the provider cannot be asked.
    """
    return _verified(provider, token, required=["iss", "sub", "aud"])


def _verified(provider: IdentityProvider, token: str, *, required: list[str]) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise RefusedIdentity(f"tokens signed with {algorithm!r} are not accepted")
        key = key_of(provider, str(header.get("kid", "")))
        claims: dict[str, Any] = jwt.decode(
            token,
            key=key,
            algorithms=[algorithm],
            issuer=configuration_of(provider)["issuer"],
            audience=provider.client_id,
            leeway=_LEEWAY_SECONDS,
            options={"require": required},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise RefusedIdentity(f"the token of {provider.id} is refused: {error}") from error
    return claims
