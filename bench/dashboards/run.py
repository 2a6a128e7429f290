"""``./portal bench dashboards``: twelve panels over a million rows, for one reader, for fifty, on paper."""

from __future__ import annotations

from collections.abc import Iterator

from bench import database
from bench.dashboards import browser, panels, paper, readers, site
from bench.figures import Figure
from bench.floors import Psql
from bench.run import PARALLEL
from bench.server import serving

prepare = site.prepare


def measures() -> Iterator[Figure]:
    """Measure panels, fifty readers, the page in Chromium, and the PDF."""
    major, _postgis = database.server_version()
    with serving() as server:
        yield from panels.opening(server, Psql(major, workers=PARALLEL))
        yield from panels.communes(server)
        yield from readers.fifty(server)
        yield from browser.drawing(server)
    yield from paper.pdf()
