"""Signed links that messages carry: who they are for, for what, until when, and whether they served already.

A key is signed with the portal's secret, dated, and holds a digest of the account's state. What a link leads to changes
that state (another password, another address), and so ends the link; nothing is stored.
"""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from gisportal.accounts.models import User


class LinkPurpose(StrEnum):
    """What a link is for; a key for one purpose opens nothing else."""

    RESET = "reset"
    INVITATION = "invitation"
    EMAIL = "email"


def max_age(purpose: LinkPurpose) -> int:
    """Return how long a link lives, in seconds."""
    ages: dict[str, int] = settings.LINK_MAX_AGE_S
    return ages[purpose]


def key_of(user: User, purpose: LinkPurpose, *, email: str = "") -> str:
    """Return the key of a link for an account; ``email`` is the address that it confirms."""
    content = {"user": user.pk, "email": email, "state": _state(user, purpose)}
    return signing.dumps(content, salt=_salt(purpose))


def link(name: str, key: str) -> str:
    """Return the address of a link: that of the portal, whatever host the request came by, and the page of a name."""
    return f"{settings.PORTAL_ADDRESS}{reverse(name, args=[key])}"


def read_key(key: str, purpose: LinkPurpose) -> tuple[User, str] | None:
    """Return the account of a key and the address it confirms; None when it is forged, too old or has served."""
    try:
        content = signing.loads(key, salt=_salt(purpose), max_age=max_age(purpose))
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=content["user"], is_active=True).first()
    if user is None or not constant_time_compare(content["state"], _state(user, purpose)):
        return None
    return user, content["email"]


def _salt(purpose: LinkPurpose) -> str:
    return f"gisportal.accounts.links.{purpose}"


def _state(user: User, purpose: LinkPurpose) -> str:
    """Return the digest of what a link changes; an invitation sent again ends the one before."""
    invited = user.invited_at.isoformat() if user.invited_at else ""
    parts = (user.password, user.email.casefold(), invited if purpose is LinkPurpose.INVITATION else "")
    return salted_hmac(_salt(purpose), "\x1f".join(parts), algorithm="sha256").hexdigest()[:32]
