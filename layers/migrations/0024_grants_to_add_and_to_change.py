"""Tell the right to add from the right to change: who had both in one has both."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def give_both(apps: Any, _editor: Any) -> None:
    """Let who changes rows add some, as before."""
    apps.get_model("layers", "Grant").objects.filter(can_change=True).update(can_add=True)


class Migration(migrations.Migration):
    dependencies = [("layers", "0023_requestable_layers")]

    operations = [
        migrations.RenameField("grant", "can_edit", "can_change"),
        migrations.AlterField(
            "grant", "can_change", models.BooleanField(default=False, verbose_name="peut modifier et supprimer")
        ),
        migrations.AddField(
            "grant", "can_add", models.BooleanField(default=False, verbose_name="peut ajouter")
        ),
        migrations.RunPython(give_both, migrations.RunPython.noop),
    ]
