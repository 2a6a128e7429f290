"""Days that fall due: their words agree with the month that they are listed under."""

from __future__ import annotations

import datetime as dt

from dashboards.panels.due.kind import LATE, MONTH, NEXT, DueItem, state_of

TODAY = dt.date(2026, 12, 1)


def due(days: int) -> DueItem:
    """Return what is due in so many days."""
    day = TODAY + dt.timedelta(days=days)
    return DueItem(1, "Défis des foyers", "", day, days, state_of(day, TODAY), "")


def test_a_day_of_the_next_month_is_named_not_counted_in_months() -> None:
    assert (due(61).state, due(61).away) == (NEXT, "le 31 janvier")
    assert due(31).away == "le 1er janvier"


def test_no_day_of_this_month_or_the_next_is_months_away() -> None:
    assert not [item.away for item in map(due, range(62)) if "mois" in item.away]


def test_days_of_this_month_and_past_ones_are_counted() -> None:
    words = {item.state: item.away for item in (due(30), due(-40))}
    assert words == {MONTH: "dans 30 jours", LATE: "il y a 40 jours"}
