"""HTTP Basic (RFC 7617) for machines: desktop GIS and scripts send credentials with every request.

Hashing a password takes a few hundred milliseconds by design. A pair that was accepted is remembered for some minutes
after its last use in this process, under a keyed digest and never in clear, together with the password hash it was
checked against: a changed password or a closed account is refused at once.

So is a pair that was refused, with nothing hashed or counted as an attempt again: a tool that was given a wrong
password sends it with every tile, and tells a guesser nothing new. Others at its address do not wait for that.
"""

from __future__ import annotations

import base64
import binascii

from django.contrib.auth import authenticate
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from gisportal.accounts.lockout import PASSWORD, attempt_succeeded, lockout_of
from gisportal.accounts.models import User
from layers.errors import WrongCredentials

_REMEMBER_SECONDS = 300
# No account has a longer name, and the journal of attempts holds no longer one.
_MAX_USERNAME = 150


def user_of_password(request: HttpRequest, username: str, password: str) -> User:
    """Return the account that has this name and password.

    Raises:
        WrongCredentials: no active account has them.
        TooManyAttempts: too many attempts on this account or from this network: the pair was not judged.
    """
    key = salted_hmac("gisportal.accounts.basic", f"{username}\x1f{password}", algorithm="sha256").hexdigest()
    known = _judged(key, username)
    if known is not None:
        return known
    user = authenticate(request, username=username, password=password)
    lockout = lockout_of(request)
    if lockout is not None:
        raise lockout
    if not isinstance(user, User):
        caches["refused-credentials"].set(key, _hash(_active(username)), _REMEMBER_SECONDS)
        raise _wrong()
    attempt_succeeded(request, PASSWORD, username)
    caches["credentials"].set(key, user.password, _REMEMBER_SECONDS)
    return user


def _judged(key: str, username: str) -> User | None:
    """Return the account whose pair was accepted some minutes ago; None when the pair is to be judged.

    Raises:
        WrongCredentials: the pair was refused some minutes ago, and the password is the same since.
    """
    accepted, refused = caches["credentials"].get(key), caches["refused-credentials"].get(key)
    if accepted is None and refused is None:
        return None
    user = _active(username)
    if user is not None and constant_time_compare(user.password, accepted or ""):
        caches["credentials"].touch(key, _REMEMBER_SECONDS)
        return user
    if constant_time_compare(_hash(user), refused or ""):
        raise _wrong()
    return None


def _wrong() -> WrongCredentials:
    return WrongCredentials(_("Identifiant ou mot de passe incorrect."))


def _active(username: str) -> User | None:
    return User.objects.filter(username=username, is_active=True).first()


def _hash(user: User | None) -> str:
    """Return the password hash of an account, a word that is none without one."""
    return user.password if user is not None else "nobody"


def pair_of_basic(encoded: str) -> tuple[str, str]:
    """Return the name and the password, or token, of an ``Authorization: Basic`` value.

    Raises:
        WrongCredentials: the value is malformed.
    """
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    username, separator, password = text.partition(":")
    if not separator or "\x00" in text or len(username) > _MAX_USERNAME:
        raise WrongCredentials(_("L’en-tête Authorization: Basic est illisible."))
    return username, password
