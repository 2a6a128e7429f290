"""Of whom a second factor is required, and whether a session has proved one.

What counts is the session, not the account: one that was opened by a password alone before its owner added a factor
stays without, until the factor is given in it. django-allauth keeps in the session what somebody proved, and when.
"""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from gisportal.accounts.models import User


def is_required(user: User) -> bool:
    """Whether an account must have a second factor, by ``SECOND_FACTOR_REQUIRED``."""
    whose = settings.SECOND_FACTOR_REQUIRED
    return whose == "everyone" or (whose == "administrators" and (user.is_superuser or user.is_staff))


def is_enforced(user: User) -> bool:
    """Whether an account has no right before it has one: it is required, and nothing grants a delay."""
    return is_required(user) and not settings.SECOND_FACTOR_GRACE


def has_proved_factor(request: HttpRequest, user: User) -> bool:
    """Whether a second factor was given in this session: at sign-in, again since, or when it was added."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def is_restricted(request: HttpRequest, user: User) -> bool:
    """Whether this session has no right yet, for want of a second factor."""
    return is_enforced(user) and not has_proved_factor(request, user)


def needs_reminder(request: HttpRequest, user: User) -> bool:
    """Whether pages say that a second factor is required, and will be enforced."""
    return settings.SECOND_FACTOR_GRACE and is_required(user) and not has_proved_factor(request, user)
