"""Reports of problems on features."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FeatureReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("layer", models.SlugField(max_length=63, verbose_name="couche")),
                ("feature", models.BigIntegerField(verbose_name="objet")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("danger", "Dégradation ou danger sur place"),
                            ("position", "Mal placé sur la carte"),
                            ("content", "Information fausse ou incomplète"),
                            ("gone", "N’existe plus"),
                            ("other", "Autre"),
                        ],
                        max_length=20,
                        verbose_name="nature du problème",
                    ),
                ),
                (
                    "message",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(2000)],
                        verbose_name="description",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="adresse électronique")),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "Nouveau"), ("in-progress", "En cours"), ("closed", "Clos")],
                        default="new",
                        max_length=15,
                        verbose_name="état",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="reçu le")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte",
                    ),
                ),
            ],
            options={
                "verbose_name": "signalement",
                "verbose_name_plural": "signalements",
                "ordering": ["-created_at", "-pk"],
                "indexes": [models.Index(fields=["layer", "feature"], name="report_feature")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("category__in", ["danger", "position", "content", "gone", "other"])
                        ),
                        name="report_category_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["new", "in-progress", "closed"])),
                        name="report_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("message", ""), _negated=True),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("message"), 2000
                            ),
                        ),
                        name="report_message_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True), ("email", ""), _connector="OR"
                        ),
                        name="report_closed_forgets_email",
                    ),
                ],
            },
        ),
    ]
