"""PostgreSQL reads the textual forms of values as Python does, and casts all it accepts."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg.sql import SQL, Literal

from datasets.constraints import COLUMN_TYPES, LOCAL_TIME
from datasets.inference.values import MISSING, PATTERNS, accepts, canonical, is_missing
from datasets.loading.sql.casts import cast, cast_by_patterns
from datasets.sql import rows, time_zone
from datasets.vocabulary import ColumnType
from tests.examples import examples

pytestmark = pytest.mark.django_db

PIECES = [
    *(
        "0",
        "1",
        "12",
        "29",
        "30",
        "31",
        "02",
        "2",
        "2023",
        "2024",
        "1900",
        "2000",
        "999",
        "1 234",
        "\u202f567",
    ),
    *("-", "/", ".", ",", ":", "T", " ", " à ", "Z", "+01:00", "+", "e5", "E-99", "\u00a0", "\n", "٣", "é"),
    *(
        "mars",
        " février ",
        "1er",
        "AOÛT",
        " déc. ",
        "lundi ",
        "14h30",
        "45123",
        "1700000000",
        "1700000000000",
        "473385600000",
        "-157766400000",
    ),
    *("#REF!", "#N/A", "non renseigné", "x", "..."),
    *("oui", "NON", "Vrai", "faux", "true", "N/A", "null", "n.d.", "—", "23:59", "24:00", "05:30:15.5"),
]
"""What random texts are made of: forms that are nearly values."""


def _texts(count: int) -> list[str]:
    """Return texts drawn with a fixed seed, well-formed days and times among them."""
    draw = random.Random(92)
    mixed = ["".join(draw.choices(PIECES, k=draw.randint(1, 5))) for _number in range(count)]
    days = [
        f"{draw.randint(1, 31):02}/{draw.randint(1, 12)}/{draw.randint(1890, 2110)}" for _number in range(300)
    ]
    months = ("janvier", "févr.", "Fév", "mars", "avril", "juin", "juil.", "août", "AOUT", "décembre", "DÉC.")
    days += [
        f"{draw.randint(1, 31)} {draw.choice(months)} {draw.randint(1890, 2110)}" for _number in range(300)
    ]
    days += [f"{draw.randint(19000, 61000)}{draw.choice(('', '.5', ',25'))}" for _number in range(60)]
    return [*mixed, *days, *(f"{day} 14:05" for day in days), *(f"2024-02-{day:02}" for day in range(33))]


@pytest.mark.parametrize("kind", list(PATTERNS))
def test_database_accepts_what_python_accepts_and_casts_it_all(kind: ColumnType) -> None:
    texts = _texts(3_000)
    query = SQL(
        "SELECT {} IS NOT NULL FROM unnest(%s::text[]) WITH ORDINALITY t(value, n) ORDER BY n"
    ).format(cast(kind, SQL("value")))

    with connection.cursor() as cursor:
        cursor.execute(query, [texts])
        result = [is_read for (is_read,) in cursor.fetchall()]

    assert [text for text, is_read in zip(texts, result, strict=True) if is_read != accepts(kind, text)] == []
    assert any(result)


def test_database_finds_missing_what_python_finds_missing() -> None:
    texts = _texts(3_000)
    query = SQL("SELECT value ~* {} FROM unnest(%s::text[]) WITH ORDINALITY t(value, n) ORDER BY n").format(
        Literal(MISSING)
    )

    with connection.cursor() as cursor:
        cursor.execute(query, [[text.strip() for text in texts]])
        result = [is_missing for (is_missing,) in cursor.fetchall()]

    assert result == [bool(text.strip()) and is_missing(text.strip()) for text in texts]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ColumnType.DATE, "lundi 4 mars 2024"),
        (ColumnType.DATE, "1er AOÛT 2024"),
        (ColumnType.DATE, "29 févr. 2024"),
        (ColumnType.DATE, "45123"),
        (ColumnType.DATETIME, "3 mars 2024 à 14h30"),
        (ColumnType.DATETIME, "12/03/2024 14h30"),
        (ColumnType.DATETIME, "45123,75"),
        (ColumnType.DATETIME, "1700000000"),
        (ColumnType.DATETIME, "1700000000000"),
        (ColumnType.DATETIME, "473385600000"),
        (ColumnType.DATETIME, "-157766400000"),
    ],
)
def test_date_of_another_form_is_the_same_in_the_database_and_in_python(kind: ColumnType, text: str) -> None:
    query = SQL("SELECT {} = {}::{}").format(
        cast(kind, Literal(text)), Literal(canonical(kind, text)), COLUMN_TYPES[kind]
    )
    with time_zone(LOCAL_TIME):
        assert rows(query) == [(True,)]


def test_number_may_have_the_unit_of_its_field_after_it() -> None:
    texts = ["1 234,50 €", "12€", "12", "12 $"]
    columns = [cast(ColumnType.NUMBER, Literal(text), unit="€") for text in texts]
    assert rows(SQL("SELECT {}").format(SQL(", ").join(columns))) == [(1234.5, 12.0, 12.0, None)]


NEAR_PLAIN = {
    ColumnType.INTEGER: r"[-+]?[0-9]{0,19}[-. ]?[0-9]?",
    ColumnType.NUMBER: r"[-+ ]{0,2}[0-9]{0,31}[-.,]{0,2}[0-9]{0,20}(e-?[0-9])?[-.,]?",
    ColumnType.BOOLEAN: r" ?(?:true|vrai|oui|1|o|x|t|false|non|0|f|n|Non|OUI) ?",
    ColumnType.DATE: r"[0-3][0-9]/[01][0-9]/[0-3][0-9]{3}|[0-3][0-9]{3}-[01][0-9]-[0-3][0-9]\n?",
    ColumnType.DATETIME: (
        r"[12][0-9]{3}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9])?(Z|z|[+-][01][0-9]:[0-6][0-9])?"
    ),
}
"""Texts of the forms that are read without the patterns, and texts that miss them by a character."""


@pytest.mark.parametrize("kind", list(PATTERNS))
@examples(100)
@given(data=st.data())
def test_plain_forms_are_read_as_the_patterns_read_them(kind: ColumnType, data: st.DataObject) -> None:
    near = st.from_regex(NEAR_PLAIN[kind], fullmatch=True)
    texts = data.draw(st.lists(near, min_size=20, max_size=60)) + _texts(20)
    query = SQL("SELECT value, {}, {} FROM unnest({}::text[]) AS t(value)")
    column = SQL("value")
    by_patterns = cast_by_patterns(kind, column, COLUMN_TYPES[kind])
    with time_zone(LOCAL_TIME):
        read = rows(query.format(cast(kind, column), by_patterns, Literal(texts)))
    assert [(text, plain) for text, plain, _value in read] == [(text, value) for text, _plain, value in read]
