"""Squashed migrations make what those that they replace made, and databases of any of their states go on.

The replaced migrations stay in their folders as long as an installation may have stopped between two of them. To run
them all takes twenty seconds of a processor: a thorough run does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import getfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoDbBlocker

from tests.examples import is_thorough

Key = tuple[str, str]

# What differs from one schema to another in what a migration makes, a line each.
_SCHEMA = """
WITH objects AS (
    SELECT oid, oid::regclass::text AS name, relkind, relpersistence, reloptions FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S', 'c')
      AND relname ~ %(names)s
)
SELECT concat_ws(' ', 'relation', name, relkind, relpersistence, reloptions) FROM objects
UNION ALL
SELECT concat_ws(' ', 'column', name, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attgenerated,
                 attidentity, attstorage, pg_get_expr(adbin, adrelid))
FROM objects JOIN pg_attribute ON attrelid = oid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped
UNION ALL
SELECT concat_ws(' ', 'constraint', name, conname, pg_get_constraintdef(c.oid))
FROM objects JOIN pg_constraint AS c ON conrelid = objects.oid
UNION ALL
SELECT concat_ws(' ', 'index', name, pg_get_indexdef(indexrelid)) FROM objects JOIN pg_index ON indrelid = oid
UNION ALL
SELECT concat_ws(' ', 'trigger', name, pg_get_triggerdef(t.oid))
FROM objects JOIN pg_trigger AS t ON tgrelid = objects.oid WHERE NOT tgisinternal
UNION ALL
SELECT concat_ws(' ', 'function', pg_get_functiondef(p.oid)) FROM pg_proc AS p
WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND proname ~ %(names)s
UNION ALL
SELECT 'extension ' || extname FROM pg_extension
UNION ALL
SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_'
"""
# Rows that migrations write, without their numbers.
_RULES = """
SELECT to_jsonb(r) - 'id' - 'created_at' - 'updated_at' FROM fleet_critairrule AS r
UNION ALL SELECT to_jsonb(r) - 'id' - 'created_at' - 'updated_at' FROM fleet_energylabel AS r
UNION ALL SELECT to_jsonb(r) - 'id' - 'created_at' - 'updated_at' FROM fleet_renewalquota AS r
UNION ALL SELECT to_jsonb(r) - 'id' - 'created_at' - 'updated_at' FROM fleet_emissionfactor AS r
"""
# The table of orders was another application's: Django names what it makes with a table by the first name of the table.
_ORDERS = re.compile(r"\b(?:ogc_prepared|exports_exportorder)(_[a-z_]+?)(?:_[0-9a-f]{8})?(?=\b|_like|_fk)")


def is_ours(migration: Migration) -> bool:
    """Whether a migration is the portal's, and not of something that is installed."""
    path = Path(getfile(type(migration)))
    return settings.BASE_DIR in path.parents and "site-packages" not in path.parts


def squashed(loader: MigrationLoader) -> dict[Key, Migration]:
    """Return our migrations that replace others."""
    return {key: one for key, one in loader.disk_migrations.items() if one.replaces and is_ours(one)}


def lines(statement: str) -> set[str]:
    """Return the rows of a statement about the tables and functions of our applications, each as a text."""
    applications = {app for app, _ in squashed(MigrationLoader(None))}
    with connection.cursor() as cursor:
        cursor.execute(statement, {"names": f"^({'|'.join(applications)}|pgtrigger)_"})
        return {_ORDERS.sub(r"orders\1", str(row)) for (row,) in cursor.fetchall()}


def forget_squashed() -> set[Key]:
    """Leave the record of a database as it was before there were squashed migrations; return their names."""
    recorder = MigrationRecorder(connection)
    names = set(squashed(MigrationLoader(connection)))
    for app, name in names:
        recorder.record_unapplied(app, name)
    return names


def migrate() -> list[Key]:
    """Run our migrations that a database lacks, as the command does; return their names."""
    executor = MigrationExecutor(connection)
    targets = [
        key for key in executor.loader.graph.leaf_nodes() if is_ours(executor.loader.disk_migrations[key])
    ]
    plan = executor.migration_plan(targets)
    executor.migrate(targets, plan)
    return [(one.app_label, one.name) for one, _ in plan]


def migrate_halfway() -> None:
    """Run the replaced migrations but for the last of each application, or the last two."""
    executor = MigrationExecutor(connection)
    executor.loader.replace_migrations = False
    executor.loader.build_graph()
    graph = executor.loader.graph
    targets = [
        one.replaces[-3 if len(one.replaces) > 2 else -2] for one in squashed(executor.loader).values()
    ]
    keys = dict.fromkeys(key for target in targets for key in graph.forwards_plan(target))
    executor.migrate(targets, [(graph.nodes[key], False) for key in keys])


@contextmanager
def database(label: str, template: str = "template1") -> Iterator[None]:
    """Connect to a database of its own, dropped at the end."""
    own = connection.settings_dict["NAME"]
    name = connection.ops.quote_name(f"{own}_{label}")
    connection.close()
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]  # Django's own way to no database of ours
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {connection.ops.quote_name(template)}")
        connection.settings_dict["NAME"] = f"{own}_{label}"
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own
            cursor.execute(f"DROP DATABASE {name}")


@dataclass(frozen=True)
class Migrated:
    """What is in a database after its migrations, and which of them ran last."""

    schema: set[str]
    rules: set[str]
    applied: set[Key]
    plan: list[Key]


def migrated() -> Migrated:
    """Run what a database lacks."""
    plan = migrate()
    applied = set(MigrationRecorder(connection).applied_migrations())
    return Migrated(lines(_SCHEMA), lines(_RULES), applied, plan)


@pytest.fixture(scope="module")
def new(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Migrated:
    """A database that the squashed migrations made by ``light_rendering``, as those of the tests are."""
    with django_db_blocker.unblock(), database("new", str(connection.settings_dict["TEST"]["TEMPLATE"])):
        return migrated()


@pytest.fixture(scope="module")
def older(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Migrated:
    """A database that stopped halfway in every application, and went on, with models rendered as Django does."""
    if not is_thorough():
        pytest.skip("every migration ever written runs: --thorough")
    with django_db_blocker.unblock(), database("older"):
        migrate_halfway()
        forget_squashed()
        return migrated()


def test_a_new_database_runs_no_replaced_migration() -> None:
    loader = MigrationLoader(None)
    replaced = {key for one in squashed(loader).values() for key in one.replaces}
    assert replaced.isdisjoint(loader.graph.nodes)


def test_a_database_that_goes_on_from_halfway_has_the_schema_of_a_new_one(
    older: Migrated, new: Migrated
) -> None:
    assert older.schema ^ new.schema == set()


def test_a_database_that_goes_on_from_halfway_has_the_rules_of_a_new_one(
    older: Migrated, new: Migrated
) -> None:
    assert older.rules ^ new.rules == set()


def test_a_database_that_goes_on_from_halfway_runs_the_replaced_migrations(older: Migrated) -> None:
    assert set(older.plan).isdisjoint(squashed(MigrationLoader(None)))


def test_a_database_that_went_on_from_halfway_is_recorded_as_squashed(older: Migrated) -> None:
    assert set(squashed(MigrationLoader(None))) <= older.applied


@pytest.mark.django_db
def test_a_database_of_all_replaced_migrations_runs_nothing() -> None:
    forget_squashed()
    assert migrate() == []


@pytest.mark.django_db
def test_a_database_of_all_replaced_migrations_is_recorded_as_squashed() -> None:
    names = forget_squashed()
    migrate()
    assert names <= set(MigrationRecorder(connection).applied_migrations())
