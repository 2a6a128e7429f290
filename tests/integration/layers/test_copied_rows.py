"""What a COPY gives its readers: each row once, ended by a newline, and the error of the database when it stops."""

from __future__ import annotations

import psycopg.errors
import pytest
from django.db import connection

from layers.sql.limits import copy_rows, time_limit

MANY = 20_000


def copied(statement: str, *parameters: object) -> list[bytes]:
    with time_limit("export"):
        return [bytes(row) for row in copy_rows(statement, parameters)]


@pytest.mark.django_db
def test_every_row_arrives_once_and_in_order() -> None:
    """Rows of several messages, longer and shorter than what the network gives at once."""
    rows = copied(
        "SELECT i || repeat('é', mod(i * 7919, 300)) FROM generate_series(1, %s) AS i ORDER BY i", MANY
    )
    assert rows == [f"{i}{'é' * (i * 7919 % 300)}\n".encode() for i in range(1, MANY + 1)]


@pytest.mark.django_db
def test_a_read_without_rows_gives_none() -> None:
    assert copied("SELECT 'a' WHERE false") == []


@pytest.mark.django_db
def test_an_only_row_arrives_whatever_it_holds() -> None:
    assert copied("SELECT %s::text", "\\.") == [b"\\.\n"]
    assert copied("SELECT ''") == [b"\n"]
    assert copied("SELECT NULL::text") == [b"\n"]
    assert copied("""SELECT '{"a": "100 %%"}'::json WHERE %s""", True) == [b'{"a": "100 %"}\n']


@pytest.mark.django_db
def test_a_row_longer_than_a_buffer_arrives_whole() -> None:
    assert [len(row) for row in copied("SELECT repeat('x', 3000000) FROM generate_series(1, 2)")] == [
        3_000_001
    ] * 2


@pytest.mark.django_db
def test_an_error_in_the_middle_of_the_rows_is_that_of_the_database() -> None:
    rows: list[bytes] = []
    with pytest.raises(psycopg.errors.DivisionByZero), time_limit("export"):
        for row in copy_rows("SELECT 1 / (%s - i) FROM generate_series(1, 100000) AS i", [MANY]):
            rows.append(bytes(row))
    assert len(rows) == MANY - 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
