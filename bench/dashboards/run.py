"""``./portal bench dashboards``: twelve panels over a million rows, for one reader, for fifty, on paper."""

from __future__ import annotations

import os

from bench import database, report
from bench.dashboards import browser, panels, paper, readers, site
from bench.floors import Psql
from bench.measures import Figure
from bench.run import PARALLEL
from bench.server import serving


def main() -> int:
    """Measure everything once and return the exit code: 1 when a bound is missed."""
    print("Preparing the million rows and their dashboard…", flush=True)
    site.prepare()
    major, _postgis = database.server_version()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}", flush=True)
    figures: list[Figure] = []
    with serving() as server:
        figures += _told_at_once(panels.opening(server, Psql(major, workers=PARALLEL)))
        for measure in (panels.communes, readers.fifty, browser.drawing):
            figures += _told_at_once(measure(server))
    figures += _told_at_once(paper.pdf())
    print(f"\n{report.table(figures)}\n\nLoad at the end: {os.getloadavg()[0]:.2f}")
    return report.exit_code(figures)


def _told_at_once(figures: list[Figure]) -> list[Figure]:
    """Print figures as they come: a run is long."""
    for figure in figures:
        print(f"  {figure.name}: {figure.measured}", flush=True)
    return figures
