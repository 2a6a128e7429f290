"""What the claims of a provider say about somebody: address, groups, second factor, organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from gisportal.accounts.single_sign_on.definitions import IdentityProvider

Claims = Mapping[str, Any]
MAX_EMAIL = 254  # RFC 5321 §4.5.3.1.3, and the column of accounts


def values_of(claims: Claims, name: str) -> frozenset[str]:
    """Return the values of a claim, which may be one value or a list; none when it is absent."""
    found = claims.get(name)
    values = found if isinstance(found, list) else [found]
    return frozenset(str(value) for value in values if isinstance(value, str | int) and value != "")


def verified_email(provider: IdentityProvider, claims: Claims) -> str:
    """Return the address that the provider answers for, in lower case; empty when there is none.

    It says ``email_verified`` (OpenID Connect Core 1.0 §5.1), or an administrator trusts it for the domain: Entra ID
    and ProConnect do not say it. An address that nobody checked links no account, whoever owns the name. One with other
    letters than those of ASCII is none either: PostgreSQL and Python compare ``ı``, ``ſ`` and the Kelvin sign without
    case like ``i``, ``s`` and ``k``, so that the owner of one address would open the account of another.
    """
    email = claims.get("email")
    if not isinstance(email, str):
        return ""
    email = email.strip()
    if not is_plain_address(email):
        return ""
    email = email.lower()
    is_verified = claims.get("email_verified") in (True, "true")
    return email if is_verified or domain_of(email) in provider.verified_domains else ""


def is_plain_address(email: str) -> bool:
    """Whether a text is an e-mail address in ASCII that a column of the portal holds."""
    try:
        validate_email(email)
    except ValidationError:
        return False
    return email.isascii() and len(email) <= MAX_EMAIL


def text_of(claims: Claims, names: Sequence[str], *, most: int) -> str:
    """Return the first of some claims that is a text of at most ``most`` printable characters; empty without one."""
    values = (claims.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and _is_label(value, most)), "")


def _is_label(value: str, most: int) -> bool:
    return 0 < len(value) <= most and value.isprintable()


def domain_of(email: str) -> str:
    """Return the domain of an address."""
    return email.rpartition("@")[2].lower()


def mapped_groups(provider: IdentityProvider, claims: Claims) -> frozenset[str]:
    """Return the names of the portal's groups that the claims give, among those that the provider decides."""
    values = values_of(claims, provider.groups_claim)
    return frozenset(group for value, group in provider.groups.items() if value in values)


def decided_groups(provider: IdentityProvider) -> frozenset[str]:
    """Return the names of the groups that the provider decides: it gives and withdraws these, and no other."""
    return frozenset(provider.groups.values())


def proves_second_factor(provider: IdentityProvider, claims: Claims) -> bool:
    """Whether the provider says that it asked for two factors (``acr``, ``amr``: RFC 8176), as configured.

    ``claims`` are those of the ID token, which says how this sign-in went.
    """
    rule = provider.second_factor
    if isinstance(rule, bool):
        return rule
    return any(values_of(claims, name) & frozenset(values) for name, values in rule.items())


def refused_claim(provider: IdentityProvider, claims: Claims) -> str:
    """Return the name of a required claim that has none of the values expected; empty when all have."""
    required = provider.required_claims.items()
    return next((name for name, values in required if not values_of(claims, name) & frozenset(values)), "")
