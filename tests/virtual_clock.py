"""An event loop whose clock jumps to what it waits for: hours of slow clients pass at once, and the same each time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop that waits for timers alone: nothing outside of it happens, so nothing else need be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        select = self._selector.select

        def jump(timeout: float | None = None) -> Any:
            if timeout is None:
                raise RuntimeError("everything waits for something that never comes")
            self._now += timeout
            return select(0)

        self._selector.select = jump

    def time(self) -> float:
        """Return the seconds since the loop was made."""
        return self._now


def run_virtually(work: Coroutine[Any, Any, Result]) -> tuple[Result, float]:
    """Return what a coroutine returns, and how many seconds it took by the virtual clock."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work), loop.time()
    finally:
        loop.close()
