"""Count the writes to versions of plans, which the pages of documents and the sheet of a place read."""

from importlib import import_module

from django.db import migrations

triggers = import_module("gisportal.migrations.0005_catalogue_triggers").triggers
PLANS = ("plui_planversion", "plui_writtenpiece", "plui_findingacceptance")


class Migration(migrations.Migration):
    """Create the triggers."""

    dependencies = [("gisportal", "0014_counters_of_forms"), ("plui", "0007_plan_versions")]
    operations = triggers("catalogue", PLANS)
