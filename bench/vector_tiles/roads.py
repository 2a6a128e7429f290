"""Twenty thousand kilometres of lines in the seeded box: seeded SQL, the same rows on every machine."""

from __future__ import annotations

import hashlib

from django.db import connection, transaction
from psycopg.sql import SQL

from bench import seed

ROADS = 100_000
# Each of six corners and five steps of 40 m, turning a little at each: 200 m, 20,000 km together.
_ROADS = f"""
INSERT INTO bench_road (geom, {seed.COLUMNS})
SELECT ST_SetSRID(line, 4326), {seed.ATTRIBUTES_SQL}
FROM generate_series(1, %s) AS i,
LATERAL (SELECT %s + random() * %s AS x, %s + random() * %s AS y, random() * 2 * pi() + i * 0 AS course) AS o,
LATERAL (
    SELECT ST_MakeLine(ST_MakePoint(
        x + k * 0.00054 * cos(course + k * 0.15), y + k * 0.00036 * sin(course + k * 0.15)) ORDER BY k) AS line
    FROM generate_series(0, 5) AS k
) AS drawn
"""  # noqa: S608 (constants)


def prepare() -> None:
    """Fill the table of lines when it is not filled by this very seed."""
    stamp = hashlib.sha256(f"{_ROADS}{seed.BOX}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('bench_road'::regclass)")
        if cursor.fetchone()[0] == stamp:
            return
    west, south, east, north = seed.BOX
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE bench_road RESTART IDENTITY")
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(_ROADS, [ROADS, west, east - west, south, north - south])
        cursor.execute(SQL("COMMENT ON TABLE bench_road IS {}").format(stamp))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE bench_road")


def kilometres() -> float:
    """Return the length of all the lines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(ST_Length(geom::geography)) / 1000 FROM bench_road")
        return float(cursor.fetchone()[0])
