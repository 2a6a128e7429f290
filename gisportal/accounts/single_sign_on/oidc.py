"""OpenID Connect with a provider: its published configuration, ID tokens, requests to it, sign-out there too.

Requests go to the hosts of a provider's description alone, for a few seconds, without redirections. Its addresses and
keys are read once an hour (Discovery 1.0). ID tokens, and userinfo sent as a token, are accepted only with a right
signature and claims: Core 1.0 §3.1.3.7 lets a client skip the signature of what it got over TLS; the portal never
does. Only public keys sign: ``none``, and HMAC whose key would be the shared secret or a public key taken for one,
are refused.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.provider import ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from urllib3.exceptions import HTTPError, ReadTimeoutError

from gisportal.accounts.single_sign_on.definitions import IdentityProvider, is_safe_address


class RefusedIdentity(OAuth2Error):
    """What the provider sent cannot be believed: signature, issuer, audience, nonce, time, form. For the log alone."""


class RefusedAccount(ProviderException):
    """The provider identified somebody whom the portal refuses; the message is for them, in their language."""


def providers() -> list[IdentityProvider]:
    """Return the providers, in the order of their description."""
    return list(settings.IDENTITY_PROVIDERS)


def provider_of(key: str) -> IdentityProvider:
    """Return a provider.

    Raises:
        SocialApp.DoesNotExist: none has this id, or has it any more.
    """
    match = next((provider for provider in providers() if provider.id == key), None)
    if match is None:
        raise SocialApp.DoesNotExist(key)
    return match


def application_of(provider: IdentityProvider) -> SocialApp:
    """Return a provider as django-allauth holds one; it is never saved."""
    return SocialApp(
        provider="openid_connect",
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.secret,
        settings={
            "server_url": provider.configuration_url,
            "scope": list(provider.scopes),
            "oauth_pkce_enabled": provider.uses_pkce,
        },
    )


# A configuration, a set of keys or what is said of somebody: more is not one of them.
MAX_BYTES = 512 * 1024
_CHUNK = 16 * 1024


class ForeignAddress(requests.RequestException):
    """An address that the description of the provider does not allow."""


class ProviderSession(requests.Session):
    """An HTTP session restricted to these hosts, behind TLS unless they are this machine."""

    def __init__(self, hosts: frozenset[str]) -> None:
        super().__init__()
        self._hosts = hosts

    def request(
        self, method: str | bytes, url: str | bytes, *arguments: Any, **named: Any
    ) -> requests.Response:
        """Send the request, and read the answer up to ``MAX_BYTES``.

        Raises:
            ForeignAddress: the host is not one of the provider's, or is asked in clear.
            RequestException: it does not answer in time, redirects, or says too much.
        """
        address = url if isinstance(url, str) else url.decode()
        if urlsplit(address).netloc not in self._hosts or not is_safe_address(address):
            raise ForeignAddress(f"{urlsplit(address).netloc} is not a host of the provider")
        deadline = time.monotonic() + settings.SOCIALACCOUNT_REQUESTS_TIMEOUT
        named |= {
            "timeout": settings.SOCIALACCOUNT_REQUESTS_TIMEOUT,
            "allow_redirects": False,
            "stream": True,
        }
        response = super().request(method, url, *arguments, **named)
        content = b"".join(_bounded(response, deadline))
        response._content = content  # what ``requests`` itself does when it reads a body
        if response.is_redirect:
            raise requests.TooManyRedirects(f"{address} redirects")
        return response


def _bounded(response: requests.Response, deadline: float) -> Iterator[bytes]:
    """Yield the body as it comes: a timeout of the socket bounds each silence, ``deadline`` the whole.

    Raises:
        requests.Timeout: the body has not ended at ``deadline`` (``time.monotonic``).
        requests.RequestException: it is longer than ``MAX_BYTES``, or cut.
    """
    size = 0
    try:
        while part := response.raw.read1(_CHUNK, decode_content=True):
            size += len(part)
            if size > MAX_BYTES:
                raise requests.RequestException("the answer of the provider is too long")
            if time.monotonic() > deadline:
                raise requests.Timeout("the answer of the provider is too slow")
            yield part
    except ReadTimeoutError as error:
        raise requests.Timeout("the answer of the provider stopped") from error
    except HTTPError as error:
        raise requests.ConnectionError("the answer of the provider is cut") from error
    finally:
        response.close()


_NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


def configuration_of(provider: IdentityProvider) -> dict[str, Any]:
    """Return the published configuration of a provider.

    Raises:
        RequestException: it does not answer.
        RefusedIdentity: what it answers is no configuration, that of another issuer (§4.3), or sends people or secrets
            in clear.
    """
    key = _memory(provider, provider.configuration_url)
    cached = cache.get(key)
    if cached is None:
        cached = _asked(provider, provider.configuration_url)
        missing = [name for name in _NEEDED if not isinstance(cached.get(name), str)]
        clear = [name for name in _NEEDED[1:] if name not in missing and not is_safe_address(cached[name])]
        if missing or clear:
            raise RefusedIdentity(f"the configuration of {provider.id} lacks {missing}, has in clear {clear}")
        if cached["issuer"].rstrip("/") != provider.issuer:
            raise RefusedIdentity(f"the configuration of {provider.id} is that of {cached['issuer']}")
        cache.set(key, cached, settings.IDENTITY_PROVIDER_MEMORY_SECONDS)
    return dict(cached)


def check_issuer(configuration: Mapping[str, Any], issuers: Sequence[str]) -> None:
    """Check the parameter ``iss`` of an authorization response against a configuration (RFC 9207 §2.4).

    ``issuers`` are the values of the parameter in the address. A provider that announces it must send it: an answer
    without it may come from another.

    Raises:
        RefusedIdentity: the answer comes from another issuer, or does not say which one.
    """
    announced = configuration.get("authorization_response_iss_parameter_supported") is True
    if set(issuers) - {configuration["issuer"]} or (announced and not issuers):
        raise RefusedIdentity("the answer comes from another issuer, or from none (RFC 9207 §2.4)")


def key_of(provider: IdentityProvider, key_id: str) -> jwt.PyJWK:
    """Return the public key that a token names; keys are read again when it is not among the cached ones.

    Raises:
        RequestException: the provider does not answer.
        RefusedIdentity: it publishes no such key.
    """
    address = configuration_of(provider)["jwks_uri"]
    memory = _memory(provider, address)
    remembered = cache.get(memory)
    key = _find(remembered, key_id) if remembered else None
    if key is None:
        published = _asked(provider, address)
        cache.set(memory, published, settings.IDENTITY_PROVIDER_MEMORY_SECONDS)
        key = _find(published, key_id)
    if key is None:
        raise RefusedIdentity(f"{provider.id} publishes no key {key_id!r}")
    return key


def _memory(provider: IdentityProvider, address: str) -> str:
    return f"identity-provider-{hashlib.sha256(f'{provider.id} {address}'.encode()).hexdigest()}"


def _find(published: dict[str, Any], key_id: str) -> jwt.PyJWK | None:
    try:
        keys = list(jwt.PyJWKSet.from_dict(published))
    except (jwt.PyJWTError, AttributeError) as error:
        raise RefusedIdentity("the keys of the provider cannot be read") from error
    # A set of one key need not name it (RFC 7517 §4.5).
    if not key_id and len(keys) == 1:
        return keys[0]
    return next((key for key in keys if key.key_id == key_id), None)


def _asked(provider: IdentityProvider, address: str) -> dict[str, Any]:
    with ProviderSession(provider.allowed_hosts) as session:
        response = session.get(address, headers={"Accept": "application/json"})
        response.raise_for_status()
        content = response.json()
    if not isinstance(content, dict):
        raise RefusedIdentity(f"{address} answers no JSON object")
    return content


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


# Where the session keeps which provider opened it, and the ID token that its sign-out asks for (§2).
SESSION_KEY = "identity_provider"


def remember_identity(request: HttpRequest, *, provider: str, id_token: str) -> None:
    """Store in the session what the sign-out at the provider needs."""
    request.session[SESSION_KEY] = {"provider": provider, "id_token": id_token}


def sign_out_of_provider(request: HttpRequest) -> tuple[IdentityProvider, str] | None:
    """Return the provider that opened the session, and where it ends its own; None without one, or when it is away."""
    remembered = request.session.get(SESSION_KEY)
    if not remembered:
        return None
    try:
        provider = provider_of(remembered["provider"])
        address = configuration_of(provider).get("end_session_endpoint")
    except (SocialApp.DoesNotExist, requests.RequestException, RefusedIdentity):
        return None
    if not provider.signs_out or not isinstance(address, str) or not is_safe_address(address):
        return None
    question = {
        "id_token_hint": remembered["id_token"],
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("single_sign_on_signed_out")),
        "state": secrets.token_urlsafe(32),
    }
    return provider, f"{address}{'&' if '?' in address else '?'}{urlencode(question)}"
