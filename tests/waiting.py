"""Waiting for what another process does: bounded, and over as soon as it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Reading = TypeVar("Reading")


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
