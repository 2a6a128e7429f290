"""Devices where somebody signed in: a signed cookie names them, so that what strangers try elsewhere does not count.

OWASP, "Device cookies": failures from a device that already signed in to an account are counted by that device alone,
so that nobody shuts its owner out by guessing elsewhere. A cookie is worth nothing else: it opens no session. Each
sign-in writes another number, so that a copy of the cookie is no way to begin again at zero. Accounts are digests keyed
with the portal's secret: who reads the cookie learns no name.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

MAX_AGE_SECONDS = 180 * 24 * 3_600
# Accounts that one browser is known for: a desk that colleagues share.
MAX_ACCOUNTS = 6
_SALT = "gisportal.accounts.devices"

# The digest of an account: the number of the device for it, and when it signed in.
Known = dict[str, tuple[str, int]]


def device_of(request: HttpRequest, username: str) -> str:
    """Return the number of the device that a request comes from, if this account signed in there; else nothing."""
    number, _since = _known_accounts(request).get(_account(username), ("", 0))
    return number


def remember_device(request: HttpRequest, response: HttpResponseBase, username: str) -> None:
    """Write in the answer that an account signed in on this device."""
    known = _known_accounts(request)
    known.pop(_account(username), None)
    known[_account(username)] = (secrets.token_hex(8), int(time.time()))
    latest = dict(list(known.items())[-MAX_ACCOUNTS:])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(latest, salt=_SALT),
        max_age=MAX_AGE_SECONDS,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def _account(username: str) -> str:
    return salted_hmac(_SALT, username, algorithm="sha256").hexdigest()[:20]


def _known_accounts(request: HttpRequest) -> Known:
    """Return the accounts that signed in on a device, the latest last; none when the cookie is not ours."""
    try:
        read: dict[str, Any] = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_SALT)
    except signing.BadSignature:
        return {}
    oldest = time.time() - MAX_AGE_SECONDS
    return {account: (number, since) for account, (number, since) in read.items() if since > oldest}
