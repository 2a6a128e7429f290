"""Dates and instants as the texts of JSON-FG (OGC 21-045, 7.5): the day, or the instant in UTC."""

from __future__ import annotations

from django.db.models import Func, TextField


class DayText(Func):
    """``{"date": "2024-05-31"}`` of a date; NULL without one."""

    template = """('{"date":"' || to_char(%(expressions)s, 'YYYY-MM-DD') || '"}')"""
    output_field = TextField()


class InstantText(Func):
    """``{"timestamp": "2024-05-31T08:00:00Z"}`` of an instant, to the microsecond; NULL without one."""

    template = (
        """('{"timestamp":"' || to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') """
        """|| rtrim(rtrim(to_char(%(expressions)s AT TIME ZONE 'UTC', '.US'), '0'), '.') || 'Z"}')"""
    )
    output_field = TextField()
