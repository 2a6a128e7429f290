"""Count the writes to reuses and to their layers, which the page of a layer shows."""

from importlib import import_module

from django.db import migrations

triggers = import_module("gisportal.migrations.0005_catalogue_triggers").triggers
REUSES = ("reuses_reuse", "reuses_reuse_layers")


class Migration(migrations.Migration):
    """Create the triggers."""

    dependencies = [("gisportal", "0012_first_publication"), ("reuses", "0001_initial")]
    operations = triggers("reuses", REUSES)
