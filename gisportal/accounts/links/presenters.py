"""Rows of the lists of links: until when each may last, and its openings day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gisportal.accounts.links.services import openings_by_day, renewed_day
from gisportal.accounts.models import ShareLink, ShareLinkDay
from interface.wording import day as day_words
from interface.wording import number

BAR_HEIGHT = 22


@dataclass(frozen=True, slots=True)
class DayBar:
    """A day of the picture of openings, in its units: ``height`` upwards from ``BAR_HEIGHT``."""

    x: int
    y: int
    height: int
    words: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link, the last day that renewing it gives (None: it may not be), and its openings of the last days."""

    link: ShareLink
    renewed_day: dt.date | None
    bars: tuple[DayBar, ...]
    words: str

    @property
    def pk(self) -> int:
        """The number of the link."""
        return self.link.pk


def link_rows(links: Iterable[ShareLink], *, at: dt.datetime, today: dt.date) -> list[LinkRow]:
    """Return the rows of some links; one statement counts their openings."""
    listed = list(links)
    counts = openings_by_day([link.pk for link in listed], until=today)
    return [
        LinkRow(
            link=link,
            renewed_day=renewed_day(link, at=at),
            bars=tuple(_bars(counts.get(link.pk, {}), today)),
            words=_words(counts.get(link.pk, {})),
        )
        for link in listed
    ]


def _bars(counts: Mapping[dt.date, int], today: dt.date) -> Iterator[DayBar]:
    most = max(counts.values(), default=0)
    for position in range(ShareLinkDay.DAYS):
        day = today - dt.timedelta(days=ShareLinkDay.DAYS - 1 - position)
        count = counts.get(day, 0)
        height = max(3, round(BAR_HEIGHT * count / most)) if count else 1
        values = {"title": day_words(day), "text": number(count)}
        yield DayBar(4 * position, BAR_HEIGHT - height, height, _("%(title)s : %(text)s") % values)


def _words(counts: Mapping[dt.date, int]) -> str:
    if not counts:
        return _("Aucune ouverture en %d jours") % ShareLinkDay.DAYS
    total, (most, best) = sum(counts.values()), max((count, day) for day, count in counts.items())
    text = ngettext(
        "%(total)s ouverture en %(days)d jours, %(most)s au plus en un jour, le %(day)s",
        "%(total)s ouvertures en %(days)d jours, %(most)s au plus en un jour, le %(day)s",
        total,
    )
    values = {"total": number(total), "days": ShareLinkDay.DAYS, "most": number(most), "day": day_words(best)}
    return text % values
