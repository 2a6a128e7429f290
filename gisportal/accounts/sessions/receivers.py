"""What a session is given when it opens and loses when it closes, whichever way somebody signs in."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from gisportal.accounts.models import User
from gisportal.accounts.sessions.limits import start
from gisportal.accounts.sessions.rights import RIGHTS, digest_of_rights


@receiver(user_logged_in, dispatch_uid="accounts.sessions.start")
def start_session(request: HttpRequest | None, user: User, **_named: Any) -> None:
    """Write when the session begins, and with which rights."""
    if request is not None and hasattr(request, "session"):
        start(request.session)
        groups = user.groups.values_list("pk", flat=True)
        request.session[RIGHTS] = digest_of_rights(user, groups)


@receiver(user_logged_out, dispatch_uid="accounts.sessions.forget")
def forget_session(request: HttpRequest | None, **_named: Any) -> None:
    """Take the session off the list of its account."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    if key:
        UserSession.objects.filter(session_key=key).delete()
