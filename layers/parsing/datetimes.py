"""Dates, instants and intervals as OGC API writes them: RFC 3339, ``..`` or nothing for an open end.

OGC 17-069r4, 7.15.4 (``datetime``) and RFC 3339, 5.6. A date without a time is a whole day; an instant always carries
its offset, so that nothing depends on where the server stands.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from layers.errors import InvalidDatetime

Moment = dt.date | dt.datetime

OPEN = ".."
_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})", re.ASCII | re.I
)
_LOCAL = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d{2})(?P=mark)(?P<day>\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?(?P<zone>Z|[+-]\d{2}:\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_MICROSECONDS = re.compile(r"(\.\d{6})\d+")


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed period. ``None`` is an open end; a date stands for its whole day; an instant has equal ends."""

    start: Moment | None
    end: Moment | None


def parse_moment(text: str, *, parameter: str) -> Moment:
    """Read a full date, or a date and time with its offset (aware).

    Raises:
        InvalidDatetime: not RFC 3339, or a day that the calendar does not have.
    """
    try:
        if _FULL_DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
        if _DATE_TIME.fullmatch(text):
            return dt.datetime.fromisoformat(_MICROSECONDS.sub(r"\1", text.upper()))
    except ValueError:
        pass  # the form is right and the value is not: same answer
    raise InvalidDatetime(
        _("« %s » n’est pas une date (2024-05-31) ni un instant avec son fuseau (2024-05-31T08:00:00Z).")
        % text[:60],
        parameter=parameter,
    )


def parse_local_moment(text: str, *, parameter: str) -> Moment:
    """Read a date or an instant as XML Schema and desktop tools write them.

    An instant without an offset is in the portal's time zone.
    ``2024-05-31``, ``2024/05/31``, ``2024-05-31Z``, ``2024-05-31T08:00``, ``2024-05-31 08:00:00.25+02:00``.

    Raises:
        InvalidDatetime: another form, or a day that the calendar does not have.
    """
    match = _LOCAL.fullmatch(text.strip())
    try:
        if match is not None:
            day = dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
            return _timed(day, match["time"], match["zone"]) if match["time"] else day
    except ValueError:
        pass  # the form is right and the value is not: same answer
    raise InvalidDatetime(
        _("« %s » n’est pas une date (2024-05-31) ni un instant (2024-05-31T08:00:00).") % text.strip()[:60],
        parameter=parameter,
    )


def _timed(day: dt.date, time: str, zone: str | None) -> dt.datetime:
    """Return an aware instant of a day."""
    clock = dt.time.fromisoformat(_MICROSECONDS.sub(r"\1", time))
    offset = dt.time.fromisoformat(f"00:00{zone.upper()}").tzinfo if zone else timezone.get_default_timezone()
    return dt.datetime.combine(day, clock, offset)


def parse_interval(text: str, *, parameter: str) -> Interval:
    """Read ``2024-05-31``, ``2024-05-31T08:00:00Z`` or two of them around ``/``; ``..`` or nothing is an open end.

    Raises:
        InvalidDatetime: not RFC 3339, open at both ends, or an end before its start.
    """
    parts = text.split("/")
    if len(parts) == 1:
        moment = parse_moment(text, parameter=parameter)
        return Interval(moment, moment)
    if len(parts) != 2:
        raise InvalidDatetime(
            _("« %s » n’est pas un intervalle : début/fin attendus.") % text[:60], parameter=parameter
        )
    start, end = (None if part in {"", OPEN} else parse_moment(part, parameter=parameter) for part in parts)
    if start is None and end is None:
        raise InvalidDatetime(
            _("Un intervalle a au moins une borne : « %s ».") % text[:60], parameter=parameter
        )
    interval = Interval(start, end)
    if not is_ordered(interval):
        raise InvalidDatetime(_("La fin précède le début : « %s ».") % text[:60], parameter=parameter)
    return interval


def is_ordered(interval: Interval) -> bool:
    """Whether the interval does not end before it starts."""
    start, end = interval.start, interval.end
    if start is None or end is None:
        return True
    if isinstance(start, dt.datetime) and isinstance(end, dt.datetime):
        return start <= end
    return day_of(start) <= day_of(end)


def day_of(moment: Moment) -> dt.date:
    """Return the day of a moment in the portal's time zone."""
    if not isinstance(moment, dt.datetime):
        return moment
    try:
        return timezone.localtime(moment).date()
    except OverflowError:  # the last hours of year 9999 belong to a year that Python does not have
        return moment.date()


def edge_of(moment: Moment, *, is_end: bool) -> dt.datetime:
    """Return where a moment begins or ends as an instant: those of a day are in the portal's time zone."""
    if isinstance(moment, dt.datetime):
        return moment
    return timezone.make_aware(dt.datetime.combine(moment, dt.time.max if is_end else dt.time.min))
