"""Create the reminders of ends that were sent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("management", "0002_requests_of_access"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EndReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ends_at", models.DateTimeField(verbose_name="fin")),
                ("days", models.PositiveSmallIntegerField(verbose_name="jours avant")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte",
                    ),
                ),
            ],
            options={
                "verbose_name": "rappel de fin",
                "verbose_name_plural": "rappels de fin",
                "ordering": ["ends_at", "days"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "ends_at", "days"), name="end_reminder_once")
                ],
            },
        ),
    ]
