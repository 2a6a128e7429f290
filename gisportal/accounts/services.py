"""What is written about accounts: tokens, signed links, invitations, passwords and addresses chosen by a link."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from gisportal.accounts.mail import email_change, invitation, password_reset, send_message
from gisportal.accounts.models import AccountBatch, ShareLinkDay, Token, User
from gisportal.accounts.sessions.services import end_sessions
from gisportal.accounts.tokens import digest_of, new_token, prefix_of
from gisportal.accounts.vocabulary import TokenScope
from layers.visitor import open_account


def remember_language(user: User, language: str) -> None:
    """Write to an account in a language from now on, when the portal speaks it; others are ignored."""
    if language != user.language and language in dict(settings.LANGUAGES):
        user.language = language
        User.objects.filter(pk=user.pk).update(language=language)


class LinkPurpose(StrEnum):
    """What a link is for; a key for one purpose opens nothing else."""

    RESET = "reset"
    INVITATION = "invitation"
    EMAIL = "email"


def max_age(purpose: LinkPurpose) -> int:
    """Return the life of a link, in seconds."""
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
    user = User.objects.filter(open_account(timezone.now()), pk=content["user"]).first()
    if user is None or not constant_time_compare(content["state"], _state(user, purpose)):
        return None
    return user, content["email"]


def _salt(purpose: LinkPurpose) -> str:
    return f"gisportal.accounts.services.{purpose}"


def _state(user: User, purpose: LinkPurpose) -> str:
    """Return the digest of what a link changes; an invitation sent again ends the one before."""
    invited = user.invited_at.isoformat() if user.invited_at else ""
    parts = (user.password, user.email.casefold(), invited if purpose is LinkPurpose.INVITATION else "")
    return salted_hmac(_salt(purpose), "\x1f".join(parts), algorithm="sha256").hexdigest()[:32]


# Sent with ``tokens``: the id, the id of the account and the prefix of each that is revoked.
tokens_revoked = Signal()
# Of SCIM, sent with ``token``, ``call`` (« PATCH /Users/12 ») and ``status``, once its writes stand or are undone.
directory_called = Signal()
# Sent with ``token`` and ``step``: created, groups, trial or revoked.
directory_token_written = Signal()
# How old the last use may look: a read then writes once an hour at most.
USE_PRECISION = dt.timedelta(hours=1)


def create_token(*, user: User, name: str, scope: TokenScope, days: int) -> tuple[Token, str]:
    """Create a token and return it with its text, which cannot be read again."""
    text = new_token()
    now = timezone.now()
    token = Token.objects.create(
        user=user,
        name=name,
        scope=scope,
        prefix=prefix_of(text),
        digest=digest_of(text),
        created_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    return token, text


def revoke_tokens(tokens: QuerySet[Token]) -> int:
    """Revoke, for ever, those of these tokens that are not yet; return how many."""
    living = list(tokens.filter(revoked_at=None).values_list("pk", "user_id", "prefix"))
    count = tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    tokens_revoked.send(sender=Token, tokens=living)
    return count


def note_use(*, token: Token, at: dt.datetime) -> None:
    """Write when a token was last used, unless what is written is recent enough."""
    if token.last_used_at is None or token.last_used_at < at - USE_PRECISION:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=at - USE_PRECISION)
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=at)


class AccountState(StrEnum):
    """Where an account stands between its creation and its end."""

    CLOSED = "closed"
    ENDED = "ended"
    ACTIVE = "active"
    NEVER_USED = "never-used"
    INVITED = "invited"
    EXPIRED = "expired"
    NOT_INVITED = "not-invited"


def state_of(user: User, *, at: dt.datetime) -> AccountState:
    """Return where an account stands at an instant."""
    if not user.is_active:
        return AccountState.CLOSED
    if not user.is_open(at=at):
        return AccountState.ENDED
    if user.has_usable_password() or (user.last_login and user.invited_at is None):
        return AccountState.ACTIVE if user.last_login else AccountState.NEVER_USED
    if user.invited_at is None:
        return AccountState.NOT_INVITED
    ends_at = user.invited_at + dt.timedelta(seconds=max_age(LinkPurpose.INVITATION))
    return AccountState.INVITED if at < ends_at else AccountState.EXPIRED


def send_invitation_link(*, user_id: int) -> None:
    """Send the link of an invited account, dated now; nothing when it is closed, has a password or no address."""
    accounts = User.objects.filter(open_account(timezone.now()), pk=user_id)
    invited = accounts.exclude(invited_at=None).exclude(email="")
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


def close_access(*, user: User, tokens: QuerySet[Token], keep: str = "") -> None:
    """Revoke these tokens of an account, and end its sessions except the one whose key is ``keep``."""
    revoke_tokens(tokens.filter(user=user))
    end_sessions(user=user, keep=keep)


@transaction.atomic
def choose_password(*, key: str, purpose: LinkPurpose, password: str) -> User | None:
    """Give the account of a link this password; None when the link has served in the meantime."""
    match = read_key(key, purpose)
    if match is None:
        return None
    User.objects.select_for_update().filter(pk=match[0].pk).first()
    # Read again behind the lock: of two requests with one link, the second finds it used.
    match = read_key(key, purpose)
    if match is None:
        return None
    user = match[0]
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


# How long changes of several accounts can be undone, and stay written.
UNDO_DAYS = 31


def remove_old_days(*, at: dt.datetime) -> None:
    """Remove the openings by day of share links that no page shows any more; the total of each link stays."""
    before = timezone.localdate(at) - dt.timedelta(days=ShareLinkDay.DAYS)
    ShareLinkDay.objects.filter(day__lte=before).delete()


def remove_old_batches() -> int:
    """Remove the lots of changes of accounts that can no longer be undone; return how many."""
    oldest = timezone.now() - dt.timedelta(days=UNDO_DAYS)
    count, _kinds = AccountBatch.objects.filter(created_at__lt=oldest).delete()
    return count


def send_reset_links(*, email: str) -> None:
    """Send a link to each open account that has this address; who never chose a password gets the invitation again."""
    for user in User.objects.filter(open_account(timezone.now()), email__iexact=email):
        if user.has_usable_password():
            address = link("accounts:reset-password", key_of(user, LinkPurpose.RESET))
            message = password_reset(address=address, minutes=max_age(LinkPurpose.RESET) // 60)
            send_message(message, user=user)
        elif user.invited_at is not None:
            send_invitation_link(user_id=user.pk)


def send_email_link(*, user_id: int, email: str) -> None:
    """Send the link that confirms an address; nothing when another account has it, or this one is closed."""
    user = User.objects.filter(open_account(timezone.now()), pk=user_id).first()
    if user is not None and is_free(email, user):
        key = key_of(user, LinkPurpose.EMAIL, email=email)
        address = link("accounts:confirm-email", key)
        message = email_change(address=address, hours=max_age(LinkPurpose.EMAIL) // 3_600)
        send_message(message, user=user, to=email)


def is_free(email: str, user: User) -> bool:
    """Whether no other account has an address."""
    return not User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists()


@transaction.atomic
def change_email(key: str) -> tuple[User, str] | None:
    """Give an account the address of a link; return it with its former address, None when the link is dead."""
    match = read_key(key, LinkPurpose.EMAIL)
    if match is None or not is_free(match[1], match[0]):
        return None
    user, former = match[0], match[0].email
    user.email = match[1]
    user.save(update_fields=["email"])
    # django-allauth's own table follows the account.
    EmailAddress.objects.filter(user=user).delete()
    return user, former
