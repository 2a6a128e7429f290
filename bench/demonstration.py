"""``./portal bench demonstration``: its first load, every dashboard first after a start, pages, the counters of use."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from statistics import median

from django.conf import settings
from django.core.management import call_command
from django.db.models import Sum
from django.test import Client

from bench.attacks.sessions import administrator_session
from bench.client import Connection
from bench.creation import create, publish_files
from bench.dashboards.panel_requests import arrivals, missing_panels
from bench.figures import Figure, by_length, in_time, part
from bench.page_times import page_times
from bench.server import Server, serving
from gisportal.demo.dashboards import DASHBOARDS
from usage.models import DailyUse

OPENING_MS = 2_000
# What a brief run opens: one dashboard in five, the one of most panels among them.
_SOME = DASHBOARDS[1::5]


def dashboards() -> Iterator[Figure]:
    """Measure each dashboard on a server of its own that answered nothing before but that it is there."""
    cookie = administrator_session()
    for slug in by_length(DASHBOARDS, _SOME):
        with serving() as server:
            page, total, panels = _opened(server, f"/tableaux-de-bord/{slug}/", cookie)
        measured = f"{total:.0f} ms (page {page:.0f}, then {panels} panels)"
        yield Figure(f"Cold: {slug}", f"≤ {OPENING_MS / 1000:.0f} s", measured, in_time(total, OPENING_MS))


def _opened(server: Server, path: str, cookie: str) -> tuple[float, float, int]:
    """Return when the page and when its last part was there, in milliseconds, and how many panels were asked."""
    begun = time.perf_counter()
    with closing(Connection(server.port)) as client:
        answer = client.get(path, keep=True, Cookie=cookie)
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    page = (time.perf_counter() - begun) * 1000
    missing = missing_panels(answer.body)
    arrivals(server, [*missing, f"{path}filtres/"], Cookie=cookie)
    return page, (time.perf_counter() - begun) * 1000, len(missing)


# Of a remembered answer, which takes a millisecond of processor, a percent is less than a count of anything costs.
MAX_PERCENT, COUNTING_MS = 1.0, 0.05
REPETITIONS, _BRIEF_REPETITIONS, _WARM = 1_500, 300, 50
LAYER, REQUESTS = "arbres-remarquables", 40
# The lightest answers that are counted feel it most.
_PATHS = {
    "a page of ten by the API": f"/api/collections/{LAYER}/items?limit=10",
    "the page of a layer": f"/catalogue/{LAYER}/",
}


def overhead() -> Iterator[Figure]:
    """Ask the same with and without counters, in turn in one process: its processor time, which other work spares."""
    client = Client(HTTP_HOST=settings.PORTAL_AUTHORITIES[0], HTTP_USER_AGENT="Mozilla/5.0")
    for name, path in _PATHS.items():
        spent: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(_WARM + by_length(REPETITIONS, _BRIEF_REPETITIONS)):
            # Who goes first changes each time: what the one leaves warm serves the other.
            for is_counted in (turn % 2 == 0, turn % 2 == 1):
                settings.USAGE_COUNTERS = is_counted
                milliseconds = _processor_time(client, path)
                if turn >= _WARM:
                    spent[is_counted].append(milliseconds)
        counted, uncounted = median(spent[True]), median(spent[False])
        percent = (counted / uncounted - 1) * 100
        measured = f"{percent:+.2f} % ({counted:.3f} ms, {uncounted:.3f} without)"
        is_met = percent <= MAX_PERCENT or in_time(counted - uncounted, COUNTING_MS)
        yield Figure(
            f"Counters of use: {name}", f"≤ {MAX_PERCENT:.0f} % or {COUNTING_MS} ms", measured, is_met
        )


def _processor_time(client: Client, path: str) -> float:
    begun = time.thread_time()
    answer = client.get(path)
    spent = (time.thread_time() - begun) * 1000
    answer.close()
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return spent


def written_at_exit() -> list[Figure]:
    """Ask a server some pages, end it by SIGTERM well before its minute, and look at what is written."""
    before = _counted()
    with serving() as server:
        for _ in range(REQUESTS):
            with closing(Connection(server.port)) as client:
                client.get(f"/catalogue/{LAYER}/")
        waiting = _counted() - before
    written = _counted() - before
    measured = f"{written} of {REQUESTS} ({waiting} before it ended)"
    return [Figure("Uses kept when the server ends", "all", measured, written == REQUESTS)]


def _counted() -> int:
    rows = DailyUse.objects.filter(couche=LAYER, nature="consultation")
    return int(rows.aggregate(total=Sum("nombre"))["total"] or 0)


MAX_SECONDS = 20


def prepare() -> None:
    """Make the database anew, with its tables and the published files."""
    create(anew=True)
    call_command("migrate", verbosity=0)
    publish_files()


def measures() -> Iterator[Figure]:
    """Measure the load of the demonstration, then its dashboards, its pages, and what counting its use costs."""
    yield from loading()
    yield from part("dashboards", dashboards)
    yield from part("pages", page_times)
    yield from part("counters", overhead)
    yield from part("exit", written_at_exit)


def loading() -> Iterator[Figure]:
    """Measure the first load of the demonstration, then another one."""
    first = _load()
    yield Figure(
        "First load of the demonstration", f"≤ {MAX_SECONDS} s", f"{first:.1f} s", in_time(first, MAX_SECONDS)
    )
    yield Figure("Loaded again", "", f"{_load():.1f} s")


def _load() -> float:
    started = time.perf_counter()
    call_command("load_demo", verbosity=0)
    return time.perf_counter() - started
