"""A progress bar on a terminal; where there is none, a line at each tenth."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Protocol, Self

from django.utils.translation import gettext as _

_WIDTH = 30
_EVERY_S = 0.2


class ProgressOutput(Protocol):
    """What Django's commands write on."""

    def write(self, msg: str = "", style_func: Any = None, ending: str | None = None) -> None:
        """Write a line, or a part of one when ``ending`` is empty."""

    def isatty(self) -> bool:
        """Whether somebody looks at it now."""


class ProgressBar:
    """Tells how far a work of ``total`` steps is; whatever ends the work, the line is ended."""

    def __init__(self, title: str, total: int, output: ProgressOutput) -> None:
        self._title, self._total, self._output = title, total, output
        self._done, self._told, self._tenth = 0, 0.0, 0
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the line."""
        if self._output.isatty():
            self._output.write(f"\r{self._line()}\n", ending="")

    def advance(self) -> None:
        """Count a step."""
        self._done += 1
        now = time.monotonic()
        if self._output.isatty():
            if now - self._told > _EVERY_S:
                self._told = now
                self._output.write(f"\r{self._line()}", ending="")
        elif self._done * 10 // max(self._total, 1) > self._tenth:
            self._tenth = self._done * 10 // self._total
            self._output.write(self._line())

    def _line(self) -> str:
        share = self._done / self._total if self._total else 1.0
        bar = "#" * round(share * _WIDTH)
        rate = self._done / max(time.monotonic() - self._started, 1e-3)
        numbers = _("%(done)d sur %(total)d, %(rate).0f/s") % {
            "done": self._done,
            "total": self._total,
            "rate": rate,
        }
        return f"{self._title} [{bar:<{_WIDTH}}] {numbers}"
