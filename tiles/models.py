"""Uploads of rasters: the file that waits, the progress of its conversion, the version made of it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models import Job, JobQuerySet, Raster, RasterVersion, raster_folder
from layers.vocabulary import JobState


class RasterUpload(Job):
    """A file given for a raster. It lies in the private folder of rasters until it is converted or refused.

    ``reading`` holds what its owner said of it (``crs``, ``nodata``); ``is_published`` whether the version goes online
    at once. ``progress`` has ``phase`` (reading, writing) and ``share``, from 0 to 1; ``error`` why it was refused.
    """

    # Somebody's, where other jobs may be nobody's.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("déposé par")
    )
    raster = models.ForeignKey(
        Raster, on_delete=models.CASCADE, related_name="uploads", verbose_name=_("raster")
    )
    version = models.ForeignKey(
        RasterVersion,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version"),
    )
    path = models.CharField(_("emplacement"), max_length=80, unique=True)
    original_name = models.CharField(_("nom du fichier"), max_length=255)
    size = models.PositiveBigIntegerField(_("octets"))
    reading = models.JSONField(_("lecture"), default=dict)
    is_published = models.BooleanField(_("mettre en ligne"), default=False)

    objects = JobQuerySet["RasterUpload"].as_manager()

    class Meta(Job.Meta):
        abstract = False
        verbose_name = _("dépôt de raster")
        verbose_name_plural = _("dépôts de rasters")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="raster_upload_state_known"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def location(self) -> Path:
        """Where the file is."""
        return raster_folder() / self.path
