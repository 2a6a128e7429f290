"""A COPY ends with the block that reads it: a fault of who writes the rows leaves no connection in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import connection
from psycopg.pq import TransactionStatus

from export_formats.columns import columns_of
from export_formats.rows import rows_of
from layers.sql import limits
from layers.sql.limits import closing_reads, copy_rows, time_limit
from tests.export_files import selection
from tests.factories import tree
from tests.world import TREES

ROWS = "SELECT repeat('x', 1000) FROM generate_series(1, 100000)"


def is_reading() -> bool:
    return connection.connection.info.transaction_status == TransactionStatus.ACTIVE


def fail_at_the_first_row(rows: Iterator[object]) -> None:
    next(rows)
    raise OSError("no room")


@pytest.mark.django_db
def test_a_read_left_in_the_middle_is_over_after_the_block() -> None:
    rows: Iterator[object] = iter(())
    with suppress(OSError), closing_reads():
        rows = copy_rows(ROWS, ())
        fail_at_the_first_row(rows)
    try:
        assert not is_reading()
    finally:
        rows.close()  # type: ignore[attr-defined]  # a generator


@pytest.mark.django_db
def test_a_read_is_over_before_its_time_limit_rolls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ROLLBACK of a connection in the middle of a COPY waits for ever."""
    states: list[bool] = []
    rows: Iterator[object] = iter(())
    atomic = limits.transaction.atomic

    @contextmanager
    def seen() -> Iterator[None]:
        with atomic():
            try:
                yield
            finally:
                states.append(is_reading())
                rows.close()  # type: ignore[attr-defined]  # a generator

    monkeypatch.setattr(limits.transaction, "atomic", seen)
    with suppress(OSError), time_limit("export"):
        rows = copy_rows(ROWS, ())
        fail_at_the_first_row(rows)
    assert states == [False]


def test_the_rows_of_an_export_are_over_when_its_format_fails(catalogue: object) -> None:
    tree("x" * 100)
    asked = selection(TREES)
    with suppress(OSError), closing_reads():
        rows = rows_of(asked, columns_of(asked, reserved=[]), asked.query.crs)
        fail_at_the_first_row(rows)
    assert not is_reading()
