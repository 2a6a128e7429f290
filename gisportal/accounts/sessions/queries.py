"""The sessions of an account that are open."""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from gisportal.accounts.models import User
from gisportal.accounts.sessions.limits import limits_of


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
