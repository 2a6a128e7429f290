"""The clock of the portal, set by a test: ``timezone.now`` everywhere, not that of the database or of signatures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from django.db import connection

# New Year's midnight in Paris: 23:00 of the day before in UTC.
MIDNIGHT = dt.datetime(2027, 1, 1, tzinfo=ZoneInfo("Europe/Paris")).astimezone(dt.UTC)
LAST_SECOND = MIDNIGHT - dt.timedelta(seconds=1)


@contextmanager
def at(instant: dt.datetime) -> Iterator[None]:
    """Let the block pass at one instant, aware."""
    with patch("django.utils.timezone.now", return_value=instant):
        yield


@contextmanager
def midnight_during(table: str) -> Iterator[None]:
    """Let midnight strike in the block once a statement of Django's reads a table: it is the last second before."""
    clock = {"now": LAST_SECOND}

    def strike(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        rows = execute(sql, params, many, context)
        if table in sql:
            clock["now"] = MIDNIGHT
        return rows

    with (
        patch("django.utils.timezone.now", side_effect=lambda: clock["now"]),
        connection.execute_wrapper(strike),
    ):
        yield
    assert clock["now"] == MIDNIGHT
