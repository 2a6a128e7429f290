"""What the passing of days changes of a fleet."""

from __future__ import annotations

from django.db import connection, transaction


@transaction.atomic
def apply_rules() -> int:
    """Class every vehicle again by the rules in force today; return how many changed.

    A text written in advance comes into force by itself, on its day.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT fleet_apply_rules()")
        changed: int = cursor.fetchone()[0]
    return changed
