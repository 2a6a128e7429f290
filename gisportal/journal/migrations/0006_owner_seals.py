"""The journal is sealed and purged as its owner: the application's role may but write and read entries (ADR 0051).

The schema is named, so that a table of the same name in another one, or a temporary one, is never taken for the journal.
"""

from django.db import migrations

OWNERS = """
ALTER FUNCTION journal_seal() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION journal_purge(interval) SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;
"""
INVOKERS = """
ALTER FUNCTION journal_seal() SECURITY INVOKER RESET search_path;
ALTER FUNCTION journal_purge(interval) SECURITY INVOKER RESET search_path;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_styles")]
    operations = [migrations.RunSQL(OWNERS, INVOKERS)]
