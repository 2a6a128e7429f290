"""Count the statements that write who manages which group, as those of other rights (ADR 0057)."""

from importlib import import_module

from django.db import migrations

triggers = import_module("gisportal.migrations.0005_catalogue_triggers").triggers


class Migration(migrations.Migration):
    """Create the trigger."""

    dependencies = [
        ("gisportal", "0005_catalogue_triggers"),
        ("accounts", "0004_group_manager"),
    ]
    operations = triggers("catalogue", ("accounts_groupmanager",))
