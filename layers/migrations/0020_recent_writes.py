"""``layers_dataversion`` holds the transactions of the last minute: which version each began, when, and whose it was.

A former answer may be served for a minute after the write that outdated it, and never to who wrote (ADR 0058). The
newest comes first; ``write_instants`` are those of the first statement of each transaction, which its commit follows.
The account is that of the history (``pghistory``), null for what no person wrote.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

BUMP_VERSION = """
CREATE OR REPLACE FUNCTION layers_bump_version(written name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    account bigint := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user';
    current_transaction bigint := txid_current();
BEGIN
    INSERT INTO layers_dataversion AS v
        ("table", version, changed_at, last_transaction, write_versions, write_instants, writers)
    VALUES (written, 1, clock_timestamp(), current_transaction, ARRAY[1], ARRAY[clock_timestamp()], ARRAY[account])
    ON CONFLICT ("table") DO UPDATE
    SET version = v.version + 1, changed_at = greatest(v.changed_at, excluded.changed_at),
        last_transaction = current_transaction,
        (write_versions, write_instants, writers) = (
            SELECT CASE WHEN v.last_transaction = current_transaction THEN v.write_versions
                   ELSE (v.version + 1) || v.write_versions[1:r.number] END,
                   CASE WHEN v.last_transaction = current_transaction THEN v.write_instants
                   ELSE clock_timestamp() || v.write_instants[1:r.number] END,
                   CASE WHEN v.last_transaction = current_transaction
                   THEN coalesce(v.writers[1], account) || v.writers[2:]
                   ELSE account || v.writers[1:r.number] END
            FROM (
                SELECT least(count(*), 59)::integer AS number FROM unnest(v.write_instants) AS instant
                WHERE instant > clock_timestamp() - interval '1 minute'
            ) AS r
        );
END $$;
"""
BUMP_VERSION_BEFORE = """
CREATE OR REPLACE FUNCTION layers_bump_version(written name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO layers_dataversion AS v ("table", version, changed_at) VALUES (written, 1, clock_timestamp())
    ON CONFLICT ("table") DO UPDATE
    SET version = v.version + 1, changed_at = greatest(v.changed_at, excluded.changed_at);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("layers", "0019_catalogue_versions")]
    operations = [
        migrations.AddField(
            "dataversion", "last_transaction", models.BigIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "dataversion",
            "write_versions",
            ArrayField(models.BigIntegerField(), default=list, editable=False),
        ),
        migrations.AddField(
            "dataversion",
            "write_instants",
            ArrayField(models.DateTimeField(), default=list, editable=False),
        ),
        migrations.AddField(
            "dataversion",
            "writers",
            ArrayField(models.BigIntegerField(null=True), default=list, editable=False),
        ),
        migrations.RunSQL(BUMP_VERSION, BUMP_VERSION_BEFORE),
    ]
