from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Give layers other words for themselves, their fields and their values."""

    dependencies = [("layers", "0009_style_versions")]

    operations = [
        migrations.AddField(
            model_name="layer",
            name="synonyms",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text=(
                    "D’autres mots pour la couche, ses champs et leurs valeurs, que la recherche et les questions "
                    "comprennent."
                ),
                verbose_name="aussi appelé",
            ),
        ),
    ]
