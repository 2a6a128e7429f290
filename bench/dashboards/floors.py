"""The twelve questions of the dashboard as SQL written by hand, each its own statement: what PostgreSQL takes alone."""

from __future__ import annotations

from bench.floors import Psql

STATEMENTS = (
    "SELECT count(*) FROM bench_million",
    "SELECT date_trunc('year', date_pose), sum(effectif) FROM bench_million GROUP BY 1",
    "SELECT categorie, count(*) FROM bench_million GROUP BY 1",
    "SELECT commune_id, count(*) FROM bench_million GROUP BY 1",
    "SELECT date_trunc('month', date_pose), count(*) FROM bench_million GROUP BY 1",
    "WITH b AS MATERIALIZED (SELECT min(surface_m2)::float8 AS low, max(surface_m2)::float8 AS high FROM bench_million)"
    " SELECT width_bucket(surface_m2::float8, (SELECT low FROM b), (SELECT high FROM b), 20), count(*)"
    " FROM bench_million GROUP BY 1",
    "SELECT commune_id, date_trunc('year', releve_le AT TIME ZONE 'Europe/Paris'), count(*)"
    " FROM bench_million GROUP BY 1, 2",
    "SELECT commune_id, est_accessible, count(*) FROM bench_million GROUP BY 1, 2",
    "SELECT m.commune_id, n / ST_Area(c.geom::geography)"
    " FROM (SELECT commune_id, count(*) AS n FROM bench_million GROUP BY 1) AS m"
    " LEFT JOIN layers_commune AS c ON c.code = m.commune_id",
    "SELECT commune_id, categorie, count(*), avg(taux), max(surface_m2) FROM bench_million GROUP BY 1, 2",
    "SELECT commune_id, avg(taux), avg(surface_m2) FROM bench_million GROUP BY 1",
    "SELECT date_trunc('quarter', date_pose), categorie, sum(effectif) FROM bench_million GROUP BY 1, 2",
)


def milliseconds(psql: Psql) -> float:
    """Return what the twelve statements take one after the other, each with parallel workers."""
    return sum(psql.milliseconds(statement, times=1) for statement in STATEMENTS)
