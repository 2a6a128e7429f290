"""Days told from today in the filters of a dashboard."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from dashboards.documents.document import PanelQuestion
from dashboards.documents.questions import dated, dated_question


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it the last day of January of a leap year."""
    monkeypatch.setattr(timezone, "localdate", lambda: dt.date(2024, 1, 31))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("DATE('today')", "DATE('2024-01-31')"),
        ("DATE('today+30d')", "DATE('2024-03-01')"),
        ("DATE('today-2w')", "DATE('2024-01-17')"),
        ("date( 'today + 1m' )", "DATE('2024-02-29')"),
        ("DATE('today-11m')", "DATE('2023-02-28')"),
        ("DATE('today-4y')", "DATE('2020-01-31')"),
        (
            "fin >= DATE('today') AND debut <= DATE('today')",
            "fin >= DATE('2024-01-31') AND debut <= DATE('2024-01-31')",
        ),
    ],
)
def test_a_day_is_told_from_today(written: str, meant: str) -> None:
    assert dated(written) == meant


@pytest.mark.parametrize(
    "text", ["DATE('today+30')", "DATE('todya')", "DATE('today+9999y')", "nom = 'today'", ""]
)
def test_what_is_no_such_day_is_left_to_the_reader_of_filters(text: str) -> None:
    assert dated(text) == text


def test_both_filters_of_a_question_hold_days() -> None:
    asked = dated_question(
        PanelQuestion("x", filter="a > DATE('today')", relation_filter="b < DATE('today-1d')")
    )
    assert (asked.filter, asked.relation_filter) == ("a > DATE('2024-01-31')", "b < DATE('2024-01-30')")
