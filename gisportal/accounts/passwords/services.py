"""What is written when a password changes: the password, and the end of what the former one had opened."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from gisportal.accounts.invitations.services import send_invitation_link
from gisportal.accounts.links import LinkPurpose, key_of, link, max_age, read_key
from gisportal.accounts.mail.messages import password_reset
from gisportal.accounts.mail.services import send_message
from gisportal.accounts.models import Token, User
from gisportal.accounts.services import revoke_tokens
from gisportal.accounts.sessions.services import end_sessions


def close_access(*, user: User, tokens: QuerySet[Token], keep: str = "") -> None:
    """Revoke these tokens of an account, and end its sessions but the one whose key is ``keep``."""
    revoke_tokens(tokens.filter(user=user))
    end_sessions(user=user, keep=keep)


@transaction.atomic
def choose_password(*, key: str, purpose: LinkPurpose, password: str) -> User | None:
    """Give the account of a link this password; None when the link has served in the meantime."""
    found = read_key(key, purpose)
    if found is None:
        return None
    User.objects.select_for_update().filter(pk=found[0].pk).first()
    # Read again behind the lock: of two requests with one link, the second finds it used.
    found = read_key(key, purpose)
    if found is None:
        return None
    user = found[0]
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def send_reset_links(*, email: str) -> None:
    """Send a link to each open account that has this address; who never chose a password gets the invitation again."""
    for user in User.objects.filter(email__iexact=email, is_active=True):
        if user.has_usable_password():
            address = link("accounts:reset-password", key_of(user, LinkPurpose.RESET))
            message = password_reset(address=address, minutes=max_age(LinkPurpose.RESET) // 60)
            send_message(message, user=user)
        elif user.invited_at is not None:
            send_invitation_link(user_id=user.pk)
