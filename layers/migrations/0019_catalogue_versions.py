"""``layers_catalogueversion`` counts the statements that wrote what pages show beside features (ADR 0057).

The triggers are in ``gisportal``, which knows every table. A family has several rows, of which a connection writes one:
a long transaction holds up a sixty-fourth of the other writers of its family, until its end. Their sum is read by
``layers.sql.catalogue.page_versions``.
"""

from django.db import migrations

CREATE = """
CREATE TABLE layers_catalogueversion (
    family text NOT NULL,
    shard smallint NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (family, shard)
);
CREATE FUNCTION layers_bump_catalogue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO layers_catalogueversion AS v (family, shard, version) VALUES (TG_ARGV[0], pg_backend_pid() % 64, 1)
    ON CONFLICT (family, shard) DO UPDATE SET version = v.version + 1;
    RETURN NULL;
END $$;
"""
DROP = "DROP FUNCTION layers_bump_catalogue(); DROP TABLE layers_catalogueversion"


class Migration(migrations.Migration):
    """Create the table of counters, and the function of their triggers."""

    dependencies = [("layers", "0018_overlap")]
    operations = [migrations.RunSQL(CREATE, DROP)]
