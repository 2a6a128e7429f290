"""Communes and shares of the rows delivered before their columns (ADR 0056), in batches."""

from importlib import import_module

from django.db import migrations

_COLUMNS = import_module("datasets.migrations.0011_commune_shares")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("datasets", "0011_commune_shares")]
    operations = [migrations.RunPython(_COLUMNS.compute, migrations.RunPython.noop)]
