"""``./portal bench demonstration``: its first load, every dashboard first after a start, the counters of use."""

from __future__ import annotations

import os
import time

from django.core.management import call_command

from bench import report
from bench.creation import create
from bench.demonstration import counters, openings
from bench.measures import Figure

MOST_SECONDS = 20


def main() -> int:
    """Measure everything once and return the exit code: 1 when a bound is missed."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}", flush=True)
    figures: list[Figure] = []
    for measure in (loading, openings.dashboards, counters.overhead, counters.kept_at_the_end):
        for figure in measure():
            print(f"  {figure.name}: {figure.measured}", flush=True)
            figures.append(figure)
    print(f"\n{report.table(figures)}\n\nLoad at the end: {os.getloadavg()[0]:.2f}")
    return report.exit_code(figures)


def loading() -> list[Figure]:
    """Make the database anew and measure the first load of the demonstration, then another one."""
    create(anew=True)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    first, again = _load(), _load()
    return [
        Figure(
            "First load of the demonstration",
            f"≤ {MOST_SECONDS} s",
            f"{first:.1f} s",
            first <= MOST_SECONDS,
        ),
        Figure("Loaded again", "", f"{again:.1f} s"),
    ]


def _load() -> float:
    begun = time.perf_counter()
    call_command("load_demo", verbosity=0)
    return time.perf_counter() - begun
