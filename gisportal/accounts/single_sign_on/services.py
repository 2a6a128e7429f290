"""Whose account a provider opens: the one linked to it, one of the same verified address, or a new one; and its groups.

Nothing here makes a superuser or a member of staff, whatever the claims: those are made by hand, and no setting says
otherwise.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from allauth.core import context
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gisportal.accounts.models import User
from gisportal.accounts.single_sign_on.definitions import IdentityProvider
from gisportal.accounts.single_sign_on.oidc import RefusedAccount, providers

Claims = Mapping[str, Any]
MAX_EMAIL = 254  # RFC 5321 §4.5.3.1.3, and the column of accounts


def values_of(claims: Claims, name: str) -> frozenset[str]:
    """Return the values of a claim, which may be one value or a list; none when it is absent."""
    claim = claims.get(name)
    values = claim if isinstance(claim, list) else [claim]
    return frozenset(str(value) for value in values if isinstance(value, str | int) and value != "")


def verified_email(provider: IdentityProvider, claims: Claims) -> str:
    """Return the address verified by the provider, in lower case; empty when there is none.

    It says ``email_verified`` (OpenID Connect Core 1.0 §5.1), or an administrator trusts it for the domain: Entra ID
    and ProConnect do not say it. An unverified address links no account. One with letters outside ASCII is refused
    too: PostgreSQL and Python compare ``ı``, ``ſ`` and the Kelvin sign without case like ``i``, ``s`` and ``k``, so
    that the owner of one address would open the account of another.
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
    """Whether the provider proves two factors (``acr``, ``amr``: RFC 8176), as configured.

    ``claims`` are those of the ID token, which describes this sign-in.
    """
    rule = provider.second_factor
    if isinstance(rule, bool):
        return rule
    return any(values_of(claims, name) & frozenset(values) for name, values in rule.items())


def refused_claim(provider: IdentityProvider, claims: Claims) -> str:
    """Return the name of a required claim that has none of the values expected; empty when all have."""
    required = provider.required_claims.items()
    return next((name for name, values in required if not values_of(claims, name) & frozenset(values)), "")


def accounts_of_email(email: str) -> list[User]:
    """Return the accounts that have this address, closed ones too, whatever its case; two are enough to be too many."""
    return list(User.objects.filter(email__iexact=email)[:2])


def username_exists(username: str) -> bool:
    """Whether an account has this name, whatever its case."""
    return User.objects.filter(username__iexact=username).exists()


def identities_of(user: User) -> list[tuple[SocialAccount, IdentityProvider]]:
    """Return what an account is linked to, with its provider, those of providers that are gone left out."""
    by_id = {provider.id: provider for provider in providers()}
    linked = SocialAccount.objects.filter(user=user, provider__in=by_id).order_by("provider", "pk")
    return [(identity, by_id[identity.provider]) for identity in linked]


logger = logging.getLogger(__name__)
_USERNAME_LENGTH = 150


@transaction.atomic
def account_of_identity(provider: IdentityProvider, login: SocialLogin, *, claims: Claims) -> User:
    """Set the account that signs in on ``login`` and return it, with the groups that the claims give.

    Raises:
        RefusedAccount: no account is theirs and none may be opened, theirs is closed, or they lack a required claim.
    """
    if refused_claim(provider, claims):
        raise RefusedAccount(
            _("%s vous a reconnu, mais ce portail n’est pas ouvert à votre organisation.") % provider.name
        )
    linked: Any = login.user if login.account.pk else None
    user: User | None = linked
    if user is None:
        user = _linked_by_email(provider, login, claims) or _created(provider, login, claims)
    if not user.is_open(at=timezone.now()):
        raise RefusedAccount(_("Ce compte du portail est fermé : écrivez à l’équipe du portail."))
    set_mapped_groups(provider, user, claims=claims)
    return user


def set_mapped_groups(provider: IdentityProvider, user: User, *, claims: Claims) -> None:
    """Give and withdraw the groups that the provider decides, and leave the others as they are."""
    decided, mapped = decided_groups(provider), mapped_groups(provider, claims)
    if "_claim_names" in claims:  # Entra ID, over 200 groups: it names an address instead of listing them
        logger.warning("%s leaves claims out of the token of account %s", provider.id, user.pk)
    existing = {group.name: group for group in Group.objects.filter(name__in=decided)}
    if unknown := mapped - set(existing):
        logger.warning("%s maps to groups that do not exist: %s", provider.id, sorted(unknown))
    current = set(user.groups.filter(name__in=decided).values_list("name", flat=True))
    user.groups.add(*(existing[name] for name in mapped - current if name in existing))
    user.groups.remove(*(existing[name] for name in current - mapped))


def _linked_by_email(provider: IdentityProvider, login: SocialLogin, claims: Claims) -> User | None:
    """Link the account of the verified address, and inform its owner; None when there is none.

    Raises:
        RefusedAccount: several accounts have it, or it has another identity of this provider already.
    """
    email = verified_email(provider, claims)
    accounts = accounts_of_email(email) if email and provider.links_by_email else []
    if not accounts:
        return None
    if len(accounts) > 1:
        raise RefusedAccount(
            _("Plusieurs comptes du portail ont cette adresse : écrivez à l’équipe du portail.")
        )
    user = accounts[0]
    if SocialAccount.objects.filter(user=user, provider=provider.id).exists():
        raise RefusedAccount(
            _("Le compte du portail qui a cette adresse est déjà lié à une autre identité de %s.")
            % provider.name
        )
    if user.is_open(at=timezone.now()):
        login.connect(context.request, user)
    return user


def _created(provider: IdentityProvider, login: SocialLogin, claims: Claims) -> User:
    """Open an account for somebody of a domain of the settings.

    Raises:
        RefusedAccount: nobody named theirs, or the provider does not answer for the address.
    """
    email = verified_email(provider, claims)
    if not email or domain_of(email) not in provider.created_domains or accounts_of_email(email):
        raise RefusedAccount(
            _(
                "%s vous a reconnu, mais aucun compte du portail n’est à vous : demandez-en un à l’équipe du portail."
            )
            % provider.name
        )
    user: Any = login.user
    user.username, user.email = _free_username(email), email
    user.set_unusable_password()
    login.save(context.request, connect=True)
    assert isinstance(user, User)
    return user


def _free_username(email: str) -> str:
    """Return the part of the address before its domain, or the address when that name is taken."""
    short = email.partition("@")[0][:_USERNAME_LENGTH]
    return email[:_USERNAME_LENGTH] if username_exists(short) else short
