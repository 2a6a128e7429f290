"""What counting the use of the portal costs a request, and that what was counted is there when the server has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from statistics import median

from django.conf import settings
from django.db.models import Sum
from django.test import Client

from bench.client import Connection
from bench.figures import Figure
from bench.server import serving
from usage.models import DailyUse

# Of a remembered answer, which takes a millisecond of processor, a percent is less than a count of anything costs.
MOST_PERCENT, MOST_MS = 1.0, 0.05
REPETITIONS, _WARM = 1_500, 50
_HOST = "127.0.0.1"
LAYER, ASKED = "arbres-remarquables", 40
# The lightest answers that are counted feel it most.
_PATHS = {
    "a page of ten by the API": f"/api/collections/{LAYER}/items?limit=10",
    "the page of a layer": f"/catalogue/{LAYER}/",
}


def overhead() -> Iterator[Figure]:
    """Ask the same with and without counters, in turn in one process: its processor time, which other work spares."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, _HOST]
    settings.PORTAL_AUTHORITIES = [*settings.PORTAL_AUTHORITIES, _HOST]
    client = Client(HTTP_HOST=_HOST, HTTP_USER_AGENT="Mozilla/5.0")
    for name, path in _PATHS.items():
        spent: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(_WARM + REPETITIONS):
            # Who goes first changes each time: what the one leaves warm serves the other.
            for is_counted in (turn % 2 == 0, turn % 2 == 1):
                settings.USAGE_COUNTERS = is_counted
                milliseconds = _processor_time(client, path)
                if turn >= _WARM:
                    spent[is_counted].append(milliseconds)
        counted, bare = median(spent[True]), median(spent[False])
        percent = (counted / bare - 1) * 100
        told = f"{percent:+.2f} % ({counted:.3f} ms, {bare:.3f} without)"
        is_met = percent <= MOST_PERCENT or counted - bare <= MOST_MS
        yield Figure(f"Counters of use: {name}", f"≤ {MOST_PERCENT:.0f} % or {MOST_MS} ms", told, is_met)


def _processor_time(client: Client, path: str) -> float:
    begun = time.thread_time()
    answer = client.get(path)
    spent = (time.thread_time() - begun) * 1000
    answer.close()
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return spent


def kept_at_the_end() -> list[Figure]:
    """Ask a server some pages, end it by SIGTERM well before its minute, and look at what is written."""
    before = _counted()
    with serving() as server:
        for _ in range(ASKED):
            with closing(Connection(server.port)) as client:
                client.get(f"/catalogue/{LAYER}/")
        waiting = _counted() - before
    kept = _counted() - before
    told = f"{kept} of {ASKED} ({waiting} before it ended)"
    return [Figure("Uses kept when the server ends", "all", told, kept == ASKED)]


def _counted() -> int:
    rows = DailyUse.objects.filter(couche=LAYER, nature="consultation")
    return int(rows.aggregate(total=Sum("nombre"))["total"] or 0)
