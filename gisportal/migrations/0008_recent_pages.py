"""Create what accounts opened last."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gisportal", "0007_dashboard_grant_counters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecentPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10, verbose_name="nature")),
                ("name", models.CharField(max_length=100, verbose_name="identifiant")),
                ("opened_at", models.DateTimeField(verbose_name="ouverte le")),
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
                "verbose_name": "page ouverte récemment",
                "verbose_name_plural": "pages ouvertes récemment",
                "ordering": ["-opened_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "kind", "name"), name="recent_page_once")
                ],
            },
        ),
    ]
