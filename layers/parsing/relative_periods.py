"""Days and periods counted from the day of the request: ``today``, ``-14d``, ``last-14-days``, ``this-month``.

==================================  ==================================================================================
``today`` ``yesterday``             one day
``last-14-days``                    as many days (weeks, months, years) that end today, today included
``next-30-days``                    as many after today
``this-month``                      the calendar week (from Monday), month, quarter or year that holds today
``previous-month`` ``next-month``   the one before, the one after
``month-to-date``                   from its first day to today
==================================  ==================================================================================

They are resolved when a request is read and never stored as days. An answer then depends on the day, which is part of
its cache key and of its ``ETag`` (``Expression.day``).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from layers.definitions import Text
from layers.errors import InvalidDatetime

_OFFSET = re.compile(r"\s*([+-])\s*(\d{1,4})([dwmy])\s*", re.ASCII | re.IGNORECASE)
_COUNTED = re.compile(r"(last|next)-(\d{1,4})-(day|week|month|year)s?", re.ASCII)
_CALENDAR = re.compile(r"(this|previous|next)-(week|month|quarter|year)", re.ASCII)
_TO_DATE = re.compile(r"(week|month|quarter|year)-to-date", re.ASCII)
_OFFSETS = {"previous": -1, "this": 0, "next": 1}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days from ``first`` to ``last``, both included."""

    first: dt.date
    last: dt.date


def relative_day(text: str, *, today: dt.date | None = None) -> dt.date:
    """Return the day ``today``, or a number of days, weeks, months or years from it: ``+30d``, ``-6m``.

    Raises:
        InvalidDatetime: another text, or a day that the calendar does not have.
    """
    day = today or timezone.localdate()
    if text in {"", "today"}:
        return day
    match = _OFFSET.fullmatch(text.removeprefix("today"))
    if match is None:
        raise InvalidDatetime(
            _("« %s » n’est pas un nombre de jours (-14d), de semaines (w), de mois (m) ou d’années (y).")
            % text[:40]
        )
    count = int(match[2]) * (-1 if match[1] == "-" else 1)
    try:
        return moved(day, count, match[3].lower())
    except (ValueError, OverflowError):
        raise InvalidDatetime(_("« %s » sort du calendrier.") % text[:40]) from None


def moved(day: dt.date, count: int, unit: str) -> dt.date:
    """Return a day so many days, weeks, months or years (``d``, ``w``, ``m``, ``y``) later.

    In a shorter month it is the last day.

    Raises:
        ValueError, OverflowError: beyond the calendar.
    """
    if unit in "dw":
        return day + dt.timedelta(days=count * (7 if unit == "w" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 + count * (12 if unit == "y" else 1), 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_relative_period(text: str) -> bool:
    """Whether a text names a period counted from the day of the request."""
    forms = (_COUNTED, _CALENDAR, _TO_DATE)
    return text in {"today", "yesterday"} or any(form.fullmatch(text) for form in forms)


def relative_period(text: str, *, today: dt.date | None = None) -> DayRange:
    """Return the days of a period counted from the day of the request.

    Raises:
        InvalidDatetime: no such period, or one beyond the calendar.
    """
    day = today or timezone.localdate()
    try:
        if days := _read(text, day):
            return days
    except (ValueError, OverflowError):
        raise InvalidDatetime(_("« %s » sort du calendrier.") % text[:40]) from None
    raise InvalidDatetime(
        _(
            "« %s » n’est pas une période : today, yesterday, last-14-days, next-30-days, this-month, "
            "previous-month, next-month ou month-to-date, de même pour week, quarter et year."
        )
        % text[:40]
    )


def _read(text: str, day: dt.date) -> DayRange | None:
    if text in {"today", "yesterday"}:
        only = day if text == "today" else day - dt.timedelta(days=1)
        return DayRange(only, only)
    if match := _COUNTED.fullmatch(text):
        count, unit = int(match[2]), match[3][0]
        if not count:
            return None
        if match[1] == "last":
            return DayRange(moved(day, -count, unit) + dt.timedelta(days=1), day)
        return DayRange(day + dt.timedelta(days=1), moved(day, count, unit))
    if match := _CALENDAR.fullmatch(text):
        return _calendar(day, match[2], _OFFSETS[match[1]])
    if match := _TO_DATE.fullmatch(text):
        return DayRange(_calendar(day, match[1], 0).first, day)
    return None


def _calendar(day: dt.date, unit: str, steps: int) -> DayRange:
    """Return the calendar period that holds a day, or the one ``steps`` periods later."""
    if unit == "week":
        monday = day + dt.timedelta(days=7 * steps - day.weekday())
        return DayRange(monday, monday + dt.timedelta(days=6))
    months = _MONTHS[unit]
    start = day.replace(day=1, month=(day.month - 1) // months * months + 1)
    first = moved(start, months * steps, "m")
    return DayRange(first, moved(first, months, "m") - dt.timedelta(days=1))


OFFERED = (
    "last-7-days", "last-14-days", "last-30-days", "last-12-months", "this-week", "this-month", "previous-month",
    "this-quarter", "this-year", "previous-year",
)  # fmt: skip
"""The periods that people choose from."""
FREQUENT = (
    "last-14-days", "last-30-days", "last-12-months", "this-month", "previous-month", "this-year", "previous-year",
)  # fmt: skip
"""Those of a short menu."""

_WORDS: dict[str, Text] = {
    "today": gettext_lazy("aujourd’hui"),
    "yesterday": gettext_lazy("hier"),
    "this-week": gettext_lazy("cette semaine"),
    "this-month": gettext_lazy("ce mois-ci"),
    "this-quarter": gettext_lazy("ce trimestre"),
    "this-year": gettext_lazy("année en cours"),
    "previous-week": gettext_lazy("semaine dernière"),
    "previous-month": gettext_lazy("mois dernier"),
    "previous-quarter": gettext_lazy("trimestre dernier"),
    "previous-year": gettext_lazy("année dernière"),
    "next-week": gettext_lazy("semaine prochaine"),
    "next-month": gettext_lazy("mois prochain"),
    "next-quarter": gettext_lazy("trimestre prochain"),
    "next-year": gettext_lazy("année prochaine"),
    "week-to-date": gettext_lazy("depuis le début de la semaine"),
    "month-to-date": gettext_lazy("depuis le début du mois"),
    "quarter-to-date": gettext_lazy("depuis le début du trimestre"),
    "year-to-date": gettext_lazy("depuis le début de l’année"),
}
_COUNTS = {
    ("last", "day"): (gettext_noop("dernier jour"), gettext_noop("%d derniers jours")),
    ("last", "week"): (gettext_noop("dernière semaine"), gettext_noop("%d dernières semaines")),
    ("last", "month"): (gettext_noop("dernier mois, jour pour jour"), gettext_noop("%d derniers mois")),
    ("last", "year"): (gettext_noop("dernière année, jour pour jour"), gettext_noop("%d dernières années")),
    ("next", "day"): (gettext_noop("jour suivant"), gettext_noop("%d prochains jours")),
    ("next", "week"): (gettext_noop("semaine à venir"), gettext_noop("%d prochaines semaines")),
    ("next", "month"): (gettext_noop("mois à venir"), gettext_noop("%d prochains mois")),
    ("next", "year"): (gettext_noop("année à venir"), gettext_noop("%d prochaines années")),
}


def relative_period_words(text: str) -> str:
    """Word a period that ``is_relative_period``: « 14 derniers jours », « ce mois-ci », « année en cours »."""
    match = _COUNTED.fullmatch(text)
    if match is None:
        return str(_WORDS[text])
    one, several = _COUNTS[match[1], match[3]]
    count = int(match[2])
    return _(one) if count == 1 else _(several) % count
