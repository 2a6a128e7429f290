"""``./portal bench tiles``: vector tiles beside bare SQL and other tile servers, and what their pyramids cost."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from bench import database
from bench.catalogue import THEME
from bench.figures import Figure
from bench.floors import Psql
from bench.server import serving
from bench.vector_tiles import comparisons, roads, scale, writes
from bench.vector_tiles.catalogue import LINES
from layers.services.catalogue import publish_layers
from layers.services.pyramids import refresh_pyramids


def prepare() -> None:
    """Fill the measured layers, the lines and the pyramids, unless they are filled."""
    database.prepare()
    publish_layers(themes=[THEME], definitions=LINES.all())
    roads.prepare()
    print(f"Pyramids: {', '.join(refresh_pyramids()) or 'as they were'}", flush=True)
    # Writes of an earlier run leave rows that every read passes over, and statistics that are not those of the rows.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE bench_point, bench_surface, bench_million")


def measures() -> Iterator[Figure]:
    """Measure tiles beside bare SQL and peers, small zooms of large layers, and what pyramids cost who writes."""
    major, _postgis = database.server_version()
    with serving() as server:
        yield from comparisons.beside_bare_sql(server, Psql(major))
        yield from comparisons.beside_peers(server)
        yield from scale.figures(server)
    yield from writes.figures()
