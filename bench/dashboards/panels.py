"""The dashboard of twelve panels over a million rows, and its panels as the browser asks them: cold, then cached."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from statistics import median

from django.db import connection

from bench import database
from bench.catalogue import GROUND, TERRITORY
from bench.client import Connection
from bench.creation import publish_files
from bench.dashboards.panel_requests import arrivals, missing_panels, panels_of
from bench.figures import Figure, by_length, in_time
from bench.floors import Psql
from bench.server import Server
from dashboards.registry import PANEL_KINDS
from dashboards.services.versions import import_dashboard
from layers.services.catalogue import publish_layers
from layers.visitor import system_visitor

DOCUMENT = Path(__file__).with_name("million.yaml")
SLUG, PANELS = "million", 12
# Those of the territory: one click on a commune each.
COMMUNES = ("92012", "92022", "92040", "92047", "92048", "92072", "92075", "92077")


def prepare() -> None:
    """Create, migrate, fill and publish; a second call finds everything there."""
    database.prepare()
    publish_layers(themes=[TERRITORY], definitions=GROUND.all())
    publish_files()
    import_dashboard(text=DOCUMENT.read_text(), kinds=PANEL_KINDS.values(), visitor=system_visitor())


STATEMENTS = (
    "SELECT count(*) FROM bench_million",
    "SELECT date_trunc('year', date_pose), sum(effectif) FROM bench_million GROUP BY 1",
    "SELECT categorie, count(*) FROM bench_million GROUP BY 1",
    "SELECT commune_id, count(*) FROM bench_million GROUP BY 1",
    "SELECT date_trunc('month', date_pose), count(*) FROM bench_million GROUP BY 1",
    "WITH b AS MATERIALIZED (SELECT min(surface_m2)::float8 AS low, max(surface_m2)::float8 AS high FROM bench_million)"
    " SELECT width_bucket(surface_m2::float8, (SELECT low FROM b), (SELECT high FROM b), 20), count(*)"
    " FROM bench_million GROUP BY 1",
    "SELECT commune_id, date_trunc('year', releve_le AT TIME ZONE 'Europe/Paris'), count(*)"
    " FROM bench_million GROUP BY 1, 2",
    "SELECT commune_id, est_accessible, count(*) FROM bench_million GROUP BY 1, 2",
    "SELECT m.commune_id, n / ST_Area(c.geom::geography)"
    " FROM (SELECT commune_id, count(*) AS n FROM bench_million GROUP BY 1) AS m"
    " LEFT JOIN layers_commune AS c ON c.code = m.commune_id",
    "SELECT commune_id, categorie, count(*), avg(taux), max(surface_m2) FROM bench_million GROUP BY 1, 2",
    "SELECT commune_id, avg(taux), avg(surface_m2) FROM bench_million GROUP BY 1",
    "SELECT date_trunc('quarter', date_pose), categorie, sum(effectif) FROM bench_million GROUP BY 1, 2",
)


def milliseconds(psql: Psql) -> float:
    """Return what the twelve statements take one after the other, each with parallel workers."""
    return sum(psql.milliseconds(statement, times=1) for statement in STATEMENTS)


PAGE = f"/tableaux-de-bord/{SLUG}/"
TURNS = 5
MAX_RATIO = 1.5
# Pages without a panel to ask for, before all processes are taken to remember them: one in a thousand does not.
_IN_A_ROW, _MOST_PAGES = 10, 1_000
# The mark of a bar that tells its count (``dashboards/reading/bar.html``).
_COUNTED = b'id="barre" data-counted'
# A write that changes no row counts as a write: what was remembered of the layer is no longer asked for.
_WRITTEN = "UPDATE bench_million SET nom = nom WHERE false"
_A_MINUTE_AGO = """
UPDATE layers_dataversion SET write_instants =
    ARRAY(SELECT instant - interval '61 s' FROM unnest(write_instants) AS instant)
"""


def write() -> None:
    """Write to the layer: for a minute, readers may be served the panels of before."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)


def forget() -> None:
    """Let the server compute its answers again, as a minute after a write to the layer."""
    write()
    with connection.cursor() as cursor:
        cursor.execute(_A_MINUTE_AGO)


def rows_read() -> int:
    """Return how many rows of the layer statements have read so far, once idle connections have reported theirs."""
    read = -1
    while (now := _rows_read()) != read:
        read = now
        time.sleep(2)
    return read


def _rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes"
            " WHERE relname = 'bench_million') FROM pg_stat_user_tables WHERE relname = 'bench_million'"
        )
        return int(cursor.fetchone()[0])


def opening(server: Server, psql: Psql) -> list[Figure]:
    """Measure the page and its panels after a write, beside bare SQL, then once every process remembers them."""
    empty, cold, warm = [], [], []
    for _turn in range(by_length(TURNS, 3)):
        empty.append(milliseconds(psql))
        forget()
        cold.append(_opened(server, ""))
        remember(server, "")
        warm.append(_opened(server, ""))
    first, last = median(turn[0] for turn in cold), median(turn[-1] for turn in cold)
    again, ratio = median(turn[-1] for turn in warm), last / median(empty)
    return [
        Figure(
            "Panels, cold: the first", "≤ 500 ms", _summary([turn[0] for turn in cold]), in_time(first, 500)
        ),
        Figure(
            f"Panels, cold: all {PANELS}",
            "≤ 2 s",
            _summary([turn[-1] for turn in cold]),
            in_time(last, 2_000),
        ),
        Figure(
            f"Panels, cold: all {PANELS}, beside the same questions by hand",
            f"≤ {MAX_RATIO} × bare SQL",
            f"{ratio:.2f} × (bare SQL {median(empty):.0f} ms, one after the other)",
            ratio <= MAX_RATIO,
        ),
        Figure(
            f"Panels, warm: all {PANELS}",
            "≤ 300 ms",
            _summary([turn[-1] for turn in warm]),
            in_time(again, 300),
        ),
    ]


def communes(server: Server) -> list[Figure]:
    """Measure every panel asked again for another commune, remembered and not."""
    forget()
    cold = [arrivals(server, _under(server, f"commune={code}"))[-1] for code in COMMUNES]
    for code in COMMUNES:
        remember(server, f"commune={code}")
    warm = [arrivals(server, _under(server, f"commune={code}"))[-1] for code in COMMUNES]
    return [
        Figure("Another commune, cold", "", _summary(cold)),
        Figure("Another commune, warm", "≤ 500 ms", _summary(warm), in_time(median(warm), 500)),
    ]


def remember(server: Server, query: str) -> None:
    """Let every process of the server meet every panel and the count of the bar.

    Pages are opened over new connections until many in a row hold everything.

    Raises:
        RuntimeError: after ``_MOST_PAGES`` a process still has to ask for a panel.
    """
    in_a_row, waiting = 0, list[str]()
    for _page_number in range(_MOST_PAGES):
        waiting = missing_of(_page(server, query), query)
        arrivals(server, waiting, parallel=6)
        in_a_row = 0 if waiting else in_a_row + 1
        if in_a_row == _IN_A_ROW:
            return
    raise RuntimeError(f"still to ask for after {_MOST_PAGES} pages: {', '.join(waiting)}")


def missing_of(body: bytes, query: str) -> list[str]:
    """Return the addresses of what a page under a query has to ask for: panels, and the count of its bar."""
    missing = missing_panels(body)
    return missing if _COUNTED in body else [*missing, address_of(f"{PAGE}filtres/", query)]


def address_of(path: str, query: str) -> str:
    """Return an address under filters."""
    return f"{path}?{query}" if query else path


def _page(server: Server, query: str) -> bytes:
    with closing(Connection(server.port)) as client:
        return client.get(address_of(PAGE, query), keep=True).body


def _opened_page(server: Server, query: str) -> dict[str, bool]:
    return panels_of(_page(server, query))


def _opened(server: Server, query: str) -> list[float]:
    """Return when each panel was there, from the moment the page is asked for."""
    begun = time.perf_counter()
    panels = _opened_page(server, query)
    if len(panels) != PANELS:
        raise RuntimeError(f"the page has {len(panels)} panels")
    page = (time.perf_counter() - begun) * 1000
    there = [page] * sum(not is_waiting for is_waiting in panels.values())
    return [
        *there,
        *(page + each for each in arrivals(server, [name for name, waits in panels.items() if waits])),
    ]


def _under(server: Server, query: str) -> list[str]:
    return list(_opened_page(server, query))


def _summary(milliseconds: list[float]) -> str:
    return f"{median(milliseconds):.0f} ms (best {min(milliseconds):.0f}, worst {max(milliseconds):.0f})"
