"""What a pyramid costs those who write: the same statements on the same table, with its triggers and without."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from django.db import connection, transaction

from bench.figures import Figure
from layers.sql import pyramids

TABLE = '"bench_point"'
_TIMES = 7
_INSERT = """
INSERT INTO bench_point (geom, nom, description, categorie, effectif, releve_le)
SELECT geom, nom, description, categorie, effectif, releve_le FROM bench_point ORDER BY id LIMIT 10000
"""
_WRITES = {
    "one point moved": "UPDATE bench_point SET geom = ST_Translate(geom, 0.01, 0) WHERE id = 50000",
    "one attribute changed": "UPDATE bench_point SET effectif = effectif + 1 WHERE id = 50000",
    "10,000 points added": _INSERT,
}


def figures() -> Iterator[Figure]:
    """Measure each write, which is rolled back."""
    for name, statement in _WRITES.items():
        pairs = [(_without(statement), _elapsed(statement)) for _turn in range(_TIMES)]
        bare, with_pyramid = median(one for one, _other in pairs), median(other for _one, other in pairs)
        told = f"{with_pyramid - bare:+.1f} ms ({with_pyramid:.1f} ms, without {bare:.1f})"
        yield Figure(f"Pyramid, {name}", "", told)
    started = time.perf_counter()
    pyramids.keep('"bench_million"', "categorie")
    yield Figure("Pyramid of 1,000,000 points counted", "", f"{time.perf_counter() - started:.1f} s")


def _without(statement: str) -> float:
    pyramids.drop(TABLE)
    try:
        return _elapsed(statement)
    finally:
        pyramids.keep(TABLE, "categorie")


def _elapsed(statement: str) -> float:
    with transaction.atomic(), connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(statement)
        elapsed = (time.perf_counter() - started) * 1000
        transaction.set_rollback(True)
    return elapsed
