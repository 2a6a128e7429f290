"""What is done to plans by the clock."""

from __future__ import annotations

from django.db import connection


def refresh_states(*, year: int | None = None) -> int:
    """Apply the rule to every indicator as of a year, this one by default; return how many changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT plans_refresh(NULL, %s)", [year])
        changed: int = cursor.fetchone()[0]
    return changed
