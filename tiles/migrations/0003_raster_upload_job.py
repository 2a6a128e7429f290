"""Uploads of rasters are jobs: columns of every job, under the names of every job."""

from __future__ import annotations

import uuid

from django.db import migrations, models

REQUESTED = "UPDATE tiles_rasterupload SET requested_at = created_at"


class Migration(migrations.Migration):
    dependencies = [("tiles", "0002_tile_cache")]

    operations = [
        migrations.RenameField("rasterupload", "key", "id"),
        migrations.RenameField("rasterupload", "fault", "error"),
        migrations.RenameField("rasterupload", "heard_at", "heartbeat_at"),
        migrations.AlterModelOptions(
            "rasterupload",
            {
                "verbose_name": "dépôt de raster",
                "verbose_name_plural": "dépôts de rasters",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.AddField(
            "rasterupload", "client_key", models.CharField("empreinte du demandeur", max_length=64, blank=True)
        ),
        migrations.AddField(
            "rasterupload", "portal", models.CharField("commune du portail", max_length=5, blank=True)
        ),
        migrations.AddField(
            "rasterupload", "requested_at", models.DateTimeField("travail commandé le", null=True, blank=True)
        ),
        migrations.AddField(
            "rasterupload", "started_at", models.DateTimeField("commencé le", null=True, blank=True)
        ),
        migrations.AddField(
            "rasterupload", "finished_at", models.DateTimeField("terminé le", null=True, blank=True)
        ),
        migrations.AlterField(
            "rasterupload",
            "id",
            models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
        ),
        migrations.AlterField("rasterupload", "error", models.TextField("erreur", blank=True)),
        migrations.AlterField(
            "rasterupload", "created_at", models.DateTimeField("demandé le", auto_now_add=True)
        ),
        migrations.RunSQL(REQUESTED, migrations.RunSQL.noop),
    ]
