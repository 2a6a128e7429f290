"""The session of somebody who may make datasets, for an attack by files: opened in the database, without a password."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from gisportal.accounts.models import User


def administrator_session() -> str:
    """Return the cookie (``name=value``) of a new session of an administrator of the measured site."""
    account, _is_new = User.objects.get_or_create(username="producteur", is_superuser=True, is_staff=True)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
