"""Reads the account of a session, ends sessions that slept or lived too long, notes activity.

The key of those whose rights changed is renewed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from gisportal.accounts.models import User
from gisportal.accounts.sessions.services import (
    LAST_ACTIVITY,
    RIGHTS,
    digest_of_rights,
    is_over,
    is_stale,
    limits_of,
    note_activity,
    rename_session,
)
from gisportal.accounts.sessions.store import session_user
from gisportal.protocols import is_machine
from layers.visitor import Credential, visitor_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class SessionAccountMiddleware(AuthenticationMiddleware):
    """Sets ``request.user``, read with the session when it is first used."""

    def process_request(self, request: HttpRequest) -> None:
        """Put the account of the session on the request."""
        super().process_request(request)
        request.user = SimpleLazyObject(partial(session_user, request))  # type: ignore[assignment]  # as Django does


class SessionLimitMiddleware:
    """Signs out sessions idle for too long, and those of ended accounts, before the visitor is identified."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # A request without the cookie, or with other credentials, reads no session.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not _is_apart(request):
            self._limit(request)
        return self.get_response(request)

    def _limit(self, request: HttpRequest) -> None:
        user, now = request.user, time.time()
        if not isinstance(user, User):
            return
        if not user.is_open(at=timezone.now()):
            logout(request)
            return
        limits = limits_of(user)
        if is_over(request.session, limits, now=now):
            logout(request)
            if not is_machine(request):
                messages.info(
                    request, _("Votre session s’est fermée faute d’activité : connectez-vous de nouveau.")
                )
        elif is_stale(request.session, limits, now=now):
            request.session[LAST_ACTIVITY] = int(now)
            note_activity(request.session.session_key or "")


class SessionRotationMiddleware:
    """Gives a session a new key when the rights of its account changed: a key from before opens nothing new.

    Only on the opening of a page: its other requests with the former key would be lost.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and not _is_apart(request)
            and _opens_page(request)
        ):
            self._rotate(request)
        return self.get_response(request)

    def _rotate(self, request: HttpRequest) -> None:
        visitor = visitor_of(request)
        is_own = visitor.credential is Credential.SESSION and not visitor.is_observed
        if not is_own or not isinstance(request.user, User):
            return
        rights = digest_of_rights(request.user, visitor.groups)
        if request.session.get(RIGHTS, rights) != rights:
            former = request.session.session_key or ""
            request.session.cycle_key()
            rename_session(former, request.session.session_key or "")
            request.session[RIGHTS] = rights


def _is_apart(request: HttpRequest) -> bool:
    return request.path.startswith(settings.PROBE_PATHS) or "Authorization" in request.headers


def _opens_page(request: HttpRequest) -> bool:
    is_document = request.headers.get("Sec-Fetch-Dest", "document") == "document"
    return request.method == "GET" and is_document and not is_machine(request)
