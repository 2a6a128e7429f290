"""The period that a figure is of, in words: that of the question, or that of the rows of a table."""

from __future__ import annotations

import calendar
import datetime as dt

from django.utils.translation import gettext as _

from explorer.map_state.parsing import MapQuery
from interface import wording
from interface.conditions import resolved_range
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.parsing.relative_periods import is_relative_period

_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})


def time_of(scope: Scope) -> Field | None:
    """Return the field that dates the rows: that of the layer, or the year of a table."""
    field = scope.time_field
    if field is not None or scope.definition.geometry.is_located:
        return field
    return next((each for each in scope.filterable.values() if wording.is_year(each)), None)


def asked_period(scope: Scope, query: MapQuery) -> str:
    """Word the periods that a question asks of dates and years; empty without any."""
    texts = []
    for name, values in query.own.get(scope.slug, {}).items():
        field = scope.filterable.get(name)
        if field is not None and (field.type in _DATES or wording.is_year(field)):
            texts += [period_words(value) for value in values]
    return ", ".join(filter(None, texts))


def period_words(text: str) -> str:
    """Word a year, or a range of days or years: « 2023 », « décembre 2025 », « du 3 mars au 4 avril 2026 »."""
    resolved = resolved_range(text) if ".." in text or is_relative_period(text) else text
    first, dots, last = resolved.partition("..")
    first, last = first.lstrip(">"), last.lstrip("<")
    if not dots or first == last:
        return _end(first)
    if not first or not last:
        words = _("jusqu’à %s") % _end(last) if last else _("depuis %s") % _end(first)
        return words if first or last else ""
    return _whole(first, last) or _("de %(first)s à %(last)s") % {"first": _end(first), "last": _end(last)}


def _end(text: str) -> str:
    return wording.day(dt.date.fromisoformat(text)) if "-" in text else text


def _whole(first: str, last: str) -> str:
    """Return the name of a year or of a month that a range of days is; empty when it is neither."""
    if "-" not in first or "-" not in last:
        return ""
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    is_months = start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
    if not is_months:
        return ""
    if (start.month, end.month, start.year) == (1, 12, end.year):
        return str(start.year)
    if (start.year, start.month) == (end.year, end.month):
        return wording.period_label(start, "month")
    return _("de %(first)s à %(last)s") % {
        "first": wording.period_label(start, "month"),
        "last": wording.period_label(end, "month"),
    }


def rows_period(scope: Scope, ends: tuple[object, object]) -> str:
    """Word the period of the rows of a table, from their first date to their last."""
    first, last = ends
    if first is None or last is None:
        return ""
    if isinstance(first, dt.date) and isinstance(last, dt.date):
        field = time_of(scope)
        is_months = field is not None and first.day == last.day == 1
        step = "month" if is_months else "day"
        start, end = wording.period_label(first, step), wording.period_label(last, step)
    else:
        start, end = str(int(float(str(first)))), str(int(float(str(last))))
    return start if start == end else _("de %(first)s à %(last)s") % {"first": start, "last": end}
