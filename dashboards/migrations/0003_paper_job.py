"""Files of dashboards are jobs: columns of every job, and the progress in one of them."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

STATES = ["waiting", "running", "ready", "cancelled", "failed", "expired"]
UNFINISHED = ("waiting", "running")
# A job under way keeps what its page shows of it.
FORWARD = """
UPDATE dashboards_paperjob SET requested_at = created_at,
    progress = CASE WHEN state = 'running'
        THEN jsonb_build_object('panels', written_panels, 'bytes', written_bytes) ELSE '{}' END
"""
BACKWARD = """
UPDATE dashboards_paperjob SET written_panels = COALESCE((progress ->> 'panels')::bigint, 0)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dashboards", "0002_paper"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("paperorder", "paper_order_state_known"),
        migrations.RemoveConstraint("paperorder", "paper_order_once_for_each_person"),
        migrations.RenameModel("PaperOrder", "PaperJob"),
        migrations.RenameField("paperjob", "user", "owner"),
        migrations.RenameField("paperjob", "asker", "client_key"),
        migrations.RenameField("paperjob", "key", "rights_key"),
        migrations.AlterModelOptions(
            "paperjob",
            {
                "verbose_name": "tableau de bord imprimé",
                "verbose_name_plural": "tableaux de bord imprimés",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.AddField(
            "paperjob", "heartbeat_at", models.DateTimeField("dernière nouvelle le", null=True, blank=True)
        ),
        migrations.AddField(
            "paperjob", "requested_at", models.DateTimeField("travail commandé le", null=True, blank=True)
        ),
        migrations.AddField(
            "paperjob", "progress", models.JSONField("avancement", default=dict, editable=False)
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RemoveField("paperjob", "written_panels"),
        migrations.AlterField(
            "paperjob",
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
            "paperjob",
            "dashboard",
            models.ForeignKey(
                "dashboards.dashboard",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                verbose_name="tableau de bord",
            ),
        ),
        migrations.AlterField(
            "paperjob", "language", models.CharField("langue", max_length=10, default="fr")
        ),
        migrations.AlterField(
            "paperjob", "started_at", models.DateTimeField("commencé le", null=True, blank=True)
        ),
        migrations.AlterField(
            "paperjob", "finished_at", models.DateTimeField("terminé le", null=True, blank=True)
        ),
        migrations.AddConstraint(
            "paperjob",
            models.CheckConstraint(condition=Q(state__in=STATES), name="paper_job_state_known"),
        ),
        migrations.AddConstraint(
            "paperjob",
            models.UniqueConstraint(
                fields=["owner", "digest"],
                condition=Q(state__in=UNFINISHED, owner__isnull=False),
                name="paper_job_once_for_each_person",
            ),
        ),
    ]
