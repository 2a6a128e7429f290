"""Let a layer show its use to who sees it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("layers", "0027_reserved_slugs")]

    operations = [
        migrations.AddField(
            "layer",
            "is_use_public",
            models.BooleanField(
                default=False,
                help_text="Qui voit la couche lit aussi combien elle est consultée, téléchargée et moissonnée.",
                verbose_name="montre ses usages",
            ),
        ),
    ]
