"""Exports that take longer than a person waits: what was asked, by whom, how far it is."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exports.vocabulary import UNFINISHED, OrderState


class ExportOrderQuerySet(models.QuerySet["ExportOrder"]):
    """ExportOrder exports, by their state."""

    def unfinished(self) -> ExportOrderQuerySet:
        """Those a worker has still to finish."""
        return self.filter(state__in=UNFINISHED)


class ExportOrder(models.Model):
    """An export prepared by a worker.

    The question is kept as it was asked, never as SQL: it passes through the door again when it is prepared, with the
    rights of that moment. ``key`` is the key of the asker's scope (``layers.access.Scope``): whoever fetches the file
    must still have that very key. ``asker`` is a digest of who asked, account or network, by which orders that wait are
    counted. ``digest`` tells two questions apart, data version included.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="export_orders",
        verbose_name=_("compte"),
    )
    asker = models.CharField(_("empreinte du demandeur"), max_length=64, blank=True)
    portal = models.CharField(_("commune du portail"), max_length=5, blank=True)
    layer = models.SlugField(_("couche"), max_length=100)
    extension = models.CharField(_("format"), max_length=20)
    parameters = models.JSONField(_("paramètres"), default=dict)
    language = models.CharField(_("langue"), max_length=10)
    key = models.CharField(_("clé des droits"), max_length=64)
    digest = models.CharField(_("empreinte de la demande"), max_length=64)
    state = models.CharField(_("état"), max_length=10, choices=OrderState.choices, default=OrderState.WAITING)
    total_rows = models.PositiveBigIntegerField(_("lignes demandées"))
    estimated_s = models.FloatField(_("durée estimée, en secondes"))
    written_bytes = models.PositiveBigIntegerField(_("octets écrits"), default=0)
    written_rows = models.PositiveBigIntegerField(_("lignes écrites"), default=0)
    rows = models.PositiveBigIntegerField(_("lignes du fichier"), null=True)
    file_name = models.CharField(_("nom du fichier"), max_length=200, blank=True)
    error = models.TextField(_("erreur"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    created_at = models.DateTimeField(_("demandé le"), auto_now_add=True)
    started_at = models.DateTimeField(_("commencé le"), null=True)
    finished_at = models.DateTimeField(_("terminé le"), null=True)

    objects = ExportOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("téléchargement préparé")
        verbose_name_plural = _("téléchargements préparés")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="export_order_state_known"),
            # Somebody who asks twice waits for one; nobody's demands are never put together.
            models.UniqueConstraint(
                fields=["user", "digest"],
                condition=Q(state__in=UNFINISHED, user__isnull=False),
                name="export_order_once_for_each_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer}.{self.extension}"

    @property
    def path(self) -> Path:
        """Where the whole file is, once it is ready."""
        return Path(settings.PREPARED_FOLDER) / f"{self.pk}.{self.extension}"

    @property
    def is_unfinished(self) -> bool:
        """Whether a worker has still to finish it."""
        return self.state in UNFINISHED

    @property
    def share(self) -> int:
        """Whole percents of the rows that are written: never all of them before the file is there."""
        if self.state == OrderState.READY:
            return 100
        return min(99, 100 * self.written_rows // self.total_rows) if self.total_rows else 0

    @property
    def elapsed_s(self) -> int:
        """Whole seconds since a worker began, 0 before."""
        return int((timezone.now() - self.started_at).total_seconds()) if self.started_at else 0

    @property
    def expires_at(self) -> dt.datetime | None:
        """When the file goes away."""
        if self.finished_at is None:
            return None
        return self.finished_at + dt.timedelta(hours=settings.PREPARED_KEPT_HOURS)
