"""HTTP Basic (RFC 7617) for machines: desktop GIS and scripts send credentials with every request.

Hashing a password takes a few hundred milliseconds by design. A pair that was accepted is remembered for some minutes
in this process, under a keyed digest and never in clear, together with the password hash it was checked against: a
changed password or a closed account is refused at once.
"""

from __future__ import annotations

import base64
import binascii

from django.contrib.auth import authenticate, get_user_model
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from gisportal.accounts.models import User
from layers.errors import TooManyAttempts, WrongCredentials

_REMEMBER_SECONDS = 300
# No account has a longer name, and the journal of attempts holds no longer one.
_MAX_USERNAME = 150


def user_of_password(request: HttpRequest, username: str, password: str) -> User:
    """Return the account that has this name and password.

    Raises:
        WrongCredentials: no active account has them.
        TooManyAttempts: sign-in from this address on this account is locked for a while.
    """
    key = salted_hmac("gisportal.accounts.basic", f"{username}\x1f{password}", algorithm="sha256").hexdigest()
    remembered = caches["credentials"].get(key)
    if remembered is not None:
        user = get_user_model().objects.filter(username=username, is_active=True).first()
        if user is not None and constant_time_compare(user.password, remembered):
            return user
    user = authenticate(request, username=username, password=password)
    if getattr(request, "axes_locked_out", False):
        raise TooManyAttempts(_("Trop de tentatives de connexion : attendez un quart d’heure."))
    if not isinstance(user, User):
        raise WrongCredentials(_("Identifiant ou mot de passe incorrect."))
    caches["credentials"].set(key, user.password, _REMEMBER_SECONDS)
    return user


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
