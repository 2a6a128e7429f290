"""Figures, drawings and tables of the use of a layer, as its page and its file show them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from export_formats.csv import safe_cell
from layers.definitions import Text
from layers.models import Layer
from layers.visitor import Visitor
from usage import queries
from usage.queries import UsedLayer, UseTotals
from usage.services import months_before
from usage.vocabulary import TOTAL_TITLES, UseKind, UseOrigin

DAYS, MONTHS = 30, 12
# The drawings in their own units; they are stretched to the width of the page.
WIDTH, HEIGHT = 600, 120
_BAR, _BARS_HEIGHT = 20, 60
_DELIMITER = ";"


@dataclass(frozen=True, slots=True)
class Curve:
    """Consultations of each day as a line and the surface under it; ``top`` is the highest day."""

    line: str
    surface: str
    top: int
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Bars:
    """A kind of use by month as bars: ``path`` draws them, the oldest first; ``top`` is the highest month."""

    title: Text
    path: str
    top: int
    total: int


@dataclass(frozen=True, slots=True)
class FormatShare:
    """Downloads of a format, and their share as a width of the drawing."""

    name: str
    count: int
    width: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that the page of a layer's use shows; ``last`` is the last day that is counted.

    ``days``, ``curve`` and ``origins`` are for its producers alone: None and empty for others.
    """

    used: UsedLayer
    last: dt.date
    total: UseTotals
    curve: Curve | None
    days: Sequence[tuple[dt.date, UseTotals]]
    months: Sequence[tuple[dt.date, UseTotals]]
    bars: Sequence[Bars]
    formats: Sequence[FormatShare]
    origins: Sequence[tuple[Text, UseTotals]]

    @property
    def layer(self) -> Layer:
        """The layer."""
        return self.used.layer

    @property
    def first_month(self) -> dt.date:
        """The first month of the drawings."""
        return self.months[-1][0]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted in the months shown."""
        return not any(bars.total for bars in self.bars)


def first_day(today: dt.date) -> dt.date:
    """Return the first of the last thirty days, today included."""
    return today - dt.timedelta(days=DAYS - 1)


def last_day(used: UsedLayer, *, today: dt.date) -> dt.date:
    """Return the last day that a visitor reads: today for producers, else the last whole one."""
    return today if used.is_own else today - dt.timedelta(days=1)


def report(visitor: Visitor, slug: str, *, today: dt.date) -> Report:
    """Return the use of a layer.

    Raises:
        UnknownLayer: there is no such layer, or its use is not the visitor's to read.
    """
    used = queries.used_layer(visitor, slug)
    last = last_day(used, today=today)
    first, months = first_day(last), [months_before(last.replace(day=1), age) for age in range(MONTHS)]
    rows = queries.uses_of(visitor, slug, since=months[-1], last=last)
    counted = queries.by_day(rows.filter(jour__gte=first))
    days = [
        (day, counted.get(day, UseTotals())) for day in (first + dt.timedelta(days=i) for i in range(DAYS))
    ]
    monthly = queries.by_month(rows)
    listed = [(month, monthly.get(month, UseTotals())) for month in months]
    origins = queries.by_origin(rows) if used.is_own else {}
    return Report(
        used=used,
        last=last,
        total=sum(counted.values(), UseTotals()),
        curve=curve_of(days) if used.is_own else None,
        days=days[::-1] if used.is_own else (),
        months=listed,
        bars=[_bars(name, title, listed) for name, title in TOTAL_TITLES.items()],
        formats=_formats(queries.by_format(rows)),
        origins=[(UseOrigin(name).label, total) for name, total in origins.items()],
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


def _bars(name: str, title: Text, months: Sequence[tuple[dt.date, UseTotals]]) -> Bars:
    """Draw a kind of use by month; a month with some use has a bar that is seen."""
    counts = [getattr(totals, name) for _month, totals in reversed(months)]
    top = max(counts)
    path = "".join(
        f"M{index * _BAR + 3} {_BARS_HEIGHT}v-{max(2, round(count / top * _BARS_HEIGHT))}h{_BAR - 6}V{_BARS_HEIGHT}z"
        for index, count in enumerate(counts)
        if count
    )
    return Bars(title, path, top, sum(counts))


def _formats(counted: Sequence[tuple[str, int]]) -> list[FormatShare]:
    most = max((count for _name, count in counted), default=1)
    return [FormatShare(name.upper(), count, round(100 * count / most)) for name, count in counted]


def uses_csv(visitor: Visitor, slug: str, *, today: dt.date) -> str:
    """Return every month that was counted of a layer as CSV (RFC 4180, semicolons, UTF-8 with its mark).

    Raises:
        UnknownLayer: there is no such layer, or its use is not the visitor's to read.
    """
    used = queries.used_layer(visitor, slug)
    rows = queries.uses_of(visitor, slug, since=dt.date.min, last=last_day(used, today=today))
    columns: Mapping[str, str] = {"month": _("Mois"), "kind": _("Nature"), "form": _("Format")}
    if used.is_own:
        columns = {**columns, "origin": _("Origine")}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=_DELIMITER, lineterminator="\r\n")
    writer.writerow([*columns.values(), _("Nombre")])
    for line in queries.monthly_counts(rows, has_origin=used.is_own):
        values = {
            "month": f"{line.month:%Y-%m}",
            "kind": str(UseKind(line.kind).label),
            "form": line.form,
            "origin": str(UseOrigin(line.origin).label) if line.origin else "",
        }
        writer.writerow([*(safe_cell(values[name], _DELIMITER) for name in columns), line.count])
    return "\ufeff" + text.getvalue()
