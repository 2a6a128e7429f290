"""Uploads are jobs: what a worker does of a file, and the state of that work, instead of one state for both."""

from __future__ import annotations

import uuid

from django.db import migrations, models
from django.db.models import Q

STATES = ["waiting", "running", "ready", "cancelled", "failed"]
WORKS = ["read", "load"]
# What failed or was cancelled after somebody accepted its columns was a loading.
FORWARD = """
UPDATE datasets_upload SET
    work = CASE
        WHEN state IN ('received', 'reading', 'read') THEN 'read'
        WHEN state IN ('loading', 'loaded') THEN 'load'
        WHEN jsonb_typeof(options -> 'settled') = 'object' THEN 'load'
        ELSE 'read' END,
    state = CASE
        WHEN state = 'received' THEN 'waiting'
        WHEN state = 'reading' THEN 'running'
        WHEN state = 'loading' AND attempts = 0 THEN 'waiting'
        WHEN state = 'loading' THEN 'running'
        WHEN state IN ('read', 'loaded') THEN 'ready'
        ELSE state END
"""
BACKWARD = """
UPDATE datasets_upload SET state = CASE
    WHEN state = 'waiting' AND work = 'read' THEN 'received'
    WHEN state = 'running' AND work = 'read' THEN 'reading'
    WHEN state = 'ready' AND work = 'read' THEN 'read'
    WHEN state IN ('waiting', 'running') THEN 'loading'
    WHEN state = 'ready' THEN 'loaded'
    ELSE state END
"""


class Migration(migrations.Migration):
    dependencies = [("datasets", "0009_faces")]

    operations = [
        migrations.RemoveConstraint("upload", "upload_state_known"),
        migrations.RenameField("upload", "key", "id"),
        migrations.RenameField("upload", "fault", "error"),
        migrations.RenameField("upload", "heard_at", "heartbeat_at"),
        migrations.RenameField("upload", "started_at", "requested_at"),
        migrations.RemoveField("upload", "orders"),
        migrations.AlterModelOptions(
            "upload",
            {"verbose_name": "dépôt", "verbose_name_plural": "dépôts", "ordering": ["-created_at", "id"]},
        ),
        migrations.AddField(
            "upload",
            "work",
            models.CharField(
                "travail", max_length=4, choices=[("read", "lecture"), ("load", "chargement")], default="read"
            ),
        ),
        migrations.AddField(
            "upload", "client_key", models.CharField("empreinte du demandeur", max_length=64, blank=True)
        ),
        migrations.AddField("upload", "portal", models.CharField("commune du portail", max_length=5, blank=True)),
        migrations.AddField("upload", "started_at", models.DateTimeField("commencé le", null=True, blank=True)),
        migrations.AddField("upload", "finished_at", models.DateTimeField("terminé le", null=True, blank=True)),
        migrations.AlterField(
            "upload",
            "id",
            models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
        ),
        migrations.AlterField("upload", "error", models.TextField("erreur", blank=True)),
        migrations.AlterField("upload", "created_at", models.DateTimeField("demandé le", auto_now_add=True)),
        migrations.AlterField(
            "upload",
            "state",
            models.CharField(
                "état",
                max_length=10,
                choices=[
                    ("waiting", "En attente"),
                    ("running", "En préparation"),
                    ("ready", "Prêt"),
                    ("cancelled", "Annulé"),
                    ("failed", "Échoué"),
                    ("expired", "Expiré"),
                ],
                default="waiting",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddConstraint(
            "upload", models.CheckConstraint(condition=Q(state__in=STATES), name="upload_state_known")
        ),
        migrations.AddConstraint(
            "upload", models.CheckConstraint(condition=Q(work__in=WORKS), name="upload_work_known")
        ),
    ]
