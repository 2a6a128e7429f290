"""What a child process may use at most."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

MEGABYTE = 1024 * 1024
# Less than this is none: a library that failed to write does not always say why.
_MIN_ROOM = 64 * 1024


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


def has_room(folder: Path) -> bool:
    """Whether the disk of a folder takes files."""
    state = os.statvfs(folder)
    is_closed = state.f_flag & os.ST_RDONLY or (state.f_files and not state.f_favail)
    return not is_closed and state.f_bavail * state.f_frsize >= _MIN_ROOM
