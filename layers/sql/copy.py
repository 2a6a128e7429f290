"""Rows out of PostgreSQL as they are: ``COPY … TO STDOUT``, one chunk of bytes a row.

The text format of COPY doubles backslashes and so breaks JSON; the CSV format with control characters as delimiter and
quote, which JSON never holds unescaped, gives the bytes untouched at the same speed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from layers.sql.costs import examine

_AS_IS = r"WITH (FORMAT csv, DELIMITER e'\x1f', QUOTE e'\x1e')"


def copy_rows(statement: str, parameters: Sequence[Any]) -> Iterator[memoryview]:
    """Yield the one text column of a SELECT, row by row, each ended by a newline.

    ``statement`` holds ``%s`` for each of ``parameters``, which psycopg binds. Run it inside ``time_limit``.

    Raises:
        TooCostly, Busy: see ``layers.sql.costs.examine``.
    """
    examine(statement, parameters)
    with (
        connection.cursor() as cursor,
        # Django's own wrappers take no parameters in ``copy`` while queries are recorded (debug, tests).
        cursor.cursor.copy(f"COPY ({statement}) TO STDOUT {_AS_IS}", parameters) as copy,
    ):
        yield from copy
