"""Waiting for what another process does: bounded, and over as soon as it is done."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(is_true: Callable[[], bool]) -> None:
    """Wait until something is true, at most 30 s."""
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline, "not within 30 s"
        time.sleep(0.02)
