"""What tests do with second factors: an application that gives codes, and a session that went through one."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.http import HttpResponse
from django.test import Client

from gisportal.accounts.models import User
from tests.people import PASSWORD

STEP_SECONDS = 30
SIGN_IN = "/compte/connexion/"
CODE_PAGE = "/compte/double-authentification/verification/"


def code_of(secret: str, *, steps: int = 0) -> str:
    """Return the code that an application shows now, or some steps later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP_SECONDS + steps))


def add_application(user: User) -> str:
    """Give an account an application of codes, with recovery codes; return the secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def recovery_codes(user: User) -> list[str]:
    """Return the recovery codes of an account that have not served."""
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return list(row.wrap().get_unused_codes())


def give_password(client: Client, user: User, *, wanted: str = "") -> HttpResponse:
    """Send the sign-in form."""
    form = {"username": user.get_username(), "password": PASSWORD, "next": wanted}
    return client.post(SIGN_IN, form)  # type: ignore[return-value]  # the client's own class


def give_code(client: Client, code: str) -> HttpResponse:
    """Send the code that ends a sign-in."""
    return client.post(CODE_PAGE, {"code": code})  # type: ignore[return-value]  # the client's own class
