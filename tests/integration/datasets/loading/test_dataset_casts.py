"""PostgreSQL reads the textual forms of values as Python does, and casts all it accepts."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from psycopg.sql import SQL, Literal

from datasets.inference.values import MISSING, PATTERNS, accepts, is_missing
from datasets.loading.sql.casts import cast
from datasets.vocabulary import ColumnType

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
    return [*mixed, *days, *(f"{day} 14:05" for day in days), *(f"2024-02-{day:02}" for day in range(33))]


@pytest.mark.parametrize("kind", list(PATTERNS))
def test_database_accepts_what_python_accepts_and_casts_it_all(kind: ColumnType) -> None:
    texts = _texts(3_000)
    query = SQL(
        "SELECT {} IS NOT NULL FROM unnest(%s::text[]) WITH ORDINALITY t(value, n) ORDER BY n"
    ).format(cast(kind, SQL("value")))

    with connection.cursor() as cursor:
        cursor.execute(query, [texts])
        found = [is_read for (is_read,) in cursor.fetchall()]

    assert [text for text, is_read in zip(texts, found, strict=True) if is_read != accepts(kind, text)] == []
    assert any(found)


def test_database_finds_missing_what_python_finds_missing() -> None:
    texts = _texts(3_000)
    query = SQL("SELECT value ~* {} FROM unnest(%s::text[]) WITH ORDINALITY t(value, n) ORDER BY n").format(
        Literal(MISSING)
    )

    with connection.cursor() as cursor:
        cursor.execute(query, [[text.strip() for text in texts]])
        found = [is_missing for (is_missing,) in cursor.fetchall()]

    assert found == [bool(text.strip()) and is_missing(text.strip()) for text in texts]
