"""A program run in a process of its own, which tells its own highest memory at its end.

The kernel's count for a child that ended (``ru_maxrss``) begins with the memory of the parent that started it; the
benchmark, which reads whole layers to check them, is larger than what it measures.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from time import perf_counter

from bench.server import ROOT

_TELL = """
import pathlib
print("\\nhighest", pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""
_TOLD = re.compile(r"^highest (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: whether it came to its end, in how many seconds, with how many megabytes at most."""

    is_done: bool
    seconds: float
    megabytes: float


def run(program: str, *arguments: str) -> Ended:
    """Run a text of Python in the project's folder."""
    begun = perf_counter()
    finished = subprocess.run(  # noqa: S603 (our own programs)
        [sys.executable, "-c", program + _TELL, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = perf_counter() - begun
    told = _TOLD.search(finished.stdout)
    if told is None:
        print(finished.stderr[-2000:], file=sys.stderr)
    return Ended(told is not None, seconds, int(told[1]) / 1024 if told else 0.0)
