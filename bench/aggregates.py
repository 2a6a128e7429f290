"""A million rows grouped by commune, beside the same grouping written by hand and read by psql.

An aggregate is remembered until the data changes, so each repetition asks for another number of groups: the statement
is the same and the answer is computed.
"""

from __future__ import annotations

import json
from itertools import count
from statistics import median

from bench import seed
from bench.client import Connection, timed
from bench.figures import Figure
from bench.floors import Psql
from bench.measures import REPETITIONS
from bench.server import Server

BOUND = 1.3
_BY_COMMUNE = """
SELECT commune_id, count(*), sum(effectif) FROM bench_million GROUP BY commune_id ORDER BY commune_id
"""
_PATH = "/api/collections/million/aggregate?group_by=commune&measures=count,sum:effectif&limit={}"


def by_commune(server: Server, psql: Psql) -> list[Figure]:
    """Measure the count and a sum of a million rows by commune; both may use PostgreSQL's parallel workers."""
    limits = count(100)
    client = Connection(server.port)
    _check(client, _PATH.format(next(limits)))
    for _ in range(4):
        timed(client, _PATH.format(next(limits)))
    pairs = [
        (psql.milliseconds(_BY_COMMUNE), timed(client, _PATH.format(next(limits))))
        for _ in range(REPETITIONS)
    ]
    floor, ours = median(bare for bare, _ in pairs), median(served for _, served in pairs)
    measured = f"{ours / floor:.2f} × ({ours:.0f} ms, bare SQL {floor:.0f})"
    return [
        Figure("1,000,000 rows grouped by commune", f"≤ {BOUND} × bare SQL", measured, ours / floor <= BOUND)
    ]


def _check(client: Connection, path: str) -> None:
    """Refuse to measure an answer that is not what was asked."""
    answer = client.get(path, keep=True)
    document = json.loads(answer.body) if answer.status == 200 else {}
    counted = sum(row["count"] for row in document.get("rows", []))
    if counted != seed.POINTS * seed.COPIES:
        raise SystemExit(f"bench: {path}: {answer.status}, {counted} rows grouped")
