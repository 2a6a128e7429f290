"""The course of a run: prepare, serve, measure, tell."""

from __future__ import annotations

import os

from bench import (
    aggregates,
    comparisons,
    credentials,
    database,
    datasets,
    exports,
    measures,
    report,
    unchanged,
)
from bench.floors import Psql
from bench.imports import pages
from bench.measures import Figure
from bench.server import WORKERS, serving

# PostgreSQL's own default, which aggregates run under.
PARALLEL = 2


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
    figures = _measure(Psql(major), Psql(major, workers=PARALLEL))
    print(f"\n{report.table(figures)}")
    if load > 0.5:
        print("\nThe machine was busy before the run: the times are higher than its own.")
    return report.exit_code(figures)


def _measure(psql: Psql, parallel: Psql) -> list[Figure]:
    """Measure reading first: an import leaves PostgreSQL work to do after it."""
    figures: list[Figure] = []
    scans = unchanged.scans()
    with serving() as server:
        for measure in (measures.page, measures.tiles, measures.whole_layer):
            _say(measure.__name__.replace("_", " "))
            figures += measure(server, psql)
        _say("aggregates")
        figures += aggregates.by_commune(server, parallel)
        _say("exports")
        figures += exports.speeds(server, psql)
        _say("peers")
        figures += comparisons.against_peers(server)
        _say("tokens")
        figures += credentials.token(server)
        _say("memory")
        figures += measures.memory(server)
        etags = unchanged.etags(server)
    _say("unchanged answers")
    figures += unchanged.figures(etags, port=server.port, scans_before=scans)
    _say("exports of a million rows")
    figures += exports.memory()
    _say("datasets")
    figures += datasets.imports()
    _say("a large file by the page")
    figures += pages.large_file()
    with serving() as server:
        return [*figures, datasets.reading(server)]


def _say(what: str) -> None:
    print(f"Measuring: {what}", flush=True)
