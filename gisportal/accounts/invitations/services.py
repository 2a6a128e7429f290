"""Inviting: the instant is written, the link is sent by a worker."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from gisportal.accounts.links import LinkPurpose, key_of, link, max_age
from gisportal.accounts.mail.messages import invitation
from gisportal.accounts.mail.services import send_message
from gisportal.accounts.models import User


class AccountState(StrEnum):
    """Where an account stands between its creation and its end."""

    CLOSED = "closed"
    ACTIVE = "active"
    NEVER_USED = "never-used"
    INVITED = "invited"
    EXPIRED = "expired"
    NOT_INVITED = "not-invited"


def state_of(user: User, *, at: dt.datetime) -> AccountState:
    """Return where an account stands at an instant."""
    if not user.is_active:
        return AccountState.CLOSED
    if user.has_usable_password() or (user.last_login and user.invited_at is None):
        return AccountState.ACTIVE if user.last_login else AccountState.NEVER_USED
    if user.invited_at is None:
        return AccountState.NOT_INVITED
    ends_at = user.invited_at + dt.timedelta(seconds=max_age(LinkPurpose.INVITATION))
    return AccountState.INVITED if at < ends_at else AccountState.EXPIRED


def send_invitation_link(*, user_id: int) -> None:
    """Send the link of an invited account, dated now; nothing when it is closed, has a password or no address."""
    invited = User.objects.filter(pk=user_id, is_active=True).exclude(invited_at=None).exclude(email="")
    user = invited.first()
    if user is not None and not user.has_usable_password():
        address = link("accounts:invitation", key_of(user, LinkPurpose.INVITATION))
        days = max_age(LinkPurpose.INVITATION) // 86_400
        send_message(invitation(address=address, username=user.username, days=days), user=user)


@transaction.atomic
def invite(user: User) -> None:
    """Write that an account is invited now: its password opens nothing more, and links sent before are dead."""
    user.set_unusable_password()
    user.invited_at = timezone.now()
    user.save(update_fields=["password", "invited_at"])
