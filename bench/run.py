"""``./portal bench``: pages, tiles, exports and imports beside bare SQL and the servers of others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench import comparisons, database, exports, imports, reading
from bench.creation import publish_files
from bench.editing import edit_pages, editing
from bench.figures import Figure, is_selected, part
from bench.floors import Psql
from bench.reading import full_layer, memory, page, tiles
from bench.reviews import reviews
from bench.server import WORKERS, serving


def prepare() -> None:
    """Fill the benchmark's database, unless it is filled, and publish the static files of the pages opened."""
    database.prepare()
    publish_files()
    major, postgis = database.server_version()
    print(f"PostgreSQL {major}, PostGIS {postgis}, {WORKERS} workers", flush=True)


def measures() -> Iterator[Figure]:
    """Measure reading first: an import leaves PostgreSQL work to do after it."""
    major, _postgis = database.server_version()
    psql = Psql(major)
    scans = reading.scans()
    with serving() as server:
        yield from part("rest", reading.at_rest, server)
        yield from part("page", page, server, psql)
        yield from part("tiles", tiles, server, psql)
        yield from part("layer", full_layer, server, psql)
        yield from part("communes", reading.by_commune, server)
        yield from part("exports", exports.speeds, server, psql)
        yield from part("peers", comparisons.against_peers, server)
        yield from part("token", reading.token, server)
        yield from part("growth", memory, server)
        etags = reading.etags(server) if is_selected("unchanged") else {}
    yield from part("unchanged", partial(reading.unchanged, etags, port=server.port, scans_before=scans))
    yield from part("export-memory", exports.memory)
    yield from part("review", reviews)
    yield from part("editing", editing)
    yield from part("edit-page", edit_pages)
    yield from part("imports", imports.imports)
    yield from part("large-file", imports.large_file)
    if is_selected("imports"):
        with serving() as server:
            yield from imports.reading(server)
