"""What an answer takes of the processor, whoever shares the cores: of this process, and of its database."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles

from django.db import connection

from bench.figures import Figure, in_time

BOUND_MS, TURNS = 50.0, 15


def processor_figure(name: str, calls: Sequence[Callable[[], object]]) -> Figure:
    """Measure the milliseconds of several questions, each in turn, once what they need is remembered."""
    for ask in [*calls, *calls]:
        ask()
    times = [processor_ms(ask) for _turn in range(TURNS) for ask in calls]
    high = quantiles(times, n=20)[18]
    measured = f"{median(times):.1f} ms, p95 {high:.1f}, at most {max(times):.1f}"
    return Figure(name, f"p95 ≤ {BOUND_MS:g} ms", measured, in_time(high, BOUND_MS))


def processor_ms(ask: Callable[[], object]) -> float:
    """Return the milliseconds that an answer takes of both processes together."""
    started = time.process_time() + _of_database()
    ask()
    return (time.process_time() + _of_database() - started) * 1000


def _of_database() -> float:
    """Return the seconds of processor of the process of PostgreSQL that answers (Linux, proc(5), schedstat)."""
    connection.ensure_connection()
    spent = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return int(spent.split()[0]) / 1e9
