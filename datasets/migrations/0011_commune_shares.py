"""Deliveries of lines, surfaces and several points have the communes that they go into (ADR 0056)."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import migrations

_SHARES = import_module("layers.migrations.0016_commune_shares")
SET_COMMUNES = """
CREATE FUNCTION datasets_set_communes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT s.communes, s.shares INTO NEW._communes, NEW._commune_shares FROM layers_commune_shares(NEW.geom) AS s;
    NEW.commune_id := NEW._communes[1];
    RETURN NEW;
END $$
"""
# Working tables of an import under way have no column ``commune_id``.
_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'geom'
WHERE n.nspname = 'datasets' AND c.relkind = 'r' AND c.relname ~ '^d[0-9]+_v[0-9]+$'
    AND regexp_replace(postgis_typmod_type(a.atttypmod), 'Z$', '') <> 'Point'
    AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = '_communes')
ORDER BY c.oid
"""
_WITH_SHARES = _TABLES.replace("AND NOT EXISTS", "AND EXISTS")
_ADD = """
ALTER TABLE {table} ADD COLUMN _communes varchar(5)[], ADD COLUMN _commune_shares jsonb;
DROP TRIGGER commune ON {table};
CREATE TRIGGER commune BEFORE INSERT OR UPDATE OF geom, commune_id, _communes, _commune_shares ON {table}
    FOR EACH ROW EXECUTE FUNCTION datasets_set_communes();
CREATE INDEX ON {table} USING gin (_communes);
"""
_DROP = """
DROP TRIGGER commune ON {table};
CREATE TRIGGER commune BEFORE INSERT OR UPDATE OF geom, commune_id ON {table}
    FOR EACH ROW EXECUTE FUNCTION datasets_set_commune();
ALTER TABLE {table} DROP COLUMN _communes, DROP COLUMN _commune_shares;
"""


def _alter(schema_editor: Any, tables: str, statements: str) -> None:
    """Alter the tables that a query names, as the application, which owns them."""
    with schema_editor.connection.cursor() as cursor:
        if settings.APPLICATION_ROLE:
            role = schema_editor.connection.ops.quote_name(settings.APPLICATION_ROLE)
            cursor.execute(f"GRANT SELECT ON layers_communecore TO {role}")
            cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(tables)
        for (table,) in cursor.fetchall():
            cursor.execute(statements.format(table=table))
        cursor.execute("RESET ROLE")


def add_columns(_apps: Any, schema_editor: Any) -> None:
    """Add the columns, the index and the trigger to the tables that are there."""
    _alter(schema_editor, _TABLES, _ADD)


def drop_columns(_apps: Any, schema_editor: Any) -> None:
    """Drop them, and place rows in one commune again."""
    _alter(schema_editor, _WITH_SHARES, _DROP)


def compute(_apps: Any, schema_editor: Any) -> None:
    """Compute the shares of the rows that are there."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_WITH_SHARES)
        tables = cursor.fetchall()
    for (table,) in tables:
        _SHARES.compute_shares(schema_editor, table, column="_commune_shares", role=settings.APPLICATION_ROLE)


class Migration(migrations.Migration):
    dependencies = [("datasets", "0010_upload_job"), ("layers", "0016_commune_shares")]
    operations = [
        migrations.RunSQL(SET_COMMUNES, "DROP FUNCTION datasets_set_communes()"),
        migrations.RunPython(add_columns, drop_columns),
    ]
