"""What the measured tables hold: seeded SQL, set-based, the same rows on every machine.

Points and polygons lie over the territory and around it, about two thousand points to a tile of zoom 13.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction
from psycopg.sql import SQL

COMMUNES = Path(__file__).resolve().parents[1] / "fixtures" / "communes.geojson"
POINTS, SURFACES, COPIES = 100_000, 60_000, 10
# West, south, east and north of the seeded box, in degrees.
BOX = (2.05, 48.74, 2.40, 48.92)
# Ten attributes: nine of the table, and the commune.
ATTRIBUTES = (
    "nom", "description", "categorie", "effectif", "surface_m2", "taux", "est_accessible", "date_pose", "releve_le",
    "commune",
)  # fmt: skip


class Statement(NamedTuple):
    """A step of the seed: its name, its SQL and what is bound to it."""

    name: str
    sql: str
    parameters: tuple[str | int | float, ...] = ()


_COMMUNES = """
INSERT INTO layers_commune (code, nom, slug, siren, codes_postaux, geom)
SELECT p->>'code', p->>'nom', p->>'slug', p->>'siren',
       ARRAY(SELECT jsonb_array_elements_text(p->'codes_postaux')), ST_Multi(ST_GeomFromGeoJSON(g))
FROM jsonb_array_elements(%s::jsonb->'features') AS f, LATERAL (SELECT f->'properties', f->'geometry') AS v(p, g)
ON CONFLICT (code) DO NOTHING
"""

# The attributes of row i: texts with accents, apostrophes, quotes and backslashes; one value in ten is missing.
ATTRIBUTES_SQL = r"""
'Équipement n° ' || i || ' de l’Île',
CASE WHEN random() > 0.1 THEN 'Dit "l''Étoile" ; près de l''allée n° ' || mod(i, 97) || ', côté \ cour' END,
substr('ABC', 1 + mod(i, 3), 1),
mod(i * 7919, 10007),
CASE WHEN random() > 0.1 THEN round((random() * 5000)::numeric, 2) END,
CASE WHEN random() > 0.1 THEN random() END,
CASE WHEN random() > 0.1 THEN random() > 0.5 END,
CASE WHEN random() > 0.1 THEN date '2000-01-01' + (random() * 9000)::int END,
timestamptz '2020-01-01 08:00+00' + i * interval '7 minutes'
"""
COLUMNS = "nom, description, categorie, effectif, surface_m2, taux, est_accessible, date_pose, releve_le"

_POINTS = f"""
INSERT INTO bench_point (geom, {COLUMNS})
SELECT ST_SetSRID(ST_MakePoint(%s + random() * %s, %s + random() * %s), 4326), {ATTRIBUTES_SQL}
FROM generate_series(1, %s) AS i
"""  # noqa: S608  (constants of this module; values are bound)

# Sixteen corners around a centre, each at its own distance: a star-shaped ring is always valid.
_SURFACES = f"""
INSERT INTO bench_surface (geom, {COLUMNS})
SELECT geom, {ATTRIBUTES_SQL}
FROM (SELECT i, %s + random() * %s AS x, %s + random() * %s AS y FROM generate_series(1, %s) AS i) AS centres,
LATERAL (
    SELECT ST_SetSRID(ST_MakePolygon(ST_AddPoint(ring, ST_StartPoint(ring))), 4326) AS geom
    FROM (
        SELECT ST_MakeLine(ST_MakePoint(x + r * cos(k * pi() / 8), y + r * sin(k * pi() / 8) * 0.66) ORDER BY k)
        FROM (SELECT k, 0.0004 + random() * 0.0004 + x * 0 AS r FROM generate_series(0, 15) AS k) AS corners
    ) AS rings(ring)
) AS shapes
"""  # noqa: S608 (names of our own columns)

_MILLION = f"""
INSERT INTO bench_million (geom, commune_id, {COLUMNS})
SELECT geom, commune_id, {COLUMNS} FROM bench_point, generate_series(1, %s) AS copy ORDER BY copy, id
"""  # noqa: S608 (names of our own columns)


def statements() -> Iterator[Statement]:
    """Yield the steps in order."""
    west, south, east, north = BOX
    box = (west, east - west, south, north - south)
    yield Statement("empty tables", "TRUNCATE bench_point, bench_surface, bench_million RESTART IDENTITY")
    # A table cannot be altered while the checks of a million foreign keys are pending.
    yield Statement("constraints", "SET CONSTRAINTS ALL IMMEDIATE")
    yield Statement("generator", "SELECT setseed(0.42)")
    yield Statement("communes", _COMMUNES, (COMMUNES.read_text(),))
    yield Statement(f"{POINTS:,} points", _POINTS, (*box, POINTS))
    yield Statement(f"{SURFACES:,} polygons", _SURFACES, (*box, SURFACES))
    # Their communes are those of the points: computing them ten times over would measure nothing.
    yield Statement("trigger off", "ALTER TABLE bench_million DISABLE TRIGGER USER")
    yield Statement(f"{POINTS * COPIES:,} points", _MILLION, (COPIES,))
    yield Statement("trigger on", "ALTER TABLE bench_million ENABLE TRIGGER USER")


def fingerprint() -> str:
    """Return what identifies the rows: another seed fills the tables again."""
    text = "\n".join(f"{step.name}{step.sql}{step.parameters}" for step in statements())
    return hashlib.sha256(text.encode()).hexdigest()


ROADS = 100_000
# Each of six corners and five steps of 40 m, turning a little at each: 200 m, 20,000 km together.
_ROADS = f"""
INSERT INTO bench_road (geom, {COLUMNS})
SELECT ST_SetSRID(line, 4326), {ATTRIBUTES_SQL}
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
    stamp = hashlib.sha256(f"{_ROADS}{BOX}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('bench_road'::regclass)")
        if cursor.fetchone()[0] == stamp:
            return
    west, south, east, north = BOX
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
