"""A provider of identities as an administrator describes it: OpenID Connect with what each kind needs.

``{"id": "agents", "name": "Mairie", "server_url": "https://sso.ville.example", "client_id": "portail"}`` and the secret
in ``PORTAL_IDENTITY_PROVIDER_AGENTS_SECRET``. Every key is in ``docs/identity-providers.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

# The last part of an address beside those of providers.
_TAKEN = "fin"
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}
# What a kind decides where the entry says nothing. ProConnect refuses any parameter that its documentation does not
# list, PKCE's among them, and tells how somebody signed in only when it is asked; Entra ID tells all in the ID token.
_KINDS: dict[str, dict[str, Any]] = {
    "openid": {},
    "proconnect": {
        "scopes": ["openid", "given_name", "usual_name", "email", "uid", "siret"],
        "uses_pkce": False,
        "asked_claims": {"id_token": {"amr": {"essential": True}}},
    },
    "entra": {"fetches_userinfo": False},
}


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """A provider of identities. ``hosts`` may be asked by the server beside that of ``server_url``.

    ``second_factor``: claims whose value says that the provider asked for two factors (``{"amr": ["mfa"]}``), or true
    when it always does. ``required_claims``: who has none of these values is refused. ``verified_domains``: domains
    whose addresses the provider is trusted for, even where it does not say ``email_verified``. ``created_domains``:
    those whose people get an account at their first sign-in. ``groups``: value of ``groups_claim`` → group's name.
    """

    id: str
    name: str
    server_url: str
    client_id: str
    secret: str = field(repr=False)
    kind: str = "openid"
    hosts: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    uses_pkce: bool = True
    fetches_userinfo: bool = True
    signs_out: bool = True
    acr_values: tuple[str, ...] = ()
    asked_claims: Mapping[str, Any] = field(default_factory=dict)
    second_factor: Mapping[str, tuple[str, ...]] | bool = False
    required_claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links_by_email: bool = True
    verified_domains: tuple[str, ...] = ()
    created_domains: tuple[str, ...] = ()
    groups_claim: str = "groups"
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def configuration_url(self) -> str:
        """Where the provider publishes its addresses (OpenID Connect Discovery 1.0 §4)."""
        if "/.well-known/" in self.server_url:
            return self.server_url
        return self.server_url.rstrip("/") + "/.well-known/openid-configuration"

    @property
    def issuer(self) -> str:
        """Who its configuration must say that it is, without a last slash (§4.3)."""
        return self.server_url.partition("/.well-known/")[0].rstrip("/")

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The hosts that the server may contact, with their port where one is written."""
        return frozenset({urlsplit(self.server_url).netloc, *self.hosts})


def secret_variable(key: str) -> str:
    """Return the environment variable that holds the secret of a provider."""
    return f"PORTAL_IDENTITY_PROVIDER_{key.upper().replace('-', '_')}_SECRET"


def is_safe_address(url: str) -> bool:
    """Whether an address is behind TLS, or on this machine."""
    address = urlsplit(url)
    return bool(address.hostname) and (
        address.scheme == "https" or (address.scheme == "http" and address.hostname in _LOOPBACK)
    )


def read_provider(entry: Any, secret_of: Callable[[str], str]) -> IdentityProvider:
    """Return the provider that an entry describes; ``secret_of`` gives the secret of its id.

    Raises:
        ValueError: the entry misses a key, has one too many, or a value that cannot be; the message names it.
    """
    if not isinstance(entry, dict):
        raise ValueError(f"entries must be objects, not {entry!r}")
    names = {item.name for item in fields(IdentityProvider)} - {"secret"}
    missing = [key for key in ("id", "name", "server_url", "client_id") if not entry.get(key)]
    unknown = sorted(set(entry) - names)
    if missing or unknown:
        raise ValueError(f"missing {missing}, unknown {unknown} in {entry.get('id', entry)}")
    kind = entry.get("kind", "openid")
    if kind not in _KINDS:
        raise ValueError(f"kind of {entry['id']!r} must be one of {sorted(_KINDS)}, not {kind!r}")
    values = {**_KINDS[kind], **entry}
    for key, value in values.items():
        if not _RULES[key](value):
            raise ValueError(f"{key} of {entry['id']!r} cannot be {value!r}")
    secret = secret_of(entry["id"])
    if not secret:
        raise ValueError(f"the secret of {entry['id']!r} is expected in {secret_variable(entry['id'])}")
    return IdentityProvider(secret=secret, **{key: _frozen(value) for key, value in values.items()})


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_domains(value: Any) -> bool:
    return _is_texts(value) and all(re.fullmatch(r"[a-z0-9.-]+\.[a-z]+", domain) for domain in value)


def _is_values_by_claim(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_texts(values) and values for values in value.values())


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


_RULES: dict[str, Callable[[Any], bool]] = {
    "id": lambda value: (
        isinstance(value, str) and value != _TAKEN and bool(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", value))
    ),
    "name": _is_text,
    "server_url": lambda value: isinstance(value, str) and is_safe_address(value),
    "client_id": _is_text,
    "kind": _is_text,
    "hosts": _is_texts,
    "scopes": lambda value: _is_texts(value) and "openid" in value,
    "uses_pkce": _is_flag,
    "fetches_userinfo": _is_flag,
    "signs_out": _is_flag,
    "acr_values": _is_texts,
    "asked_claims": lambda value: isinstance(value, dict),
    "second_factor": lambda value: _is_flag(value) or _is_values_by_claim(value),
    "required_claims": _is_values_by_claim,
    "links_by_email": _is_flag,
    "verified_domains": _is_domains,
    "created_domains": _is_domains,
    "groups_claim": _is_text,
    "groups": lambda value: isinstance(value, dict) and all(map(_is_text, value.values())),
}
