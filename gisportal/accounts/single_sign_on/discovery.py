"""What a provider publishes: its addresses and its keys, asked once an hour (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from django.conf import settings
from django.core.cache import cache

from gisportal.accounts.single_sign_on.definitions import IdentityProvider, is_safe_address
from gisportal.accounts.single_sign_on.errors import RefusedIdentity
from gisportal.accounts.single_sign_on.transport import ProviderSession

_NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


def configuration_of(provider: IdentityProvider) -> dict[str, Any]:
    """Return the published configuration of a provider.

    Raises:
        RequestException: it does not answer.
        RefusedIdentity: what it answers is no configuration, that of another issuer (§4.3), or sends people or secrets
            in clear.
    """
    key = _memory(provider, provider.configuration_url)
    found = cache.get(key)
    if found is None:
        found = _asked(provider, provider.configuration_url)
        missing = [name for name in _NEEDED if not isinstance(found.get(name), str)]
        clear = [name for name in _NEEDED[1:] if name not in missing and not is_safe_address(found[name])]
        if missing or clear:
            raise RefusedIdentity(f"the configuration of {provider.id} lacks {missing}, has in clear {clear}")
        if found["issuer"].rstrip("/") != provider.issuer:
            raise RefusedIdentity(f"the configuration of {provider.id} is that of {found['issuer']}")
        cache.set(key, found, settings.IDENTITY_PROVIDER_MEMORY_SECONDS)
    return dict(found)


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
    """Return the public key that a token names; keys are asked again when it is not among those remembered.

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
