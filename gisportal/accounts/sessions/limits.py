"""How long a session lives without being used, and at most: people and administrators differ."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from gisportal.accounts.models import User

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
