"""``./portal bench matched``: the nearest feature of another layer beside each row, and bare SQL of the same answer.

The points of a box that are within 300 m of a surface of one category, with the name, the distance and the id of the
nearest one. The floor is the fastest form we know without another index: the nearest on the map bounds how far the
nearest on the spheroid can be. The form that people write, each surface of a box measured, is told too. Each
repetition is another box, for what is counted is remembered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from statistics import median
from urllib.parse import urlencode

from bench import database
from bench.client import Connection, timed
from bench.figures import Figure
from bench.floors import Psql
from bench.reading import REPETITIONS, boxes
from bench.server import Server, serving

BOUND = 3.0
METRES = 300
_PAGE = 1_000
# Degrees that hold 300 m, in longitude and in latitude, anywhere in the seeded box; metres that a degree of each holds.
_RADIUS = "0.0042, 0.0028"
_DEGREES = (73_000, 110_500)
_ROWS = """
SELECT p.id, ST_AsGeoJSON(p.geom, 7), p.nom, near.nom, near.metres, near.id FROM bench_point AS p, {near}
WHERE p.geom && ST_MakeEnvelope({box}, 4326) ORDER BY p.id LIMIT {page}
"""
_MEASURED = "ST_Distance(p.geom::geography, s.geom::geography)"
_PLAIN = f"""
LATERAL (
    SELECT s.id, s.nom, {_MEASURED} AS metres FROM bench_surface AS s
    WHERE s.categorie = 'A' AND s.geom && ST_Expand(p.geom, {_RADIUS})
    AND ST_DWithin(p.geom::geography, s.geom::geography, {METRES})
    ORDER BY metres, s.id LIMIT 1
) AS near
"""  # noqa: S608 (constants of this module)
_BOUNDED = f"""
LATERAL (
    SELECT {_MEASURED} AS metres FROM bench_surface AS s
    WHERE s.categorie = 'A' AND s.geom && ST_Expand(p.geom, {_RADIUS}) ORDER BY s.geom <-> p.geom LIMIT 1
) AS bound, LATERAL (
    SELECT s.id, s.nom, {_MEASURED} AS metres FROM bench_surface AS s
    WHERE s.categorie = 'A' AND bound.metres <= {METRES}
    AND s.geom && ST_Expand(p.geom, (bound.metres + 1) / {_DEGREES[0]}, (bound.metres + 1) / {_DEGREES[1]})
    ORDER BY metres, s.id LIMIT 1
) AS near
"""  # noqa: S608 (constants of this module)


prepare = database.prepare


def measures() -> Iterator[Figure]:
    """Measure pages of a thousand with the nearest of each."""
    major, _postgis = database.server_version()
    with serving() as server:
        yield from nearest(server, Psql(major))


def nearest(server: Server, psql: Psql) -> list[Figure]:
    """Measure a page of a thousand with what each is near, beside bare SQL and beside the same page without."""
    chosen = boxes(4 * REPETITIONS + 1)
    client = Connection(server.port)
    _check(client, _path(chosen[0]))
    turns = cycle(chosen[1:])
    rounds = [
        (
            psql.milliseconds(_ROWS.format(near=_BOUNDED, box=next(turns), page=_PAGE)),
            timed(client, _path(next(turns))),
            timed(client, _path(next(turns), is_matched=False)),
            psql.milliseconds(_ROWS.format(near=_PLAIN, box=next(turns), page=_PAGE)),
        )
        for _repetition in range(REPETITIONS)
    ]
    floor, ours, without, plain = (median(times) for times in zip(*rounds, strict=True))
    measured = f"{ours / floor:.2f} × ({ours:.0f} ms, bare SQL {floor:.0f})"
    name = "Page of 1,000 with the nearest within 300 m"
    return [
        Figure(name, f"≤ {BOUND} × bare SQL", measured, ours / floor <= BOUND),
        Figure("The same page without what is near", "", f"{without:.0f} ms"),
        Figure("Bare SQL that measures each surface of a box", "", f"{plain:.0f} ms"),
    ]


def _path(box: str, *, is_matched: bool = True) -> str:
    query = {"bbox": box, "touching": f"surfaces@{METRES}?categorie='A'", "properties": "nom", "limit": _PAGE}
    return f"/api/collections/points/items?{urlencode(query | ({'matched': 'true'} if is_matched else {}))}"


def _check(client: Connection, path: str) -> None:
    """Refuse to measure an answer that is not what was asked."""
    answer = client.get(path, keep=True)
    document = json.loads(answer.body) if answer.status == 200 else {"features": []}
    metres = [each["properties"].get("surfaces_distance") for each in document["features"]]
    if len(metres) != _PAGE or any(one is None or one > METRES for one in metres):
        raise SystemExit(f"bench: {path}: {answer.status}, {len(metres)} rows")
