"""Packages that somebody gave on a page: the file that waits, and the version that was made of it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models import Job, JobQuerySet
from layers.vocabulary import JobState
from plui.models.versions import PlanVersion


def upload_folder() -> Path:
    """Return where packages wait for a worker: a private folder."""
    return Path(settings.MEDIA_ROOT) / "plan-uploads"


class PlanUpload(Job):
    """A package given on a page. The file is removed once a version was made of it, or it was refused.

    ``package`` is the folder to read of an archive that has several. ``findings`` are those for which a package was
    refused (JSON of ``Finding``), ``error`` says why.
    """

    # Somebody's, where other jobs may be nobody's.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("déposé par")
    )
    path = models.CharField(_("emplacement"), max_length=80, unique=True)
    original_name = models.CharField(_("nom du fichier"), max_length=255)
    size = models.PositiveBigIntegerField(_("octets"))
    package = models.CharField(_("dossier"), max_length=120, blank=True)
    version_title = models.CharField(_("titre"), max_length=160, blank=True)
    purpose = models.TextField(_("objet de la procédure"), blank=True)
    findings = models.JSONField(_("constats"), default=list)
    version = models.ForeignKey(
        PlanVersion,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version du plan"),
    )

    objects = JobQuerySet["PlanUpload"].as_manager()

    class Meta(Job.Meta):
        abstract = False
        verbose_name = _("dépôt de plan")
        verbose_name_plural = _("dépôts de plans")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="planupload_state_known"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def location(self) -> Path:
        """Where the file is."""
        return upload_folder() / self.path
