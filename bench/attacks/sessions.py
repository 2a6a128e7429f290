"""Sessions of the measured site, opened in the database without a password: of an administrator, of any account."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from gisportal.accounts.models import User


def administrator_session() -> str:
    """Return the cookie of a new session of an administrator, who may make datasets."""
    account, _is_new = User.objects.get_or_create(username="producteur", is_superuser=True, is_staff=True)
    return account_session(account)


def account_session(account: User) -> str:
    """Return the cookie (``name=value``) of a new session of an account."""
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
