"""What is written about sessions: their end, their activity, their key."""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from gisportal.accounts.models import User


def end_sessions(*, user: User, keep: str = "") -> int:
    """End the sessions of an account but the one whose key is ``keep``; return how many."""
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
