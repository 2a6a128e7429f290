"""Works along time: the neighbourhood by street, the year by commune or by company. Bars are shares of a width."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from interface.wording import date_words
from roadworks.models import RoadWorks
from roadworks.presenters.words import SiteCard, card
from roadworks.queries import SiteRecords
from roadworks.vocabulary import SiteState

_ONLINE = {SiteState.PUBLISHED, SiteState.SUSPENDED, SiteState.EXTENDED, SiteState.FINISHED}
BY_COMMUNE, BY_COMPANY = "commune", "entreprise"
GROUPINGS = (BY_COMMUNE, BY_COMPANY)
MAX_STREETS = 12


@dataclass(frozen=True, slots=True)
class Tick:
    """A day of the scale, at a share of the width."""

    x: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A work on a row: where it begins and how wide it is, in percent; ``is_pending`` before it is public."""

    x: str
    width: str
    look: str
    words: str
    is_pending: bool
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A street with its works; ``pk`` of the site where the row is of one, ``number`` of its conflict if it has one."""

    title: str
    bars: tuple[Bar, ...]
    words: str = ""
    pk: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows under a scale; ``today_x`` is empty when today is outside. ``groups`` are titles with their rows."""

    first: dt.date
    last: dt.date
    ticks: tuple[Tick, ...]
    groups: tuple[tuple[str, tuple[TimelineRow, ...]], ...]
    today_x: str

    @property
    def rows(self) -> tuple[TimelineRow, ...]:
        """The rows of all groups."""
        return tuple(row for _title, rows in self.groups for row in rows)


def _share(day: dt.date, first: dt.date, last: dt.date) -> float:
    return 100 * (day - first).days / ((last - first).days + 1)


def _percent(share: float) -> str:
    return f"{min(max(share, 0), 100):.2f}%"


def _bar(site: Any, words: str, look: str, first: dt.date, last: dt.date, *, is_own: bool = False) -> Bar:
    begin = max(_share(site.date_debut, first, last), 0.0)
    end = min(_share(site.date_fin + dt.timedelta(days=1), first, last), 100.0)
    return Bar(
        _percent(begin),
        _percent(max(end - begin, 0.6)),
        look,
        words,
        is_pending=site.etat not in _ONLINE,
        is_own=is_own,
    )


def neighbourhood(
    records: Iterable[SiteRecords], own: SiteRecords | None, *, numbers: dict[int, int], today: dt.date
) -> Timeline:
    """Return the works of streets around a site, five weeks from the Monday before it; the site itself comes first.

    ``numbers`` are those of the conflicts, by the id of their site: their streets come next.
    """
    start = min(own.site.date_debut, today + dt.timedelta(days=14)) if own else today
    first = start - dt.timedelta(days=start.weekday() + 7)
    last = max(first + dt.timedelta(days=41), own.site.date_fin if own else first)
    last = min(last, first + dt.timedelta(days=180))
    rows: dict[str, list[Bar]] = defaultdict(list)
    street_numbers: dict[str, int] = {}
    for each in records:
        if each.site.date_debut > last or each.site.date_fin < first:
            continue
        written = card(each, today=today)
        street = each.site.voie or each.site.objet
        words = _("%(nature)s, %(traffic)s") % {"nature": each.site.nature, "traffic": written.traffic}
        rows[street].append(_bar(each.site, words, written.look, first, last))
        if each.site.pk in numbers:
            street_numbers.setdefault(street, numbers[each.site.pk])
    ordered = sorted(
        rows, key=lambda street: (street not in street_numbers, street_numbers.get(street, 0), street)
    )
    listed = tuple(
        TimelineRow(
            street,
            tuple(rows[street]),
            ", ".join(bar.words for bar in rows[street]),
            number=street_numbers.get(street),
        )
        for street in ordered[:MAX_STREETS]
    )
    if own:
        bar = _bar(own.site, own.site.nature, card(own, today=today).look, first, last, is_own=True)
        listed = (TimelineRow(own.site.voie or _("Vos travaux"), (bar,), bar.words), *listed)
    return Timeline(first, last, _weeks(first, last), (("", listed),), _today(today, first, last))


def year_calendar(
    scope_records: Iterable[SiteRecords], *, year: int, grouping: str, today: dt.date
) -> Timeline:
    """Return the works of a year in groups: by commune, or by company (else by whom the works are for)."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    groups: dict[str, list[TimelineRow]] = defaultdict(list)
    for records in scope_records:
        site, written = records.site, card(records, today=today)
        groups[_group(site, grouping)].append(_year_row(written, site, first, last))
    listed = tuple((title, tuple(groups[title])) for title in sorted(groups))
    return Timeline(first, last, _months(year), listed, _today(today, first, last))


def _group(site: Any, grouping: str) -> str:
    if grouping == BY_COMPANY:
        return str(site.entreprise or site.maitre_ouvrage)
    return str(site.commune.nom) if site.commune else _("Hors des communes")


def _year_row(written: SiteCard, site: RoadWorks, first: dt.date, last: dt.date) -> TimelineRow:
    words = _("%(nature)s, %(traffic)s, %(first)s – %(last)s") % {
        "nature": site.get_nature_display(),
        "traffic": written.traffic,
        "first": date_words(site.date_debut, "j N"),
        "last": date_words(site.date_fin, "j N"),
    }
    return TimelineRow(
        site.voie or site.objet, (_bar(site, words, written.look, first, last),), words, pk=site.pk
    )


def _weeks(first: dt.date, last: dt.date) -> tuple[Tick, ...]:
    step = 7 if (last - first).days < 70 else 28
    days = range(0, (last - first).days, step)
    return tuple(
        Tick(_percent(_share(day, first, last)), date_words(day, "j N"))
        for day in (first + dt.timedelta(days=count) for count in days)
    )


def _months(year: int) -> tuple[Tick, ...]:
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    days = [dt.date(year, month, 1) for month in range(1, 13)]
    return tuple(Tick(_percent(_share(day, first, last)), date_words(day, "N")) for day in days)


def _today(today: dt.date, first: dt.date, last: dt.date) -> str:
    return _percent(_share(today, first, last)) if first <= today <= last else ""
