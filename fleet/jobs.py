"""Tasks of the worker about the fleet."""

from __future__ import annotations

from procrastinate.contrib.django import app

from fleet.services import apply_rules


@app.periodic(cron="12 0 * * *")
@app.task(name="fleet.apply_rules", queueing_lock="fleet.apply_rules")
def apply_rules_of_today(timestamp: int) -> None:
    """Class the vehicles by the rules of the day."""
    apply_rules()
