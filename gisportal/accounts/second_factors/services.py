"""What is written about second factors: codes accepted once, factors reset."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import transaction

from gisportal.accounts.jobs import enqueue_message
from gisportal.accounts.models import User
from gisportal.accounts.notices import reset_notice
from gisportal.accounts.second_factors.secrets import InvalidToken, decrypt
from gisportal.accounts.sessions.services import end_sessions

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
    """Remove every factor of an account whose owner lost them, end its sessions, tell its owner; return how many.

    Each removal is signalled, as when owners remove theirs: the journal names who did it by the request.
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
