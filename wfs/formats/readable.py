"""What a writer of features gives when memory does not hold it."""

from __future__ import annotations

from typing import Protocol


class Readable(Protocol):
    """A file open at its beginning, which whoever sends it closes."""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""

    def close(self) -> None:
        """Close it."""
