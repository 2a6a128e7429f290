"""Count the openings of links by day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_account_language")]

    operations = [
        migrations.CreateModel(
            name="ShareLinkDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="jour")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="ouvertures")),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="accounts.sharelink",
                        verbose_name="lien",
                    ),
                ),
            ],
            options={
                "verbose_name": "ouvertures d’un lien en un jour",
                "verbose_name_plural": "ouvertures des liens par jour",
                "constraints": [models.UniqueConstraint(fields=("link", "day"), name="share_link_day_once")],
            },
        ),
    ]
