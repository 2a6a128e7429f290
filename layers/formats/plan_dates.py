"""The days of the versions of a layer, in the descriptions of collections and tiles: what ``plan-date`` takes.

A description names the parameter and the intervals of days that have an answer, so that a client offers no other one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from layers.visitor import PLAN_DATE_PARAMETER

DatedPeriod = tuple[dt.date, dt.date | None]
_DAY = dt.timedelta(days=1)


def plan_dates(periods: Sequence[DatedPeriod]) -> dict[str, Any]:
    """Return the parameter and the intervals of days (AAAA-MM-JJ) of ``periods``, whose last day is excluded.

    The last day of an interval is in it; null is without end.
    """
    intervals = [[first.isoformat(), _included(first, end)] for first, end in periods]
    return {"parameter": PLAN_DATE_PARAMETER, "intervals": intervals}


def _included(first: dt.date, end: dt.date | None) -> str | None:
    return None if end is None else max(first, end - _DAY).isoformat()


def last_day(periods: Sequence[DatedPeriod]) -> dt.date | None:
    """Return the last day that is in one of some periods, None where one has no end."""
    ends = [end for _first, end in periods if end is not None]
    return max(ends) - _DAY if len(ends) == len(periods) and ends else None
