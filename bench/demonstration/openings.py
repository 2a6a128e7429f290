"""Every dashboard as the first page after a start: the page, its bar and all its panels, asked as its browser does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

from bench.attacks.sessions import administrator_session
from bench.client import Connection
from bench.dashboards.panel_requests import asked, missing_panels
from bench.figures import Figure
from bench.server import Server, serving
from gisportal.demo.dashboards import DASHBOARDS

MOST_MS = 2_000


def dashboards() -> Iterator[Figure]:
    """Measure each dashboard on a server of its own that answered nothing before but that it is there."""
    cookie = administrator_session()
    for slug in DASHBOARDS:
        with serving() as server:
            page, whole, panels = _opened(server, f"/tableaux-de-bord/{slug}/", cookie)
        told = f"{whole:.0f} ms (page {page:.0f}, then {panels} panels)"
        yield Figure(f"Cold: {slug}", f"≤ {MOST_MS / 1000:.0f} s", told, whole <= MOST_MS)


def _opened(server: Server, path: str, cookie: str) -> tuple[float, float, int]:
    """Return when the page and when its last part was there, in milliseconds, and how many panels were asked."""
    begun = time.perf_counter()
    with closing(Connection(server.port)) as client:
        answer = client.get(path, keep=True, Cookie=cookie)
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    page = (time.perf_counter() - begun) * 1000
    missing = missing_panels(answer.body)
    asked(server, [*missing, f"{path}filtres/"], Cookie=cookie)
    return page, (time.perf_counter() - begun) * 1000, len(missing)
