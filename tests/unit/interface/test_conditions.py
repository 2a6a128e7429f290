"""Conditions of addresses on dates counted from the day of the request: CQL2 that stays relative, and words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from interface.conditions import condition, resolved_range, value_words
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter

DAY = Field("pose", FieldType.DATE, "pose")
INSTANT = Field("vu_le", FieldType.DATETIME, "vu le")


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it the fifteenth of May."""
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: dt.date(2026, 5, 15))


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (DAY, "last-14-days", "(T_INTERSECTS(\"pose\", PERIOD('last-14-days')))"),
        (INSTANT, "this-month", "(T_INTERSECTS(\"vu_le\", PERIOD('this-month')))"),
        (DAY, "today-14d..today", "((\"pose\" >= TODAY('today-14d') AND \"pose\" <= TODAY('today')))"),
        (INSTANT, "..today", "((\"vu_le\" <= TODAY('today')))"),
    ],
)
def test_a_condition_stays_relative(field: Field, value: str, text: str) -> None:
    assert condition(field, [value], parameter="p") == text


@pytest.mark.parametrize("value", ["last-14-moons", "today-14", "todays..", "today-9999y.."])
def test_what_is_no_day_is_refused_by_name(value: str) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        condition(DAY, [value], parameter="arbres.pose")
    assert refusal.value.parameter == "arbres.pose"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("last-14-days", "14 derniers jours"),
        ("this-year", "année en cours"),
        ("today-14d..", "à partir du 1er mai 2026"),
        ("..today", "jusqu’au 15 mai 2026"),
    ],
)
def test_a_condition_is_worded(value: str, words: str) -> None:
    assert value_words(DAY, value) == words


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("last-14-days", "2026-05-02..2026-05-15"),
        ("today-14d..", "2026-05-01.."),
        ("..<today", "..<2026-05-15"),
        ("2026-01-01..2026-02-01", "2026-01-01..2026-02-01"),
    ],
)
def test_a_value_is_resolved_to_days(value: str, days: str) -> None:
    assert resolved_range(value) == days
