"""Exports are jobs: columns of every job, and the progress in one of them."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

STATES = ["waiting", "running", "ready", "cancelled", "failed", "expired"]
UNFINISHED = ("waiting", "running")
# A job under way keeps what its page shows of it.
FORWARD = """
UPDATE exports_exportjob SET requested_at = created_at,
    progress = CASE WHEN state = 'running'
        THEN jsonb_build_object('rows', written_rows, 'bytes', written_bytes) ELSE '{}' END
"""
BACKWARD = """
UPDATE exports_exportjob SET written_rows = COALESCE((progress ->> 'rows')::bigint, 0)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0002_order_asker"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("exportorder", "export_order_state_known"),
        migrations.RemoveConstraint("exportorder", "export_order_once_for_each_person"),
        migrations.RenameModel("ExportOrder", "ExportJob"),
        migrations.RenameField("exportjob", "user", "owner"),
        migrations.RenameField("exportjob", "asker", "client_key"),
        migrations.RenameField("exportjob", "key", "rights_key"),
        migrations.AlterModelOptions(
            "exportjob",
            {
                "verbose_name": "téléchargement préparé",
                "verbose_name_plural": "téléchargements préparés",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.AddField(
            "exportjob", "heartbeat_at", models.DateTimeField("dernière nouvelle le", null=True, blank=True)
        ),
        migrations.AddField(
            "exportjob", "requested_at", models.DateTimeField("travail commandé le", null=True, blank=True)
        ),
        migrations.AddField(
            "exportjob", "progress", models.JSONField("avancement", default=dict, editable=False)
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RemoveField("exportjob", "written_rows"),
        migrations.AlterField(
            "exportjob",
            "owner",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                on_delete=django.db.models.deletion.CASCADE,
                null=True,
                related_name="+",
                verbose_name="compte",
            ),
        ),
        migrations.AlterField(
            "exportjob", "language", models.CharField("langue", max_length=10, default="fr")
        ),
        migrations.AlterField(
            "exportjob", "started_at", models.DateTimeField("commencé le", null=True, blank=True)
        ),
        migrations.AlterField(
            "exportjob", "finished_at", models.DateTimeField("terminé le", null=True, blank=True)
        ),
        migrations.AddConstraint(
            "exportjob",
            models.CheckConstraint(condition=Q(state__in=STATES), name="export_job_state_known"),
        ),
        migrations.AddConstraint(
            "exportjob",
            models.UniqueConstraint(
                fields=["owner", "digest"],
                condition=Q(state__in=UNFINISHED, owner__isnull=False),
                name="export_job_once_for_each_person",
            ),
        ),
    ]
