"""The benchmark's own database: filled once, remembered by the text of its seed."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection, transaction
from psycopg.sql import SQL

from bench import seed
from bench.catalogue import MEASURED, THEME
from bench.creation import create
from layers.services.catalogue import publish_layers


def prepare() -> None:
    """Create, migrate, fill and publish; a second call finds everything there."""
    create()
    call_command("migrate", verbosity=0)
    publish_layers(themes=[THEME], definitions=MEASURED.all())
    if not _is_filled():
        _fill()


def server_version() -> tuple[int, str]:
    """Return the major version of PostgreSQL and the version of PostGIS."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000, postgis_lib_version()")
        major, postgis = cursor.fetchone()
    return int(major), str(postgis)


def _is_filled() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('bench_million'::regclass)")
        (stamp,) = cursor.fetchone()
    return bool(stamp == seed.fingerprint())


def _fill() -> None:
    """Run the seed in one transaction; statistics and visibility are then those of a table at rest."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name, statement, parameters in seed.statements():
            print(f"  seeding: {name}", flush=True)
            cursor.execute(statement, parameters)
        cursor.execute(SQL("COMMENT ON TABLE bench_million IS {}").format(seed.fingerprint()))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
