"""Ending sessions."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from gisportal.accounts.models import User


def end_sessions(*, user: User, keep: str = "") -> int:
    """End the sessions of an account but the one whose key is ``keep``; return how many."""
    sessions = list(UserSession.objects.filter(user=user).exclude(session_key=keep))
    for session in sessions:
        session.end()
    return len(sessions)
