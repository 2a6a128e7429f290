"""Index the rows of a layer in a public state alone: the others are neither matched nor suggested by the search."""

from django.db import migrations

COLUMNS = """
ALTER TABLE layers_searchindex
    ADD COLUMN state_column text NOT NULL DEFAULT '', ADD COLUMN states text[] NOT NULL DEFAULT '{}';
"""
DROP_COLUMNS = "ALTER TABLE layers_searchindex DROP COLUMN state_column, DROP COLUMN states"

# The rows of a source that a part is made of: all of them, or those in one of its states.
SOURCE = """
CREATE FUNCTION layers_search_source(kept layers_searchindex, source text) RETURNS text LANGUAGE sql STABLE AS $$
SELECT CASE kept.state_column WHEN '' THEN source
       ELSE format('%s WHERE %I = ANY(%L::text[])', source, kept.state_column, kept.states) END
$$;
ALTER FUNCTION layers_search_statement(layers_searchindex, text) RENAME TO layers_search_of_source;
CREATE FUNCTION layers_search_statement(kept layers_searchindex, source text) RETURNS text LANGUAGE sql STABLE AS $$
SELECT layers_search_of_source(kept, layers_search_source(kept, source))
$$;
"""
DROP_SOURCE = """
DROP FUNCTION layers_search_statement(layers_searchindex, text);
ALTER FUNCTION layers_search_of_source(layers_searchindex, text) RENAME TO layers_search_statement;
DROP FUNCTION layers_search_source(layers_searchindex, text);
"""


class Migration(migrations.Migration):
    dependencies = [("layers", "0030_rights_to_change_own_rows_and_to_delete")]
    operations = [
        migrations.RunSQL(COLUMNS, DROP_COLUMNS),
        migrations.RunSQL(SOURCE, DROP_SOURCE),
    ]
