"""A clock of requests that a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection

from layers.sql import query_limiter


class Clock:
    """Seconds, which stand still."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def still_clock() -> Iterator[Clock]:
    """Give the requests of the block a clock that stands still."""
    clock = Clock()
    with patch.object(query_limiter, "now", clock):
        yield clock


@contextmanager
def lasting(table: str, seconds: float) -> Iterator[list[str]]:
    """Let each statement of Django's about a table last so long on a still clock; yield all statements, in order."""
    told: list[str] = []

    def last(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        told.append(sql)
        clock.seconds += seconds if f'FROM "{table}"' in sql else 0
        return execute(sql, params, many, context)

    with still_clock() as clock, connection.execute_wrapper(last):
        yield told
