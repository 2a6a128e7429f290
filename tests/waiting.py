"""Waiting for what another process does: bounded, and over as soon as it is done."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(is_true: Callable[[], bool], *, seconds: int = 30) -> None:
    """Wait until something is true, at most 30 s; a program that starts takes longer on a busy machine."""
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)
