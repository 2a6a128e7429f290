"""Exports that take longer than a person waits: what was requested, by whom, how far it is."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models import FileJob, JobQuerySet
from layers.vocabulary import UNFINISHED, JobState


class ExportJob(FileJob):
    """An export prepared by a worker.

    The parameters are those of the request, never SQL. ``rights_key`` is the key of the scope of the request
    (``layers.access.Scope``). ``rows`` are those of the file, once it is ready.
    """

    layer = models.SlugField(_("couche"), max_length=100)
    total_rows = models.PositiveBigIntegerField(_("lignes demandées"))
    estimated_s = models.FloatField(_("durée estimée, en secondes"))
    rows = models.PositiveBigIntegerField(_("lignes du fichier"), null=True)

    objects = JobQuerySet["ExportJob"].as_manager()

    class Meta(FileJob.Meta):
        abstract = False
        verbose_name = _("téléchargement préparé")
        verbose_name_plural = _("téléchargements préparés")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="export_job_state_known"),
            # Somebody who asks twice waits for one; nobody's requests are never put together.
            models.UniqueConstraint(
                fields=["owner", "digest"],
                condition=Q(state__in=UNFINISHED, owner__isnull=False),
                name="export_job_once_for_each_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer}.{self.extension}"

    @classmethod
    def folder(cls) -> Path:
        """Return where the files of these jobs are."""
        return Path(settings.PREPARED_FOLDER)

    @property
    def written_rows(self) -> int:
        """Rows that the writer has had, while the file is written."""
        return int(self.progress.get("rows", 0))

    @property
    def share(self) -> int:
        """Whole percents of the rows that are written: never all of them before the file is there."""
        if self.state == JobState.READY:
            return 100
        return min(99, 100 * self.written_rows // self.total_rows) if self.total_rows else 0
