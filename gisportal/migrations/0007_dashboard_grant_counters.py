"""Count the statements that write grants on dashboards, as those of their readers (ADR 0057)."""

from importlib import import_module

from django.db import migrations

triggers = import_module("gisportal.migrations.0005_catalogue_triggers").triggers


class Migration(migrations.Migration):
    """Create the trigger."""

    dependencies = [
        ("gisportal", "0006_management_counters"),
        ("dashboards", "0004_grants_of_persons_and_themes"),
    ]
    operations = triggers("dashboards", ("dashboards_dashboardgrant",))
