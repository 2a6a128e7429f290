"""The floor: the same answers by SQL written by hand and read by psql, with nothing of the portal in between.

None of this is the portal's own SQL: a portal that wrote bad SQL must not lower its own floor. Each statement is the
fastest that anybody would write: no second evaluation of a function, and no parallel worker, which costs more than it
brings here. The portal itself writes attributes by ``JSON_SCALAR``, an eighth faster than ``row_to_json`` (ADR 0111):
the floor stays as it is, so that ratios compare from run to run.
Tiles that lie wholly inside the seeded box hold as much as a tile of a dense town.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
from pathlib import Path
from statistics import median

from django.conf import settings

from bench.seed import BOX

_TIME = re.compile(r"^Time: ([\d.]+) ms", re.MULTILINE)

_ATTRIBUTES = """
nom, description, categorie, effectif, surface_m2, taux, est_accessible, date_pose, releve_le, commune_id AS commune
"""
_FEATURE = f"""
'{{"type":"Feature","id":' || id || ',"geometry":' || ST_AsGeoJSON(geom, 7)
|| ',"properties":' || row_to_json(p) || '}}'
FROM bench_point, LATERAL (SELECT {_ATTRIBUTES}) AS p
"""
_AS_IS = r"WITH (FORMAT csv, DELIMITER e'\x1f', QUOTE e'\x1e')"

# Every feature of the table, by id.
FULL_COPY = f"COPY (SELECT {_FEATURE} ORDER BY id) TO STDOUT {_AS_IS}"

# Every feature of the table as GML 3.2, by id.
GML = f"""
COPY (SELECT '<wfs:member><portail:points gml:id="points.' || id || '">' || xmlforest(
    nom AS "portail:nom", description AS "portail:description", categorie AS "portail:categorie",
    effectif AS "portail:effectif", surface_m2 AS "portail:surface_m2", taux AS "portail:taux",
    est_accessible AS "portail:est_accessible", date_pose AS "portail:date_pose", releve_le AS "portail:releve_le",
    commune_id AS "portail:commune") || '<portail:geom>'
    || ST_AsGML(3, geom, 7, 0, 'gml', 'points.' || id || '.geom') || '</portail:geom>'
    || '</portail:points></wfs:member>' FROM bench_point ORDER BY id) TO STDOUT {_AS_IS}
"""  # noqa: S608  (constants of this module)

# A tile with every attribute, from the stored Web Mercator geometry.
_TILE = """
COPY (SELECT ST_AsMVT(t, '{table}', 4096, 'geometry', 'id') FROM (
    SELECT id, ST_AsMVTGeom(geom_3857, ST_TileEnvelope({zoom}, {x}, {y}), 4096, 64, true) AS geometry, {attributes}
    FROM {table} WHERE geom_3857 && ST_TileEnvelope({zoom}, {x}, {y}, margin => 64.0 / 4096)
) AS t) TO STDOUT (FORMAT binary)
"""


def page(bbox: str, limit: int) -> str:
    """Return the page of points in a bounding box, ``west,south,east,north`` in degrees."""
    return f"""
COPY (SELECT {_FEATURE} WHERE geom && ST_MakeEnvelope({bbox}, 4326) ORDER BY id LIMIT {limit})
TO STDOUT {_AS_IS}
"""


def tile(table: str, zoom: int, x: int, y: int, *, attributes: str = "") -> str:
    """Return the tile of a table, with all attributes unless some are named."""
    return _TILE.format(table=table, attributes=attributes or _ATTRIBUTES.strip(), zoom=zoom, x=x, y=y)


class Psql:
    """psql on the benchmark's database, of the server's own version where it is installed.

    A statement starts no parallel worker, unless it ``is_parallel``: then as many as the server's settings let any.
    """

    def __init__(self, major: int, *, is_parallel: bool = False) -> None:
        own = Path(f"/usr/lib/postgresql/{major}/bin/psql")
        program = str(own) if own.exists() else shutil.which("psql")
        if program is None:
            raise SystemExit("bench: psql is missing (apt-get install postgresql-client)")
        database = settings.DATABASES["default"]
        self._program = program
        self._variables = {
            "PATH": os.environ.get("PATH", ""),
            "LC_ALL": "C.UTF-8",
            "PGHOST": database["HOST"],
            "PGPORT": database["PORT"],
            "PGUSER": database["USER"],
            "PGPASSWORD": database["PASSWORD"],
            "PGDATABASE": database["NAME"],
            "PGTZ": "UTC",
            "PGOPTIONS": "" if is_parallel else "-c max_parallel_workers_per_gather=0",
        }

    def milliseconds(self, *statements: str, times: int = 1) -> float:
        """Return the median time of statements whose output goes to /dev/null, in a session that ran them before.

        Several run one after the other, ``times`` times, as a client asks for one page after another.
        """
        script = "\n".join(
            ["\\timing on", "\\o /dev/null", *[f"{each.strip()};" for each in statements] * (times + 1)]
        )
        finished = subprocess.run(  # noqa: S603  (psql, and statements of this module on its standard input)
            [self._program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"],
            input=script, env=self._variables, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        times_ms = [float(time) for time in _TIME.findall(finished.stdout)]
        if finished.returncode or len(times_ms) != len(statements) * (times + 1):
            raise SystemExit(f"bench: psql failed: {finished.stderr.strip()}")
        return median(times_ms[len(statements) :])


def full_tiles(zoom: int) -> list[tuple[int, int, int]]:
    """Return the tiles (zoom, column, row) of the XYZ pyramid whose square is inside the seeded box."""
    west, south, east, north = BOX
    left, right = math.ceil(_column(west, zoom)), math.floor(_column(east, zoom))
    top, bottom = math.ceil(_row(north, zoom)), math.floor(_row(south, zoom))
    return [(zoom, x, y) for x in range(left, right) for y in range(top, bottom)]


def _column(longitude: float, zoom: int) -> float:
    return float((longitude + 180) / 360 * 2**zoom)


def _row(latitude: float, zoom: int) -> float:
    angle = math.asinh(math.tan(math.radians(latitude)))
    return float((1 - angle / math.pi) / 2 * 2**zoom)
