"""Views of the map that people keep."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("explorer", "0001_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="nom")),
                (
                    "address",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(20000)], verbose_name="adresse"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="enregistrée le")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte",
                    ),
                ),
            ],
            options={
                "verbose_name": "vue enregistrée",
                "verbose_name_plural": "vues enregistrées",
                "ordering": ["title", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "title"), name="view_title_once"),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="view_has_title"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("address"), 20000
                            )
                        ),
                        name="view_address_length",
                    ),
                ],
            },
        ),
    ]
