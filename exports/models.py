"""Exports that take longer than a person waits: what was asked, by whom, how far it is."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models import PreparedFile, PreparedFileQuerySet
from layers.vocabulary import UNFINISHED, OrderState


class ExportOrderQuerySet(PreparedFileQuerySet["ExportOrder"]):
    """Exports, by their state."""


class ExportOrder(PreparedFile):
    """An export prepared by a worker.

    The question is kept as it was asked, never as SQL. ``key`` is the key of the asker's scope
    (``layers.access.Scope``); ``digest`` tells two questions apart, data version included.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="export_orders",
        verbose_name=_("compte"),
    )
    layer = models.SlugField(_("couche"), max_length=100)
    total_rows = models.PositiveBigIntegerField(_("lignes demandées"))
    estimated_s = models.FloatField(_("durée estimée, en secondes"))
    written_rows = models.PositiveBigIntegerField(_("lignes écrites"), default=0)
    rows = models.PositiveBigIntegerField(_("lignes du fichier"), null=True)

    objects = ExportOrderQuerySet.as_manager()

    class Meta(PreparedFile.Meta):
        abstract = False
        verbose_name = _("téléchargement préparé")
        verbose_name_plural = _("téléchargements préparés")
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
    def folder(self) -> Path:
        """Where the files of these orders are."""
        return Path(settings.PREPARED_FOLDER)

    @property
    def share(self) -> int:
        """Whole percents of the rows that are written: never all of them before the file is there."""
        if self.state == OrderState.READY:
            return 100
        return min(99, 100 * self.written_rows // self.total_rows) if self.total_rows else 0
