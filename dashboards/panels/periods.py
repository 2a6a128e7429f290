"""The number of a key figure: of everything, of the last period and its change, or of a part of the groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from dashboards.panels.labels import is_year, label, last_day
from dashboards.panels.queries import is_added, keys_of, measures_of, total
from dashboards.panels.stated_periods import days_words
from layers.aggregates import AggregateResult, ResultColumn, Scalar
from layers.errors import InvalidParameter


@dataclass(frozen=True, slots=True)
class Point:
    """A period of a figure: its first day, its name, its value."""

    start: dt.date
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class FigureValue:
    """``value``, of ``total`` when it is a part; ``previous`` is what it is compared with, of the ``points``.

    ``period`` says when, and ``own_period`` without what it is compared with. ``month`` is the first day of the last
    month that rows of months are known of.
    """

    value: float | None
    total: float | None = None
    period: str = ""
    previous: Point | None = None
    points: tuple[Point, ...] = ()
    own_period: str = ""
    month: dt.date | None = None

    @property
    def change(self) -> float | None:
        """The difference to the previous period."""
        if self.value is None or self.previous is None:
            return None
        return self.value - self.previous.value


def figure_value(
    result: AggregateResult,
    *,
    part: Sequence[str] = (),
    of: str = "last",
    against: str = "previous",
    today: dt.date = dt.date.max,
) -> FigureValue:
    """Return the number of a figure.

    ``part`` are the groups that make it, of all of them; ``of`` is ``last`` (period) or ``total``; ``against`` is the
    ``previous`` period or the same one a ``year`` before. The last period is one that has begun by ``today``, where
    there is one.

    Raises:
        InvalidParameter: groups that do not add up, asked as a part or as a total.
    """
    keys = keys_of(result)
    if not keys:
        return FigureValue(_number(result.rows[0][0]) if result.rows else None)
    if part or not (keys[0].period or is_year(keys[0])):
        return _part(result, part)
    points = points_of(result)
    if of == "total":
        _check_added(result)
        return FigureValue(total(result), period=_from_to(points, keys[0].period, today), points=points)
    if not points:
        return FigureValue(None)
    points = tuple(point for point in points if point.start <= today) or points
    last = points[-1]
    # A period whose value is suppressed lies between: what is before it is not the previous one.
    hidden = max((start for start in _hidden(result) if start < last.start), default=None)
    follows = len(points) < 2 or hidden is None or hidden < points[-2].start
    if result.hides_groups and len(points) > 1:
        follows = _is_a_year_before(points[-2].start, last.start)
    previous = _compared(points, against) if follows or against != "previous" else None
    return FigureValue(last.value, None, last.label, previous, points)


def _from_to(points: Sequence[Point], period: str, today: dt.date) -> str:
    """Word the periods of a total: « janvier 2024 à décembre 2025 »; by their days where the last is not over."""
    if points and period and points[-1].start <= today <= last_day(points[-1].start, period):
        return days_words(points[0].start, today)
    if len(points) < 2 or points[0].label == points[-1].label:
        return points[0].label if points else ""
    return _("%(start)s à %(end)s") % {"start": points[0].label, "end": points[-1].label}


def _part(result: AggregateResult, part: Sequence[str]) -> FigureValue:
    _check_added(result)
    measure_index = len(keys_of(result))
    rows_of_part = [row for row in enumerate(result.rows) if not part or _code(row[1][0]) in part]
    if result.hides_groups and part and len(rows_of_part) < len(part):
        return FigureValue(None)
    if not result.rows or any(index in result.suppressed for index, _row in rows_of_part):
        return FigureValue(None)
    return FigureValue(
        sum(_number(row[measure_index]) or 0 for _index, row in rows_of_part), total(result) if part else None
    )


def _code(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def points_of(result: AggregateResult) -> tuple[Point, ...]:
    """Return the periods of an answer that have a value, in their order."""
    index = len(keys_of(result))
    key = result.columns[0]
    points = [_point(key, row[0], row[index]) for row in result.rows]
    return tuple(sorted((point for point in points if point), key=lambda point: point.start))


def _hidden(result: AggregateResult) -> Iterator[dt.date]:
    """Yield the first day of the periods whose value is suppressed."""
    for index in result.suppressed:
        point = _point(result.columns[0], result.rows[index][0], 0)
        if point is not None:
            yield point.start


def _point(key: ResultColumn, start: Scalar, value: Scalar) -> Point | None:
    number = _number(value)
    if is_year(key) and isinstance(start, int) and dt.MINYEAR <= start <= dt.MAXYEAR:
        start, key = dt.date(start, 1, 1), replace(key, period="year")
    if not isinstance(start, dt.date) or number is None:
        return None
    day = start.date() if isinstance(start, dt.datetime) else start
    return Point(day, label(key, start), number)


def _compared(points: Sequence[Point], against: str) -> Point | None:
    if len(points) < 2:
        return None
    if against == "previous":
        return points[-2]
    last = points[-1].start
    return next((point for point in points if _is_a_year_before(point.start, last)), None)


def _is_a_year_before(day: dt.date, last: dt.date) -> bool:
    return (day.year, day.month, day.day) == (last.year - 1, last.month, last.day)


def _check_added(result: AggregateResult) -> None:
    measure = measures_of(result)[0]
    if not is_added(measure):
        raise InvalidParameter(
            _("« %s » ne s’additionne pas d’un groupe à l’autre.") % measure.title, parameter="measures"
        )


def _number(value: Scalar) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
