"""Count what is granted to a group or to a person by a counter of theirs: the pages of others stay cached (ADR 0075).

The families of ``layers_catalogueversion`` that it adds are "group 12" and "person 34", of which a group or an account
has one as soon as something is granted to it. Their statements are counted by the rows that they write; ``TRUNCATE`` has
none, and counts for everybody.
"""

from importlib import import_module

from django.db import migrations

triggers = import_module("gisportal.migrations.0005_catalogue_triggers").triggers
# What is granted, and what it was counted as before.
GRANTED = {
    "layers_grant": "catalogue",
    "layers_protectedfield_groups": "catalogue",
    "auth_group_permissions": "catalogue",
    "accounts_groupmanager": "catalogue",
    "dashboards_dashboardgrant": "dashboards",
}
FUNCTIONS = """
CREATE FUNCTION layers_readers_of(granted jsonb) RETURNS SETOF text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog AS $$
    SELECT 'group ' || (granted ->> 'group_id') WHERE granted ->> 'group_id' IS NOT NULL
    UNION ALL
    SELECT 'person ' || coalesce(granted ->> 'person_id', granted ->> 'user_id')
    WHERE coalesce(granted ->> 'person_id', granted ->> 'user_id') IS NOT NULL
$$;
CREATE FUNCTION layers_bump_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO layers_catalogueversion AS v (family, shard, version)
        SELECT DISTINCT reader, pg_backend_pid() % 64, 1
        FROM (SELECT to_jsonb(former) AS granted FROM former UNION ALL SELECT to_jsonb(written) FROM written) AS every,
             layers_readers_of(granted) AS reader
        ORDER BY reader
        ON CONFLICT (family, shard) DO UPDATE SET version = v.version + 1;
    ELSE
        INSERT INTO layers_catalogueversion AS v (family, shard, version)
        SELECT DISTINCT reader, pg_backend_pid() % 64, 1
        FROM written, layers_readers_of(to_jsonb(written)) AS reader
        ORDER BY reader
        ON CONFLICT (family, shard) DO UPDATE SET version = v.version + 1;
    END IF;
    RETURN NULL;
END $$;
"""
DROP_FUNCTIONS = "DROP FUNCTION layers_bump_readers(); DROP FUNCTION layers_readers_of(jsonb)"
# A trigger sees what its statement wrote for one kind of statement alone.
EVENTS = {
    "insert": "NEW TABLE AS written",
    "delete": "OLD TABLE AS written",
    "update": "OLD TABLE AS former NEW TABLE AS written",
}
# Who has something already: a family stands for what a group or a person may have.
EXISTING = """
INSERT INTO layers_catalogueversion (family, shard, version)
SELECT DISTINCT reader, 0, 1 FROM {table} AS granted, layers_readers_of(to_jsonb(granted)) AS reader
ON CONFLICT (family, shard) DO NOTHING
"""


def reader_triggers(table: str) -> list[migrations.RunSQL]:
    """Return the operations that count the rows of a table for the groups and persons that they name."""
    return [
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER readers_version_{event} AFTER {event} ON {table} REFERENCING {rows}"
                " FOR EACH STATEMENT EXECUTE FUNCTION layers_bump_readers()",
                f"DROP TRIGGER readers_version_{event} ON {table}",
            )
            for event, rows in EVENTS.items()
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER readers_version_truncate AFTER TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION layers_bump_catalogue('catalogue')",
            f"DROP TRIGGER readers_version_truncate ON {table}",
        ),
        migrations.RunSQL(EXISTING.format(table=table), migrations.RunSQL.noop),
    ]


def former_trigger(table: str, family: str) -> migrations.RunSQL:
    """Return the operation that no longer counts a table for everybody."""
    counted = triggers(family, [table])[0]
    return migrations.RunSQL(counted.reverse_sql, counted.sql)


class Migration(migrations.Migration):
    """Replace the triggers of grants, of readers of protected fields and of permissions of groups."""

    dependencies = [("gisportal", "0009_drop_reader_counters")]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *(former_trigger(table, family) for table, family in GRANTED.items()),
        *(operation for table in GRANTED for operation in reader_triggers(table)),
    ]
