from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Say what a feature of a dataset is called, for sentences and counts."""

    dependencies = [("layers", "0010_search")]

    operations = [
        migrations.AddField(
            model_name="layer",
            name="noun",
            field=models.CharField(
                blank=True,
                help_text="Sans article, comme dans une phrase : station de vélos.",
                max_length=80,
                verbose_name="un objet s’appelle",
            ),
        ),
        migrations.AddField(
            model_name="layer",
            name="noun_plural",
            field=models.CharField(
                blank=True,
                help_text="Vide : d’après le singulier.",
                max_length=80,
                verbose_name="plusieurs s’appellent",
            ),
        ),
        migrations.AddField(
            model_name="layer",
            name="noun_gender",
            field=models.CharField(
                choices=[("m", "masculin : un"), ("f", "féminin : une")],
                default="m",
                max_length=1,
                verbose_name="genre du nom",
            ),
        ),
    ]
