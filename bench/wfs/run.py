"""The course of a run: prepare, serve, measure, tell."""

from __future__ import annotations

import os

from bench import database, report
from bench.catalogue import THEME
from bench.floors import Psql
from bench.measures import Figure
from bench.server import WORKERS, serving
from bench.wfs import clients, pages
from bench.wfs.catalogue import LAYERS
from layers.services.catalogue import publish_layers


def main() -> int:
    """Measure everything once and return the exit code."""
    print("Preparing the benchmark's database…", flush=True)
    database.prepare()
    publish_layers(themes=[THEME], definitions=LAYERS.all())
    major, postgis = database.server_version()
    load = os.getloadavg()[0]
    print(
        f"PostgreSQL {major}, PostGIS {postgis}, {os.cpu_count()} cores, {WORKERS} workers, load {load:.2f}",
        flush=True,
    )
    figures = _measure(Psql(major))
    print(f"\n{report.table(figures)}")
    if load > 0.5:
        print("\nThe machine was busy before the run: the times are higher than its own.")
    return report.exit_code(figures)


def _measure(psql: Psql) -> list[Figure]:
    with serving() as server:
        return [
            *pages.whole_layer(server, psql),
            *pages.against_peers(server),
            *clients.capabilities(server),
            *clients.ogr2ogr(server),
            *clients.memory(server),
        ]
