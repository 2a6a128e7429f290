"""An event loop whose clock jumps to what it waits for: hours of slow clients pass at once, and the same each time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing, and counts how long it would have waited."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready at once."""
        if timeout is None:
            raise RuntimeError("everything waits for something that never comes")
        self.now += timeout
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop that waits for timers alone: nothing outside of it happens, so nothing else need be waited for."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the seconds since the loop was made."""
        return self._jumping.now


async def virtual_seconds(seconds: float) -> None:
    """Let so many seconds pass by the clock of the loop."""
    passed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(seconds, passed.set_result, None)
    await passed


def run_virtually(work: Coroutine[Any, Any, Result]) -> tuple[Result, float]:
    """Return what a coroutine returns, and how many seconds it took by the virtual clock."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work), loop.time()
    finally:
        loop.close()
