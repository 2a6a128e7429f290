"""Inviting: the instant is written, the link is sent by a worker."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from gisportal.accounts.links import LinkPurpose, key_of, max_age
from gisportal.accounts.mail.messages import invitation
from gisportal.accounts.mail.services import send_message
from gisportal.accounts.models import User


def send_invitation_link(*, user_id: int, origin: str) -> None:
    """Send the link of an invited account, dated now; nothing when it is closed or no longer invited."""
    user = User.objects.filter(pk=user_id, is_active=True).exclude(invited_at=None).exclude(email="").first()
    if user is not None:
        address = origin + reverse("accounts:invitation", args=[key_of(user, LinkPurpose.INVITATION)])
        days = max_age(LinkPurpose.INVITATION) // 86_400
        send_message(invitation(address=address, username=user.username, days=days), user=user)


def mark_invited(user: User) -> None:
    """Write that an account is invited now: links sent before are dead."""
    user.invited_at = timezone.now()
    user.save(update_fields=["invited_at"])
