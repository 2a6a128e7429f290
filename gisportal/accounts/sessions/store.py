"""Django's sessions of the database, read with the account that they are of, by a statement planned once a connection.

Each request of somebody signed in begins with this read. Only it differs from Django's store: what a session holds, how
it is signed, written and ended is Django's, and so is the table, so that sessions opened before go on.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from gisportal.accounts.models import User
from gisportal.accounts.queries import AccountWithGroups, account_with_groups, session_row
from layers.cache import BoundedCache

_COLUMNS = ("session_key", "session_data", "expire_date")
_BACKEND = "django.contrib.auth.backends.ModelBackend"
# The number of the account of a session, by its key, so that both are read at once. It is compared with the session.
_owners: BoundedCache[int] = BoundedCache(5_000, is_counted=False)


class SessionStore(DatabaseStore):
    """The session of a key; ``account`` is what was read with it, its own or nobody's."""

    account: AccountWithGroups | None = None

    def _get_session_from_db(self) -> Any:
        """Return the row of a session that has not expired; without one the store has no key, as Django's."""
        key = self.session_key or ""
        row = session_row(key, timezone.now(), _owners.get(key))
        if row is None:
            self._session_key = None
            return None
        values, self.account = row
        return self.model.from_db("default", _COLUMNS, values)


def session_user(request: HttpRequest) -> User | AnonymousUser:
    """Return the account of the session of a request, as Django's ``get_user``, which decides what is not plain.

    Plain is an open account whose password is that of when the session was opened.
    """
    session = request.session
    owner, backend = str(session.get(SESSION_KEY, "")), session.get(BACKEND_SESSION_KEY)
    if not owner.isdecimal() or backend != _BACKEND or backend not in settings.AUTHENTICATION_BACKENDS:
        return _of_django(request)
    account: AccountWithGroups | None = getattr(session, "account", None)
    if account is None or str(account.user.pk) != owner:
        account = account_with_groups(int(owner))
        if isinstance(session, SessionStore):
            session.account = account
            _owners.store(session.session_key, int(owner))
    if account is None or not account.user.is_active or not _has_same_password(request, account.user):
        return _of_django(request)
    return account.user


def session_groups(request: HttpRequest) -> frozenset[int] | None:
    """Return the groups that were read with the account of the session of a request; None when they were not."""
    user, account = request.user, getattr(request.session, "account", None)
    return account.groups if account is not None and user == account.user else None


def _has_same_password(request: HttpRequest, user: User) -> bool:
    return constant_time_compare(request.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def _of_django(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    assert isinstance(user, User | AnonymousUser)
    return user
