"""Communes and shares of the rows that were there before their columns (ADR 0056), in batches."""

from importlib import import_module
from typing import Any

from django.db import migrations

_SHARES = import_module("layers.migrations.0016_commune_shares")


def compute(_apps: Any, schema_editor: Any) -> None:
    """Compute those of every table of the application."""
    for table in ("plui_zoneurba", "plui_prescriptionsurf", "plui_prescriptionlin"):
        _SHARES.compute_shares(schema_editor, table)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("plui", "0003_commune_shares")]
    operations = [migrations.RunPython(compute, migrations.RunPython.noop)]
