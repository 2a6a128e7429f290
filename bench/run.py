"""The course of a run: prepare, serve, measure, tell."""

from __future__ import annotations

import os

from bench import database, datasets, measures, report, unchanged
from bench.floors import Psql
from bench.measures import Figure
from bench.server import WORKERS, serving


def main() -> int:
    """Measure everything once and return the exit code."""
    print("Preparing the benchmark's database…", flush=True)
    database.prepare()
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
    figures: list[Figure] = []
    print("Measuring: datasets", flush=True)
    figures += datasets.imports()
    scans = unchanged.scans()
    with serving() as server:
        for measure in (measures.page, measures.tiles, measures.whole_layer):
            print(f"Measuring: {measure.__name__.replace('_', ' ')}", flush=True)
            figures += measure(server, psql)
        figures.append(datasets.reading(server))
        print("Measuring: memory", flush=True)
        figures += measures.memory(server)
        etags = unchanged.etags(server)
    print("Measuring: unchanged answers", flush=True)
    return [*figures, *unchanged.figures(etags, port=server.port, scans_before=scans)]
