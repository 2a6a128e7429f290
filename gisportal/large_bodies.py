"""Large bodies: who may send one, decided before it is read, and the answer to one that is not read.

The server calls this with the head of a request alone (``gisportal.server.request_bodies``). A refused request goes
through the middleware like any other, with an empty body and without a view: counted, and answered in the form of its
protocol.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from importlib import import_module
from io import BytesIO
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from datasets.access import feeds_something, is_creator
from gisportal.accounts.credentials import identify, pop_tokens
from gisportal.accounts.models import User
from gisportal.accounts.sessions.services import is_over, limits_of
from gisportal.problems import answer, problem
from gisportal.protocols import is_machine
from gisportal.proxies import read_origin
from gisportal.server.client_connection import ClientConnection
from gisportal.server.request_bodies import REFUSED_BODY, BodyRefused, Lack, NoRoom, Refusal, Sender
from gisportal.server.wsgi_bridge import wsgi_environ
from interface.wording import size
from layers.errors import BodyTooLarge, Forbidden, LayersError, MissingCredentials
from layers.visitor import TOKEN_PARAMETER, open_account, visitor_of
from plui.loading.access import may_load
from tiles.rasters.presenters import feeds_rasters

# Senders looked up at once by a process, those that wait for it, and the time of one in seconds.
_AT_ONCE, _WAITING, _SECONDS = 2, 64, 5.0


class SenderCheck:
    """Finds the sender in the head of a request; bounded in number and time, in threads of its own."""

    def __init__(self, check: Callable[[dict[str, Any], Sender], bool]) -> None:
        self._check = check
        self._threads = ThreadPoolExecutor(_AT_ONCE, "sender")
        self._waiting = 0

    async def __call__(self, scope: dict[str, Any], sender: Sender) -> bool:
        """Return whether the sender of a request (an ASGI scope) may send a large body.

        Raises:
            NoRoom: too many are looked up, or the database does not say in time.
        """
        if not _names_somebody(scope):
            return False
        if self._waiting >= _WAITING:
            raise NoRoom(Lack.PROCESS)
        self._waiting += 1
        try:
            async with asyncio.timeout(_SECONDS):
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._threads, self._check, scope, sender)
        except (TimeoutError, DatabaseError, InterfaceError):
            raise NoRoom(Lack.PROCESS) from None
        finally:
            self._waiting -= 1


def may_send(scope: dict[str, Any], sender: Sender) -> bool:
    """Return whether the sender of a request may send a large body: five reads by key at most, and none is written.

    Wrong credentials give False: the middleware refuses them with the rest of the request.
    """
    request = WSGIRequest(wsgi_environ(scope, BytesIO(), 0, ClientConnection()))
    read_origin(request.META)
    try:
        request.session = _sessions()(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        request.user = AnonymousUser() if "Authorization" in request.headers else _user_of_session(request)
        visitor = identify(request, pop_tokens(request))
        if visitor.is_anonymous or not visitor.may_write:
            return False
        if sender is Sender.LOADER:
            return is_creator(visitor) or feeds_something(visitor)
        if sender is Sender.PLAN_LOADER:
            return may_load(visitor)
        return sender is not Sender.RASTER_LOADER or feeds_rasters(visitor)
    except LayersError:
        return False


def may_send_in_thread(scope: dict[str, Any], sender: Sender) -> bool:
    """Return what ``may_send`` does, and give the connection of this thread back."""
    try:
        return may_send(scope, sender)
    finally:
        connection.close()


def _names_somebody(scope: dict[str, Any]) -> bool:
    """Whether a request has credentials of any kind, good or not."""
    if TOKEN_PARAMETER in unquote_plus(scope["query_string"].decode("latin-1")):
        return True
    session = f"{settings.SESSION_COOKIE_NAME}=".encode()
    return any(
        name == b"authorization" or (name == b"cookie" and session in value)
        for name, value in scope["headers"]
    )


def _sessions() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


def _user_of_session(request: HttpRequest) -> User | AnonymousUser:
    """Return the account of a living session. Django's own function renews keys, which this request cannot send."""
    session = request.session
    key = session.get(SESSION_KEY)
    user = User.objects.filter(open_account(timezone.now()), pk=str(key)).first() if key else None
    if user is None:
        return AnonymousUser()
    written = session.get(HASH_SESSION_KEY, "")
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    is_genuine = any(constant_time_compare(written, digest) for digest in hashes)
    return user if is_genuine and not is_over(session, limits_of(user), now=time.time()) else AnonymousUser()


class RefusedBodyMiddleware:
    """Answers a request whose body the server did not read, before any view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refused = request.META.get(REFUSED_BODY)
        return self.get_response(request) if refused is None else _refusal(request, refused)


def _refusal(request: HttpRequest, refused: BodyRefused) -> HttpResponse:
    if refused.refusal is Refusal.TOO_LARGE:
        detail = _("Cet envoi dépasse %s, la limite de cette adresse.") % size(refused.bound.largest)
        return answer(request, BodyTooLarge(detail, parameter="body"))
    if refused.refusal is Refusal.DISK_FULL:
        detail = _("Le disque du serveur ne peut pas recevoir cet envoi. Prévenez l’équipe SIG.")
        return problem(request, HTTPStatus.INSUFFICIENT_STORAGE, title=_("Disque plein"), detail=detail)
    if visitor_of(request).is_anonymous and is_machine(request):
        return answer(request, MissingCredentials(_("Cette ressource demande un compte du portail.")))
    # A script of a page would read the sign-in page as its answer.
    if visitor_of(request).is_anonymous and request.accepts("text/html"):
        return redirect_to_login(request.get_full_path())
    return answer(request, Forbidden(_("Votre compte ne permet pas cette action.")))
