"""``./portal bench demonstration``: its first load, every dashboard first after a start, the counters of use."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.core.management import call_command

from bench.creation import create
from bench.demonstration import counters, openings
from bench.figures import Figure

MOST_SECONDS = 20


def prepare() -> None:
    """Make the database anew, with its tables and the published files."""
    create(anew=True)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def measures() -> Iterator[Figure]:
    """Measure the load of the demonstration, its dashboards, and what counting its use costs."""
    yield from loading()
    yield from openings.dashboards()
    yield from counters.overhead()
    yield from counters.kept_at_the_end()


def loading() -> Iterator[Figure]:
    """Measure the first load of the demonstration, then another one."""
    first = _load()
    yield Figure(
        "First load of the demonstration", f"≤ {MOST_SECONDS} s", f"{first:.1f} s", first <= MOST_SECONDS
    )
    yield Figure("Loaded again", "", f"{_load():.1f} s")


def _load() -> float:
    started = time.perf_counter()
    call_command("load_demo", verbosity=0)
    return time.perf_counter() - started
