"""The table of finished tiles.

It is unlogged: nothing is written to the journal of PostgreSQL, whose crash empties it. A tile is compressed before
it comes here, so that PostgreSQL does not try again (EXTERNAL).
"""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE tiles_cache (
    key text PRIMARY KEY,
    value bytea NOT NULL,
    size integer NOT NULL,
    used_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE tiles_cache ALTER COLUMN value SET STORAGE EXTERNAL;
CREATE INDEX tiles_cache_used_at ON tiles_cache (used_at);
"""


class Migration(migrations.Migration):
    """Create the table."""

    dependencies = [("tiles", "0001_rasters")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE tiles_cache")]
