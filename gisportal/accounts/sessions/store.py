"""Django's sessions of the database, read by a statement that PostgreSQL plans once a connection.

Each request of somebody signed in begins with this read. Only it differs from Django's store: what a session holds, how
it is signed, written and ended is Django's, and so is the table, so that sessions opened before go on.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from layers.sql.prepared import prepared_rows

_COLUMNS = ("session_key", "session_data", "expire_date")
_LIVING = f"SELECT {', '.join(_COLUMNS)} FROM django_session WHERE session_key = %s AND expire_date > %s"  # noqa: S608 (constants)


class SessionStore(DatabaseStore):
    """The session of a key."""

    def _get_session_from_db(self) -> Any:
        """Return the row of a session that has not expired; without one the store has no key, as Django's."""
        rows = prepared_rows(_LIVING, [self.session_key, timezone.now()])
        if not rows:
            self._session_key = None
            return None
        return self.model.from_db("default", _COLUMNS, rows[0])
