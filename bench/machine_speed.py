"""How much longer this machine takes than the reference machine of ``docs/performance.md`` (ADR 0112)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import IO

# Milliseconds of processor that the reference machine takes for the computation below, derived from floors: where it
# took 38, those of the basic run took 1.0 to 2.1 times as long as in the table of a quiet run, 1.6 in the mean.
REFERENCE_MS = 24.0
# Seconds between two computations: they take a fiftieth of a core, at the lowest priority.
_PAUSE_S = 1.0
_FEATURES = [
    {
        "type": "Feature",
        "id": number,
        "geometry": {"type": "Point", "coordinates": [2.2 + number / 7e5, 48.8 + number / 9e5]},
        "properties": {
            "nom": f"Élément n° {number}",
            "commune": str(92_000 + number % 80),
            "effectif": number,
        },
    }
    for number in range(4_000)
]


class MachineSpeed:
    """What a process beside the run tells of the speed of the machine."""

    def __init__(self, lines: IO[bytes]) -> None:
        self._lines, self._rest, self._last = lines, b"", 1.0
        os.set_blocking(lines.fileno(), False)

    def slowness(self) -> float:
        """Return the time of this machine over that of the reference since the last call: 2.0 takes twice as long.

        It is never under 1, and that of the last call where nothing was computed since.
        """
        *lines, self._rest = (self._rest + (self._lines.read() or b"")).split(b"\n")
        if lines:
            self._last = max(1.0, mean(map(float, lines)) / REFERENCE_MS)
        return self._last


@contextmanager
def machine_speed() -> Iterator[MachineSpeed]:
    """Watch the speed of the machine while the block runs."""
    process = subprocess.Popen(  # noqa: S603  (constants)
        [sys.executable, "-m", __name__],
        cwd=Path(__file__).resolve().parents[1],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield MachineSpeed(process.stdout)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _computed_ms() -> float:
    """Write, read and group features, as a server does; return the milliseconds of processor that it took.

    They leave out the waiting for other processes of this machine, and hold what others of its host slow down.
    """
    begun = time.thread_time()
    totals: dict[str, int] = {}
    for feature in json.loads(json.dumps(_FEATURES, ensure_ascii=False)):
        properties = feature["properties"]
        totals[properties["commune"]] = totals.get(properties["commune"], 0) + properties["effectif"]
    return (time.thread_time() - begun) * 1_000


if __name__ == "__main__":
    os.nice(19)
    parent = os.getppid()
    while os.getppid() == parent:
        print(f"{_computed_ms():.2f}", flush=True)
        time.sleep(_PAUSE_S)
