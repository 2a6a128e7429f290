"""The dashboard as PDF: from a server that has just started and remembers nothing, then again."""

from __future__ import annotations

from contextlib import closing
from time import perf_counter

from bench.client import Connection
from bench.dashboards.panels import PAGE, forget
from bench.measures import Figure
from bench.server import serving

_PATH = f"{PAGE}imprimer/?fichier-type=pdf"
_BOUND_S = 10.0


def pdf() -> list[Figure]:
    """Measure the file twice: with the children that lay it out asleep and no panel read, then with both there."""
    forget()
    with serving() as server:
        return [
            _figure(f"PDF, {name}", *_written(server.port)) for name in ("server just started", "once more")
        ]


def _written(port: int) -> tuple[float, int]:
    """Return the seconds that a PDF takes, and its bytes."""
    begun = perf_counter()
    with closing(Connection(port)) as client:
        answer = client.get(_PATH, keep=True)
    seconds = perf_counter() - begun
    if answer.status != 200 or not answer.body.startswith(b"%PDF-"):
        raise RuntimeError(f"no PDF at {_PATH}: {answer.status}")
    return seconds, answer.size


def _figure(name: str, seconds: float, size: int) -> Figure:
    return Figure(name, f"≤ {_BOUND_S:.0f} s", f"{seconds:.1f} s, {size / 1e3:.0f} kB", seconds <= _BOUND_S)
