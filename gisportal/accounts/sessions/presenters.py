"""Sessions as the account page lists them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from gisportal.accounts.models import User
from gisportal.accounts.sessions.queries import open_sessions
from gisportal.accounts.user_agents import device_of, is_phone
from gisportal.client_address import network_of


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
    """Return the open sessions of an account; ``current`` is the key of the one that asks."""
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
