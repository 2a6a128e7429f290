"""``./portal bench``: pages, tiles, exports and imports beside bare SQL and the servers of others."""

from __future__ import annotations

from collections.abc import Iterator

from bench import comparisons, database, exports, imports, reading
from bench.figures import Figure
from bench.floors import Psql
from bench.reading import full_layer, memory, page, tiles
from bench.server import WORKERS, serving

# PostgreSQL's own default, which aggregates run under.
PARALLEL = 2


def prepare() -> None:
    """Fill the benchmark's database, unless it is filled."""
    database.prepare()
    major, postgis = database.server_version()
    print(f"PostgreSQL {major}, PostGIS {postgis}, {WORKERS} workers", flush=True)


def measures() -> Iterator[Figure]:
    """Measure reading first: an import leaves PostgreSQL work to do after it."""
    major, _postgis = database.server_version()
    psql, parallel = Psql(major), Psql(major, workers=PARALLEL)
    scans = reading.scans()
    with serving() as server:
        yield from page(server, psql)
        yield from tiles(server, psql)
        yield from full_layer(server, psql)
        yield from reading.by_commune(server, parallel)
        yield from exports.speeds(server, psql)
        yield from comparisons.against_peers(server)
        yield from reading.token(server)
        yield from memory(server)
        etags = reading.etags(server)
    yield from reading.unchanged(etags, port=server.port, scans_before=scans)
    yield from exports.memory()
    yield from imports.imports()
    yield from imports.large_file()
    with serving() as server:
        yield imports.reading(server)
