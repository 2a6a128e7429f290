"""Versions of the style of a layer: a draft, what is published, what was replaced."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("layers", "0008_raster_statistics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StyleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("document", models.JSONField(default=dict, verbose_name="document")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Brouillon"), ("published", "Publiée"), ("replaced", "Remplacée")],
                        default="draft",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="révision")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créée le")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifiée le")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="publiée le")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="auteur",
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="layers.styleversion",
                        verbose_name="version de départ",
                    ),
                ),
                (
                    "layer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="style_versions",
                        to="layers.layer",
                        verbose_name="couche",
                    ),
                ),
            ],
            options={
                "verbose_name": "version de style",
                "verbose_name_plural": "versions de styles",
                "ordering": ["layer", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("layer", "number"), name="style_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("layer",),
                        name="style_version_one_draft",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("layer",),
                        name="style_version_one_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "replaced"])),
                        name="style_version_state_known",
                    ),
                ],
            },
        ),
    ]
