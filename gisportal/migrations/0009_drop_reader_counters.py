"""Drop the counters of the lists of readers, which are grants now; on the way back they count again."""

from importlib import import_module

from django.db import migrations

triggers = import_module("gisportal.migrations.0005_catalogue_triggers").triggers


class Migration(migrations.Migration):
    """Drop the triggers before the tables."""

    dependencies = [
        ("gisportal", "0008_recent_pages"),
        ("dashboards", "0005_readers_as_grants"),
    ]
    operations = [
        migrations.RunSQL(each.reverse_sql, each.sql)
        for each in triggers("dashboards", ("dashboards_dashboard_groups", "dashboards_dashboard_persons"))
    ]
