"""What a child process may use at most."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one child. ``memory`` is what it may add, in bytes, to what the program takes before it reads anything.

    ``cpu_seconds`` is processor time; ``wall_seconds`` the sum of the times somebody waits for an answer; ``files`` the
    descriptors open at once; ``file_bytes`` the size of each file it writes; ``output_bytes`` that of all its answers.
    """

    memory: int
    cpu_seconds: int
    wall_seconds: float
    files: int
    file_bytes: int
    output_bytes: int


def configured_limits() -> Limits:
    """Return the bounds that the settings give."""
    return Limits(
        memory=settings.SANDBOX_MEMORY_MB * MEGABYTE,
        cpu_seconds=settings.SANDBOX_CPU_SECONDS,
        wall_seconds=settings.SANDBOX_WALL_SECONDS,
        files=settings.SANDBOX_FILES,
        file_bytes=settings.SANDBOX_DISK_MB * MEGABYTE,
        output_bytes=settings.SANDBOX_OUTPUT_MB * MEGABYTE,
    )
