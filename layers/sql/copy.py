"""Rows out of PostgreSQL as they are: ``COPY … TO STDOUT``, one chunk of bytes a row.

The text format of COPY doubles backslashes and so breaks JSON; the CSV format with control characters as delimiter and
quote, which JSON never holds unescaped, gives the bytes untouched at the same speed.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection

from layers.sql.costs import examine

Part = TypeVar("Part")
_AS_IS = r"WITH (FORMAT csv, DELIMITER e'\x1f', QUOTE e'\x1e')"


_READS: ContextVar[ExitStack | None] = ContextVar("open reads", default=None)


@contextmanager
def closing_reads() -> Iterator[None]:
    """End with the block every ``COPY`` that began in it.

    An error in the code that writes the rows leaves the generator of the read suspended, and the connection in the
    middle of a ``COPY``: the ROLLBACK that follows would wait for ever.
    """
    with ExitStack() as reads:
        token = _READS.set(reads)
        try:
            yield
        finally:
            reads.close()
            _READS.reset(token)


def closed_with_block(rows: Generator[Part, None, None]) -> Iterator[Part]:
    """Return a read that ends with the block of ``closing_reads`` around it, if there is one."""
    reads = _READS.get()
    if reads is not None:
        reads.callback(rows.close)
    return rows


def copy_rows(statement: str, parameters: Sequence[Any]) -> Iterator[memoryview]:
    """Yield the one text column of a SELECT, row by row, each ended by a newline.

    ``statement`` holds ``%s`` for each of ``parameters``, which psycopg binds. Run it inside ``time_limit``, which
    ends it.

    Raises:
        TooCostly, Busy: see ``layers.sql.costs.examine``.
    """
    return closed_with_block(_rows(statement, parameters))


def _rows(statement: str, parameters: Sequence[Any]) -> Generator[memoryview, None, None]:
    examine(statement, parameters)
    with (
        connection.cursor() as cursor,
        # Django's own wrappers take no parameters in ``copy`` while queries are recorded (debug, tests).
        cursor.cursor.copy(f"COPY ({statement}) TO STDOUT {_AS_IS}", parameters) as copy,
    ):
        yield from copy
