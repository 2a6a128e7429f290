"""Count the writes to forms, which the page of a layer links to."""

from importlib import import_module

from django.db import migrations

triggers = import_module("gisportal.migrations.0005_catalogue_triggers").triggers
FORMS = ("webforms_form",)


class Migration(migrations.Migration):
    """Create the triggers."""

    dependencies = [("gisportal", "0013_counters_of_reuses"), ("webforms", "0001_initial")]
    operations = triggers("forms", FORMS)
