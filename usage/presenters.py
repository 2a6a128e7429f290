"""Figures, a curve and tables of the use of a layer, as its page shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from layers.models import Layer
from layers.visitor import Visitor
from usage import queries
from usage.queries import UseTotals
from usage.services import months_before

DAYS, MONTHS = 30, 12
# The drawing in its own units; it is stretched to the width of the page.
WIDTH, HEIGHT = 600, 120


@dataclass(frozen=True, slots=True)
class Curve:
    """Consultations of each day as a line and the surface under it; ``top`` is the highest day."""

    line: str
    surface: str
    top: int
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class FormatShare:
    """Downloads of a format, and their share as a width of the drawing."""

    name: str
    count: int
    width: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that the page of a layer's use shows."""

    layer: Layer
    total: UseTotals
    curve: Curve
    days: Sequence[tuple[dt.date, UseTotals]]
    formats: Sequence[FormatShare]
    months: Sequence[tuple[dt.date, UseTotals]]


def first_day(today: dt.date) -> dt.date:
    """Return the first of the last thirty days, today included."""
    return today - dt.timedelta(days=DAYS - 1)


def report(visitor: Visitor, slug: str, *, today: dt.date) -> Report:
    """Return the use of a layer of a visitor's own.

    Raises:
        UnknownLayer: there is no such layer, or it is somebody else's.
    """
    layer = queries.own_layer(visitor, slug)
    first = first_day(today)
    recent = queries.uses(visitor, [slug], since=first)
    counted = queries.by_day(recent)
    days = [
        (day, counted.get(day, UseTotals())) for day in (first + dt.timedelta(days=i) for i in range(DAYS))
    ]
    since = months_before(today.replace(day=1), MONTHS - 1)
    return Report(
        layer=layer,
        total=total_of(counted.values()),
        curve=curve_of(days),
        days=days[::-1],
        formats=_formats(queries.by_format(recent)),
        months=queries.by_month(queries.uses(visitor, [slug], since=since)),
    )


def total_of(counted: Iterable[UseTotals]) -> UseTotals:
    """Add uses together."""
    uses = list(counted)
    return UseTotals(
        consultations=sum(each.consultations for each in uses),
        downloads=sum(each.downloads for each in uses),
        calls=sum(each.calls for each in uses),
    )


def curve_of(days: Sequence[tuple[dt.date, UseTotals]]) -> Curve:
    """Draw the consultations of consecutive days."""
    counts = [totals.consultations for _day, totals in days]
    top, step = max(counts), WIDTH / (len(counts) - 1)
    points = " ".join(
        f"{index * step:.1f},{HEIGHT - count / (top or 1) * (HEIGHT - 6) - 2:.1f}"
        for index, count in enumerate(counts)
    )
    return Curve(
        line=f"M{points}",
        surface=f"M0,{HEIGHT} L{points} L{WIDTH},{HEIGHT}Z",
        top=top,
        first=days[0][0],
        last=days[-1][0],
    )


def _formats(counted: Sequence[tuple[str, int]]) -> list[FormatShare]:
    most = max((count for _name, count in counted), default=1)
    return [FormatShare(name.upper(), count, round(100 * count / most)) for name, count in counted]
