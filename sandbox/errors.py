"""How a child process may end without an answer. Whoever asked says it in words for people."""

from __future__ import annotations

import errno

# A write that the disk refuses: full, over a quota, read-only. It is no fault of the file: an ``OSError`` says so, as
# if who asked had written.
DISK_FAULTS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


class SandboxError(Exception):
    """Base of the ends without an answer; ``detail`` is for the log of the server."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class MemoryExceeded(SandboxError):
    """The child asked for more memory than it may have."""


class TimeExceeded(SandboxError):
    """The child used more processor time than it may, or did not answer in time; ``seconds`` is the limit."""

    def __init__(self, detail: str = "", *, seconds: float) -> None:
        super().__init__(detail)
        self.seconds = seconds


class OutputExceeded(SandboxError):
    """The child wrote more than it may, in a file or as an answer."""


class ProgramCrashed(SandboxError):
    """The child stopped by itself: a fault of the program that reads, or an answer that makes no sense."""


class SandboxUnavailable(SandboxError):
    """No child could be started: too many are running, or the machine has no room."""
