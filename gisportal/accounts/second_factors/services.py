"""Second factors: their secrets, of whom one is required, which an account has, codes accepted once, reset.

Secrets are encrypted in the database: a copy of it opens no account. The key comes from ``SECRET_KEY``; those of
``SECRET_KEY_FALLBACKS`` still read what they wrote.

The session counts, not the account: one opened by a password alone before its owner added a factor stays without,
until the factor is given in it. django-allauth stores in the session what was proved, and when.
"""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import translation
from django.utils.crypto import salted_hmac

from gisportal.accounts.jobs import enqueue_message
from gisportal.accounts.mail import reset_notice
from gisportal.accounts.models import User
from gisportal.accounts.sessions.services import end_sessions

__all__ = ["InvalidToken", "decrypt", "encrypt"]

# Every stored secret is encrypted with a key derived from this text: it stays, wherever this module moves.
_SALT = "gisportal.accounts.second_factors.secrets"


def encrypt(text: str) -> str:
    """Return a text that only this portal reads."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Return the text that was encrypted.

    Raises:
        InvalidToken: it was with a key that the settings do not hold any more.
    """
    return _cipher().decrypt(encrypted.encode()).decode()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (salted_hmac(_SALT, "second factors", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


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
    """Whether this session has no right yet, for lack of a second factor."""
    return is_enforced(user) and not has_proved_factor(request, user)


def needs_reminder(request: HttpRequest, user: User) -> bool:
    """Whether the page of an account that administers says that a second factor is required, and will be enforced."""
    if not settings.SECOND_FACTOR_GRACE or not is_required(user) or has_proved_factor(request, user):
        return False
    return user.is_superuser or (user.is_staff and bool(user.get_all_permissions()))


# What proves somebody by itself; recovery codes stand for one that is lost.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(user: User) -> QuerySet[Authenticator]:
    """Return the applications and passkeys of an account."""
    factors: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type__in=FACTORS)
    return factors


def has_second_factor(user: User) -> bool:
    """Whether an account has an application or a passkey."""
    return factors_of(user).exists()


def is_last_factor(authenticator: Authenticator) -> bool:
    """Whether an account has no other application or passkey than this one."""
    user = authenticator.user
    assert isinstance(user, User)
    return authenticator.type in FACTORS and not factors_of(user).exclude(pk=authenticator.pk).exists()


logger = logging.getLogger(__name__)
_CODES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """Whether a code is accepted, and the factor that it proves or, when it is wrong, the one that was tried."""

    is_accepted: bool
    authenticator: Authenticator | None = None


@transaction.atomic
def check_code(*, user: User, code: str) -> CodeCheck:
    """Accept a code of an application, or a recovery code, once.

    The rows of the factors are locked: of two requests that send a code at once, on any process, one is accepted.
    """
    # The application first when there is one: "totp" comes after "recovery_codes".
    rows = list(
        Authenticator.objects.select_for_update().filter(user=user, type__in=_CODES).order_by("-type")
    )
    accepted = next((row for row in rows if _accepts(row, code)), None)
    if accepted is None:
        return CodeCheck(False, rows[0] if rows else None)
    accepted.refresh_from_db()
    return CodeCheck(True, accepted)


def forget_code(authenticator: Authenticator, code: str) -> None:
    """Note that a code has served, so that it does not serve again (RFC 6238 §5.2)."""
    _accepts(authenticator, code)


def reset_second_factors(*, user: User) -> int:
    """Remove every factor of an account whose owner lost them, end its sessions, inform its owner; return how many.

    Each removal is signalled, as when owners remove theirs: the journal records the author of the request.
    """
    with transaction.atomic():
        removed = list(Authenticator.objects.select_for_update().filter(user=user))
        Authenticator.objects.filter(pk__in=[row.pk for row in removed]).delete()
        end_sessions(user=user)
    for row in removed:
        signals.authenticator_removed.send(
            sender=Authenticator, request=context.request, user=user, authenticator=row
        )
    if removed:
        with translation.override(user.message_language):
            enqueue_message(reset_notice(), user=user)
    return len(removed)


def _accepts(row: Authenticator, code: str) -> bool:
    try:
        if row.type == Authenticator.Type.RECOVERY_CODES:
            return bool(RecoveryCodes(row).validate_code(code))
        return _accepts_totp(row, code)
    except InvalidToken:
        logger.exception(
            "The secret of factor %s cannot be read: SECRET_KEY changed without a fallback", row.pk
        )
        return False


def _accepts_totp(row: Authenticator, code: str) -> bool:
    """Accept the code of a step later than the last one accepted: a code serves once, on every process."""
    secret, last = decrypt(row.data["secret"]), row.data.get("last_step", -1)
    for step in yield_hotp_counters_from_time():
        if step > last and compare_user_code(
            actual=code, expected=format_hotp_value(hotp_value(secret, step))
        ):
            row.data["last_step"] = step
            row.save(update_fields=["data"])
            return True
    return False
