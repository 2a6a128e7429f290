"""Tell the right to delete from the right to change, and add own rows, margins of communes and fields to write.

Who had ``can_change`` changed and deleted: they have both. Backwards nobody gains: who changes without deleting, or
some fields alone, writes nothing, and who changes their own rows no longer does.
"""

from __future__ import annotations

from typing import Any

import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models
from django.db.models import Q


def delete_as_before(apps: Any, _editor: Any) -> None:
    """Let who changes rows delete them, as before."""
    apps.get_model("layers", "Grant").objects.filter(can_change=True).update(can_delete=True)


def write_as_before(apps: Any, _editor: Any) -> None:
    """Take the right to write from who has less of it than it was."""
    grants = apps.get_model("layers", "Grant").objects
    grants.filter(can_delete=False).update(can_change=False)
    grants.exclude(written_fields=[]).update(can_add=False, can_change=False, can_delete=False)


class Migration(migrations.Migration):
    dependencies = [("layers", "0029_words_of_states")]

    operations = [
        migrations.AlterField(
            "grant", "can_change", models.BooleanField(default=False, verbose_name="peut tout modifier")
        ),
        migrations.AddField(
            "grant",
            "can_change_own",
            models.BooleanField(default=False, verbose_name="peut modifier ce que le compte a écrit"),
        ),
        migrations.AddField(
            "grant",
            "can_delete",
            models.BooleanField(default=False, verbose_name="peut supprimer ce qui se modifie"),
        ),
        migrations.AddField(
            "grant",
            "margin_m",
            models.PositiveSmallIntegerField(
                default=0,
                help_text=(
                    "Lit et écrit aussi ce qui touche le contour des communes du filtre, élargi d’autant de mètres."
                ),
                validators=[django.core.validators.MaxValueValidator(5000)],
                verbose_name="marge autour des communes (m)",
            ),
        ),
        migrations.AddField(
            "grant",
            "written_fields",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=63),
                blank=True,
                default=list,
                size=None,
                verbose_name="champs à écrire",
            ),
        ),
        migrations.RunPython(delete_as_before, write_as_before),
        migrations.AddConstraint(
            "grant",
            models.CheckConstraint(
                condition=Q(theme__isnull=True) | Q(written_fields=[]),
                name="grant_written_fields_of_layer",
                violation_error_message="Les champs à écrire se choisissent couche par couche.",
            ),
        ),
        migrations.AddConstraint(
            "grant",
            models.CheckConstraint(
                condition=Q(can_delete=False) | Q(can_change=True) | Q(can_change_own=True),
                name="grant_deletes_what_it_changes",
                violation_error_message="Supprimer s’ajoute au droit de modifier : donnez aussi celui-ci.",
            ),
        ),
        migrations.AddConstraint(
            "grant",
            models.CheckConstraint(
                condition=Q(margin_m=0) | ~Q(rows__regex=r"^\s*$"),
                name="grant_margin_of_communes",
                violation_error_message="Une marge élargit des communes : choisissez-les.",
            ),
        ),
    ]
