"""Former states of the database, and the way back to the latest one."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from tests.migration_rendering import light_rendering


def migrate(targets: list[tuple[str, str]]) -> StateApps:
    """Migrate to these states, and return the models of the migrations that are applied then."""
    with light_rendering():
        MigrationExecutor(connection).migrate(targets)
    # With nothing left to do it reads the models of all that is applied; after the way back of several applications it
    # would return those of one before its way back, and of the others after theirs.
    return MigrationExecutor(connection).migrate([]).apps


def migrate_to_latest() -> None:
    """Apply every migration: to leave a state of one application also undoes those of others that depend on it."""
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
