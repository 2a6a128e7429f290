"""A file that somebody gave and has not published yet: where it waits, and what they said of it so far.

The file itself is private: it lies under a random name in a folder of the media that no address serves, it is read by
its owner's steps of the wizard alone, and it goes away with its row (see ``datasets.imports.uploads``).
"""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datasets.models.dataset import Dataset, Delivery

UPLOAD_FOLDER = "imports"
STALE_AFTER = dt.timedelta(minutes=10)
"""A loading that has said nothing for this long is dead: its file is free again."""


class Upload(models.Model):
    """One passage through the wizard. ``dataset`` is empty for a dataset that does not exist yet.

    ``options`` holds what the portal understood and what the person said: how to read the file, the schema and the
    geometry they settled on. ``started_at`` tells that a submission is loading the file; ``delivery`` is the last thing
    that came out of it.
    """

    key = models.UUIDField(_("clé"), primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("déposé par")
    )
    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("jeu")
    )
    delivery = models.ForeignKey(
        Delivery,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("livraison"),
    )
    path = models.CharField(_("emplacement"), max_length=200)
    original_name = models.CharField(_("nom du fichier"), max_length=255)
    sha256 = models.CharField(_("empreinte"), max_length=64)
    size = models.PositiveBigIntegerField(_("octets"))
    options = models.JSONField(_("réglages"), default=dict)
    started_at = models.DateTimeField(_("chargement commencé le"), null=True, blank=True)
    created_at = models.DateTimeField(_("déposé le"), auto_now_add=True)

    class Meta:
        verbose_name = _("dépôt")
        verbose_name_plural = _("dépôts")
        ordering = ["-created_at", "key"]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_loading(self) -> bool:
        """Whether a submission is loading the file at this moment."""
        return self.started_at is not None and self.started_at > timezone.now() - STALE_AFTER

    @property
    def location(self) -> Path:
        """Where the file is."""
        return Path(settings.MEDIA_ROOT) / UPLOAD_FOLDER / self.path
