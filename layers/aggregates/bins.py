"""Where the bins of a selection start and end: the same arithmetic as the statement that counts in them."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from layers.aggregates.plan import Grouping, Key
from layers.aggregates.results import Bins, Plain
from layers.definitions import Field, FieldType
from layers.sql.buckets import EPOCH

_MIDNIGHT = dt.datetime.combine(EPOCH, dt.time(), dt.UTC)


def bins_of(key: Key, low: Any, high: Any) -> Bins:
    """Return the bins of a key whose values go from ``low`` to ``high``, positions on the line of its field.

    Whole numbers and days have bins of a whole width, so there may be fewer than asked.
    """
    if low is None:
        return Bins(0)
    if key.grouping is Grouping.WHOLE_BINS:
        width = max(1, math.ceil((int(high) - int(low) + 1) / key.asked.bins))
        count = math.ceil((int(high) - int(low) + 1) / width)
        edges = [int(low) + index * width for index in range(count + 1)]
        return Bins(width, tuple(_placed(key.field, edge) for edge in edges))
    if low == high:
        return Bins(0, (_placed(key.field, low),) * 2, has_closed_end=True)
    step = high / key.asked.bins - low / key.asked.bins
    edges = [low + index * step for index in range(key.asked.bins)]
    return Bins(step, tuple(_placed(key.field, edge) for edge in (*edges, high)), has_closed_end=True)


def _placed(field: Field, position: float) -> Plain:
    """Return the value of a field at a position; the calendar ends where Python's does."""
    if field.type is FieldType.INTEGER:
        return int(position)
    if field.type is FieldType.NUMBER:
        return float(position)
    try:
        if field.type is FieldType.DATE:
            return EPOCH + dt.timedelta(days=int(position))
        return _MIDNIGHT + dt.timedelta(seconds=position)
    except OverflowError:
        return dt.date.max if field.type is FieldType.DATE else dt.datetime.max.replace(tzinfo=dt.UTC)
