"""A published date or instant against a period, as the ``datetime`` parameter means it (OGC 17-069r4, 7.15.4)."""

from __future__ import annotations

from django.db.models import Q

from layers.definitions import Field, FieldType
from layers.parsing.datetimes import Interval, Moment, day_of, edge_of


def overlaps_period(field: Field, interval: Interval) -> Q:
    """Match rows whose value lies in the period, ends included; a row without a value is in no period."""
    condition = Q()
    if interval.start is not None:
        condition &= Q(**{f"{field.source}__gte": _edge(field, interval.start, is_end=False)})
    if interval.end is not None:
        condition &= Q(**{f"{field.source}__lte": _edge(field, interval.end, is_end=True)})
    return condition


def _edge(field: Field, moment: Moment, *, is_end: bool) -> Moment:
    """Return the edge of a period in the type of the field: days in the portal's time zone."""
    return day_of(moment) if field.type is FieldType.DATE else edge_of(moment, is_end=is_end)
