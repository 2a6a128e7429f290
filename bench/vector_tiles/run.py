"""The course of a run: prepare, serve, measure beside bare SQL and the peers, tell."""

from __future__ import annotations

import os

from django.db import connection

from bench import database, report
from bench.catalogue import THEME
from bench.floors import Psql
from bench.server import serving
from bench.vector_tiles import comparisons, roads, scale, writes
from bench.vector_tiles.catalogue import LINES
from layers.services.catalogue import publish_layers
from tiles.services.pyramids import refresh_pyramids


def main() -> int:
    """Measure everything once and return the exit code."""
    print("Preparing the benchmark's database…", flush=True)
    database.prepare()
    publish_layers(themes=[THEME], definitions=LINES.all())
    roads.prepare()
    print(f"Pyramids: {', '.join(refresh_pyramids()) or 'as they were'}", flush=True)
    # Writes of an earlier run leave rows that every read passes over, and statistics that are not those of the rows.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE bench_point, bench_surface, bench_million")
    major, postgis = database.server_version()
    load = os.getloadavg()[0]
    print(f"PostgreSQL {major}, PostGIS {postgis}, {os.cpu_count()} cores, load {load:.2f}", flush=True)
    with serving() as server:
        _say("bare SQL")
        figures = comparisons.beside_bare_sql(server, Psql(major))
        _say("peers")
        figures += comparisons.beside_peers(server)
        _say("small zooms of large layers")
        figures += scale.figures(server)
    _say("writes")
    figures += writes.figures()
    print(f"\n{report.table(figures)}")
    if load > 0.5:
        print("\nThe machine was busy before the run: the times are higher than its own.")
    return report.exit_code(figures)


def _say(what: str) -> None:
    print(f"Measuring: {what}", flush=True)
