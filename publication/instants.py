"""Instants that people write, on the clock of the portal: a day and an hour, and which of two hours in October.

The zone is that of the setting ``TIME_ZONE`` (Europe/Paris). When clocks go forward, an hour does not exist; when they
go back, one exists twice (IANA time zone database; PEP 495 for ``fold``).
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publication.errors import AmbiguousInstant, InvalidInstant

# Which of the two hours: that of summer time comes first.
FIRST, SECOND = "1", "2"
TURNS = (
    (FIRST, gettext_lazy("la première, à l’heure d’été")),
    (SECOND, gettext_lazy("la seconde, à l’heure d’hiver")),
)


def local_instant(
    day: dt.date, time: dt.time, *, turn: str = "", parameter: str = "starts_at"
) -> dt.datetime:
    """Return the instant, in UTC, of a day and an hour on the clock of the portal.

    ``turn`` is FIRST or SECOND for an hour that exists twice, empty when nothing says which.

    Raises:
        AmbiguousInstant: the hour exists twice, and ``turn`` is empty.
        InvalidInstant: the hour does not exist on that day; ``parameter`` names the instant.
    """
    zone = timezone.get_default_timezone()
    naive = dt.datetime.combine(day, time.replace(tzinfo=None, fold=0))
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    words = {"time": naive.strftime("%H:%M"), "day": naive.strftime("%d/%m/%Y")}
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(dt.UTC)
    if first.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise InvalidInstant(
            _("%(time)s n’existe pas le %(day)s : les horloges avancent d’une heure.") % words,
            parameter=parameter,
        )
    if turn not in {FIRST, SECOND}:
        raise AmbiguousInstant(
            _("%(time)s existe deux fois le %(day)s : dites laquelle, la première ou la seconde.") % words,
            parameter=parameter,
        )
    return (first if turn == FIRST else second).astimezone(dt.UTC)


def turn_of(instant: dt.datetime) -> str:
    """Return which of two hours an instant is on the clock of the portal, empty for an hour that exists once."""
    local = timezone.localtime(instant, timezone.get_default_timezone())
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return ""
    return SECOND if local.fold else FIRST
