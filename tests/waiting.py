"""Waiting for what another process does: bounded, and over as soon as it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

Reading = TypeVar("Reading")
_WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"


def until(is_true: Callable[[], bool], *, seconds: int = 30) -> None:
    """Wait until something is true, at most 30 s; a program that starts takes longer on a busy machine."""
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


def settled(read: Callable[[], Reading], expected: Reading, *, seconds: int = 30) -> Reading:
    """Read until it is what is expected, at most 30 s; return what was read last, which an assert then says."""
    deadline = time.monotonic() + seconds
    while (reading := read()) != expected and time.monotonic() < deadline:
        time.sleep(0.02)
    return reading


def somebody_waits() -> bool:
    """Whether another connection waits for a lock of this one."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return bool(cursor.fetchone()[0])
