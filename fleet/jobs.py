"""Tasks of the worker about the fleet: the rules of the day class the vehicles again."""

from __future__ import annotations

from django.db import connection, transaction
from procrastinate.contrib.django import app


@transaction.atomic
def apply_rules() -> int:
    """Class every vehicle again by the rules in force today; return how many changed.

    A text written in advance comes into force by itself, on its day.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT fleet_apply_rules()")
        changed: int = cursor.fetchone()[0]
    return changed


@app.periodic(cron="12 0 * * *")
@app.task(name="fleet.apply_rules", queueing_lock="fleet.apply_rules")
def apply_rules_of_today(timestamp: int) -> None:
    """Class the vehicles by the rules of the day."""
    apply_rules()
