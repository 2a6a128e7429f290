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
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datasets.models.dataset import Dataset, Delivery
from datasets.vocabulary import BUSY_UPLOADS, UploadState

UPLOAD_FOLDER = "imports"
STALE_AFTER = dt.timedelta(minutes=10)
"""A work that has said nothing for this long is dead, and no worker took it up again: it may be ordered once more."""


class Upload(models.Model):
    """One passage through the wizard. ``dataset`` is empty for a dataset that does not exist yet.

    ``options`` holds what the portal understood and what the person said: how to read the file, the schema and the
    geometry they settled on. ``state`` says where it is; a worker that reads or loads it writes ``progress`` and
    ``heard_at`` as it goes. ``orders`` counts the works ordered, ``attempts`` the workers that began the present one:
    what a worker writes counts only as long as it is the last of them. ``fault`` says why the last work stopped;
    ``delivery`` is the last thing that came out of the file.
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
    state = models.CharField(_("état"), max_length=10, choices=UploadState, default=UploadState.RECEIVED)
    progress = models.JSONField(_("avancement"), default=dict, editable=False)
    fault = models.TextField(_("motif de l’arrêt"), blank=True)
    orders = models.PositiveIntegerField(_("commandes"), default=0, editable=False)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    language = models.CharField(_("langue"), max_length=10, default="fr")
    started_at = models.DateTimeField(_("travail commandé le"), null=True, blank=True)
    heard_at = models.DateTimeField(_("dernière nouvelle le"), null=True, blank=True)
    created_at = models.DateTimeField(_("déposé le"), auto_now_add=True)

    class Meta:
        verbose_name = _("dépôt")
        verbose_name_plural = _("dépôts")
        ordering = ["-created_at", "key"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_known")
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_busy(self) -> bool:
        """Whether a worker has it, or will."""
        return self.state in BUSY_UPLOADS

    @property
    def is_stale(self) -> bool:
        """Whether a worker should have it and nothing was heard of it for too long."""
        heard = self.heard_at or self.started_at
        return self.is_busy and (heard is None or heard < timezone.now() - STALE_AFTER)

    @property
    def state_words(self) -> str:
        """The state in words: a file that could not be read was refused, and is not kept."""
        is_refused = self.state == UploadState.FAILED and not self.location.exists()
        return str(_("refusé") if is_refused else self.get_state_display())

    @property
    def is_understood(self) -> bool:
        """Whether the file was read: its columns can be shown."""
        return "guess" in self.options

    @property
    def location(self) -> Path:
        """Where the file is."""
        return Path(settings.MEDIA_ROOT) / UPLOAD_FOLDER / self.path
