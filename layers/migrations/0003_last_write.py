"""``data_version`` keeps when it was last bumped: a deletion changes the data too, and leaves no ``updated_at``.

The highest ``updated_at`` of its rows is the best that is known of a table written to before.
"""

from django.db import migrations, models

BUMP_VERSION = """
CREATE OR REPLACE FUNCTION layers_bump_version(written name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO layers_dataversion AS v ("table", version, changed_at) VALUES (written, 1, clock_timestamp())
    ON CONFLICT ("table") DO UPDATE
    SET version = v.version + 1, changed_at = greatest(v.changed_at, excluded.changed_at);
END $$;
"""
BUMP_VERSION_BEFORE = """
CREATE OR REPLACE FUNCTION layers_bump_version(written name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO layers_dataversion AS v ("table", version) VALUES (written, 1)
    ON CONFLICT ("table") DO UPDATE SET version = v.version + 1;
END $$;
"""
KNOWN_BEFORE = """
DO $$
DECLARE
    known record;
    last timestamptz;
BEGIN
    FOR known IN
        SELECT v."table", c.table_schema FROM layers_dataversion AS v
        JOIN information_schema.columns AS c ON c.table_name = v."table" AND c.column_name = 'updated_at'
        WHERE c.table_schema IN (current_schema(), 'datasets') AND v.changed_at IS NULL
    LOOP
        EXECUTE format('SELECT max(updated_at) FROM %I.%I', known.table_schema, known."table") INTO last;
        UPDATE layers_dataversion SET changed_at = last WHERE "table" = known."table";
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("layers", "0002_initial")]
    operations = [
        migrations.AddField(
            model_name="dataversion",
            name="changed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="dernière écriture"),
        ),
        migrations.RunSQL(BUMP_VERSION, BUMP_VERSION_BEFORE),
        migrations.RunSQL(KNOWN_BEFORE, migrations.RunSQL.noop),
    ]
