"""Sessions: their limits, the rights they were opened with, the list of an account, their end."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from gisportal.accounts.models import User
from gisportal.client_address import network_of

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
# Activity is written as seldom as this, in seconds: a page does not write a row at each request.
_PRECISION_S = 300


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Seconds without activity, and seconds since sign-in, after which a session ends."""

    idle: int
    absolute: int

    @property
    def precision(self) -> int:
        """How old, in seconds, the activity that is written may be."""
        return min(_PRECISION_S, self.idle // 12)


def limits_of(user: User) -> SessionLimits:
    """Return the limits of an account's sessions."""
    kind = "administrators" if user.is_staff or user.is_superuser else "people"
    idle, absolute = settings.SESSION_LIMITS_S[kind]
    return SessionLimits(idle, absolute)


def start(session: SessionBase) -> None:
    """Write in a session that it begins now."""
    session[SIGNED_IN_AT] = session[SEEN_AT] = int(time.time())


def is_over(session: SessionBase, limits: SessionLimits, *, now: float) -> bool:
    """Whether a session lived or slept too long; one that does not say since when is over."""
    since, seen = session.get(SIGNED_IN_AT, 0), session.get(SEEN_AT, 0)
    return bool(now - since > limits.absolute or now - seen > limits.idle)


def is_stale(session: SessionBase, limits: SessionLimits, *, now: float) -> bool:
    """Whether the activity of a session is to be written again."""
    return bool(now - session.get(SEEN_AT, 0) > limits.precision)


RIGHTS = "rights"


def digest_of_rights(user: User, groups: Iterable[int]) -> str:
    """Return the digest of an account's marks and groups."""
    text = f"{user.is_staff:d}{user.is_superuser:d}:{','.join(map(str, sorted(groups)))}"
    return salted_hmac("gisportal.accounts.sessions", text, algorithm="sha256").hexdigest()[:16]


# The first that is named wins: most browsers also give the names of others.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_PHONES = ("Android", "iPhone", "iPad")


def browser_of(user_agent: str) -> str:
    """Return the family of a browser; empty when it is not known."""
    return next((name for mark, name in _BROWSERS if mark in user_agent), "")


def system_of(user_agent: str) -> str:
    """Return the system of a device; empty when it is not known."""
    return next((name for mark, name in _SYSTEMS if mark in user_agent), "")


def is_phone(user_agent: str) -> bool:
    """Whether the device is held in a hand."""
    return system_of(user_agent) in _PHONES


def device_of(user_agent: str) -> str:
    """Return a device in words: « Firefox sur Windows »."""
    browser, system = browser_of(user_agent), system_of(user_agent)
    if browser and system:
        return _("%(browser)s sur %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("navigateur inconnu")


def open_sessions(user: User) -> QuerySet[UserSession]:
    """Return the sessions of an account that still open something, the last used first."""
    limits, now = limits_of(user), timezone.now()
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    return UserSession.objects.filter(
        user=user,
        session_key__in=alive,
        created_at__gt=now - dt.timedelta(seconds=limits.absolute),
        last_seen_at__gt=now - dt.timedelta(seconds=limits.idle + limits.precision),
    ).order_by("-last_seen_at", "-pk")


@dataclass(frozen=True, slots=True)
class SessionRow:
    """An open session in words."""

    pk: int
    device: str
    icon: str
    network: str
    opened_at: dt.datetime
    seen_at: dt.datetime
    is_current: bool


def session_rows(user: User, *, current: str) -> list[SessionRow]:
    """Return the open sessions of an account; ``current`` is the key of the present one."""
    return [
        SessionRow(
            pk=session.pk,
            device=device_of(session.user_agent),
            icon="smartphone" if is_phone(session.user_agent) else "laptop",
            network=network_of(session.ip),
            opened_at=session.created_at,
            seen_at=session.last_seen_at,
            is_current=session.session_key == current,
        )
        for session in open_sessions(user)
    ]


def end_sessions(*, user: User, keep: str = "") -> int:
    """End the sessions of an account except the one whose key is ``keep``; return how many."""
    sessions = UserSession.objects.filter(user=user).exclude(session_key=keep)
    return _end([session.session_key for session in sessions])


def end_session(*, user: User, pk: int) -> int:
    """End one session of an account; return how many were: 0 for one that is not of this account."""
    return _end([session.session_key for session in UserSession.objects.filter(user=user, pk=pk)])


def note_activity(key: str) -> None:
    """Write that a session is used now."""
    UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now())


def rename_session(former: str, key: str) -> None:
    """Follow a session that got another key."""
    UserSession.objects.filter(session_key=former).update(session_key=key)


def clear_sessions() -> int:
    """Remove the sessions that are over, and their rows in the lists of accounts; return how many."""
    count, _kinds = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    month_ago = timezone.now() - dt.timedelta(days=31)
    gone = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    gone.filter(last_seen_at__lt=month_ago).delete()
    return count


def _end(keys: list[str]) -> int:
    Session.objects.filter(session_key__in=keys).delete()
    count, _kinds = UserSession.objects.filter(session_key__in=keys).delete()
    return count


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
