"""Communes and shares of the rows that were there before their columns (ADR 0056), in batches."""

from importlib import import_module
from typing import Any

from django.db import migrations

_SHARES = import_module("layers.migrations.0016_commune_shares")


def compute(_apps: Any, schema_editor: Any) -> None:
    """Compute those of every table of the application."""
    for table in ("reference_data_roadsection", "reference_data_parcel", "reference_data_easement"):
        _SHARES.compute_shares(schema_editor, table)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("reference_data", "0004_commune_shares")]
    operations = [migrations.RunPython(compute, migrations.RunPython.noop)]
