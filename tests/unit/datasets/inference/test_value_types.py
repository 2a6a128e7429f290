"""What a value of each type looks like in a file, and what it becomes."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.inference.values import MISSING, MISSING_FIRST, accepts, canonical, is_missing
from datasets.vocabulary import ColumnType
from tests.examples import examples


def test_every_real_day_is_accepted_in_every_form_and_no_other() -> None:
    days = {date(1995, 12, 1) + timedelta(days) for days in range(2000)}
    real = {day.isoformat() for day in days}

    assert all(
        accepts(ColumnType.DATE, day.strftime(form))
        for day in days
        for form in ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d")
    )
    for year in range(1996, 2001):
        for month in range(14):
            for day_number in range(33):
                text = f"{year}-{month:02}-{day_number:02}"
                assert accepts(ColumnType.DATE, text) == (text in real), text


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (ColumnType.INTEGER, "1 234 567", "1234567"),
        (ColumnType.INTEGER, " 12\u202f000 ", "12000"),
        (ColumnType.NUMBER, "1\u00a0234,5", "1234.5"),
        (ColumnType.NUMBER, "1.2E-7", "1.2E-7"),
        (ColumnType.BOOLEAN, "Oui", "true"),
        (ColumnType.BOOLEAN, "FAUX", "false"),
        (ColumnType.BOOLEAN, "1", "true"),
        (ColumnType.DATE, "1/2/2024", "2024-2-1"),
        (ColumnType.DATE, "20240229", "2024-02-29"),
        (ColumnType.DATETIME, "29/02/2024 à 14:05", "2024-02-29 14:05"),
        (ColumnType.DATETIME, "3 mars 2024 à 9h30", "2024-03-03 09:30"),
        (ColumnType.DATE, "lundi 1er août 2024", "2024-08-01"),
        (ColumnType.DATE, "45123", "2023-07-16"),
        (ColumnType.BOOLEAN, "X", "true"),
        (ColumnType.DATETIME, "2014-08-13T22:12:23+00:00", "2014-08-13T22:12:23+00:00"),
    ],
)
def test_accepted_value_is_rewritten_for_the_database(kind: ColumnType, text: str, expected: str) -> None:
    assert accepts(kind, text)
    assert canonical(kind, text) == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ColumnType.INTEGER, "1234567890123456789"),
        (ColumnType.INTEGER, "12.0"),
        (ColumnType.INTEGER, "٣"),
        (ColumnType.NUMBER, "1,234.5"),
        (ColumnType.NUMBER, "Infinity"),
        (ColumnType.BOOLEAN, "peut-être"),
        (ColumnType.DATE, "31/04/2024"),
        (ColumnType.DATE, "2023-02-29"),
        (ColumnType.DATE, "01/02/24"),
        (ColumnType.DATETIME, "2024-01-01 25:00"),
    ],
)
def test_value_of_another_shape_is_not_accepted(kind: ColumnType, text: str) -> None:
    assert not accepts(kind, text)


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "N/A", "null", "NC", "n.d.", "-", None])
def test_ways_of_writing_nothing_are_missing(text: str | None) -> None:
    assert is_missing(text)


@examples(60)
@given(st.from_regex(re.compile(MISSING, re.IGNORECASE)))
def test_what_is_missing_begins_as_the_database_looks_for_it(text: str) -> None:
    """Python's case folding knows the sign of Kelvin and the long s, which PostgreSQL's patterns do not."""
    assert text[0] in MISSING_FIRST or not text[0].isascii()
