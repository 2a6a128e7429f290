"""Whose account a provider opens: the one linked to it, one of the same verified address, or a new one; and its groups.

Nothing here makes a superuser or a member of staff, whatever the claims: those are made by hand, and no setting says
otherwise.
"""

from __future__ import annotations

import logging
from typing import Any

from allauth.core import context
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from gisportal.accounts.models import User
from gisportal.accounts.single_sign_on.claims import (
    Claims,
    decided_groups,
    domain_of,
    mapped_groups,
    refused_claim,
    verified_email,
)
from gisportal.accounts.single_sign_on.definitions import IdentityProvider
from gisportal.accounts.single_sign_on.errors import RefusedAccount
from gisportal.accounts.single_sign_on.queries import accounts_of_email, is_username_taken

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
    known: Any = login.user if login.account.pk else None
    user: User | None = known
    if user is None:
        user = _linked_by_email(provider, login, claims) or _created(provider, login, claims)
    if not user.is_active:
        raise RefusedAccount(_("Ce compte du portail est fermé : écrivez à l’équipe du portail."))
    set_mapped_groups(provider, user, claims=claims)
    return user


def set_mapped_groups(provider: IdentityProvider, user: User, *, claims: Claims) -> None:
    """Give and withdraw the groups that the provider decides, and leave the others as they are."""
    decided, given = decided_groups(provider), mapped_groups(provider, claims)
    if "_claim_names" in claims:  # Entra ID, over 200 groups: it names an address instead of listing them
        logger.warning("%s leaves claims out of the token of account %s", provider.id, user.pk)
    known = {group.name: group for group in Group.objects.filter(name__in=decided)}
    if unknown := given - set(known):
        logger.warning("%s maps to groups that do not exist: %s", provider.id, sorted(unknown))
    held = set(user.groups.filter(name__in=decided).values_list("name", flat=True))
    user.groups.add(*(known[name] for name in given - held if name in known))
    user.groups.remove(*(known[name] for name in held - given))


def _linked_by_email(provider: IdentityProvider, login: SocialLogin, claims: Claims) -> User | None:
    """Link the account of the verified address, and tell its owner; None when there is none.

    Raises:
        RefusedAccount: several accounts have it, or it has another identity of this provider already.
    """
    email = verified_email(provider, claims)
    found = accounts_of_email(email) if email and provider.links_by_email else []
    if not found:
        return None
    if len(found) > 1:
        raise RefusedAccount(
            _("Plusieurs comptes du portail ont cette adresse : écrivez à l’équipe du portail.")
        )
    user = found[0]
    if SocialAccount.objects.filter(user=user, provider=provider.id).exists():
        raise RefusedAccount(
            _("Le compte du portail qui a cette adresse est déjà lié à une autre identité de %s.")
            % provider.name
        )
    if user.is_active:
        login.connect(context.request, user)
    return user


def _created(provider: IdentityProvider, login: SocialLogin, claims: Claims) -> User:
    """Open an account for somebody of a domain that the administrator named.

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
    """Return the part of the address before its domain, or the address when somebody is called so."""
    short = email.partition("@")[0][:_USERNAME_LENGTH]
    return email[:_USERNAME_LENGTH] if is_username_taken(short) else short
