"""Jobs that prepare a file: their columns, and how they go from state to state."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.vocabulary import UNFINISHED, OrderState

_Order = TypeVar("_Order", bound="PreparedFile")


class PreparedFileQuerySet(models.QuerySet[_Order]):
    """Orders, by their state, and the steps from one state to the next: each touches a row in that state alone."""

    def unfinished(self) -> Self:
        """Those a worker has still to finish."""
        return self.filter(state__in=UNFINISHED)

    def running(self, pk: uuid.UUID) -> Self:
        """The order of this number, if a worker is at it."""
        return self.filter(pk=pk, state=OrderState.RUNNING)

    def begin(self, pk: uuid.UUID, **changes: Any) -> bool:
        """Mark an unfinished order as running, once more; whether there was one."""
        begun = {"state": OrderState.RUNNING, "attempts": F("attempts") + 1, "started_at": timezone.now()}
        return bool(self.unfinished().filter(pk=pk).update(**begun, written_bytes=0, **changes))

    def finish(self, pk: uuid.UUID, **changes: Any) -> bool:
        """Mark a running order as ready; False when it was cancelled meanwhile."""
        return bool(self.running(pk).update(state=OrderState.READY, finished_at=timezone.now(), **changes))

    def fail(self, pk: uuid.UUID, reason: str) -> bool:
        """Mark a running order as failed, and say why."""
        failed = {"state": OrderState.FAILED, "finished_at": timezone.now(), "error": reason}
        return bool(self.running(pk).update(**failed))

    def cancel(self, pk: uuid.UUID) -> bool:
        """Cancel an unfinished job; False when it is finished."""
        cancelled = {"state": OrderState.CANCELLED, "finished_at": timezone.now()}
        return bool(self.unfinished().filter(pk=pk).update(**cancelled))


class PreparedFile(models.Model):
    """A file prepared by a worker, for an account or for an anonymous visitor.

    The parameters are stored as they came and read again when the file is prepared, with the rights of that moment;
    ``key`` identifies the rights of the request: who fetches the file must still have them. ``asker`` is a digest of
    the client, by which waiting jobs are counted. The file is ``<id>.<extension>`` in a private folder.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asker = models.CharField(_("empreinte du demandeur"), max_length=64, blank=True)
    portal = models.CharField(_("commune du portail"), max_length=5, blank=True)
    extension = models.CharField(_("format"), max_length=20)
    parameters = models.JSONField(_("paramètres"), default=dict)
    language = models.CharField(_("langue"), max_length=10)
    key = models.CharField(_("clé des droits"), max_length=64)
    digest = models.CharField(_("empreinte de la demande"), max_length=64)
    state = models.CharField(_("état"), max_length=10, choices=OrderState.choices, default=OrderState.WAITING)
    written_bytes = models.PositiveBigIntegerField(_("octets écrits"), default=0)
    file_name = models.CharField(_("nom du fichier"), max_length=200, blank=True)
    error = models.TextField(_("erreur"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    created_at = models.DateTimeField(_("demandé le"), auto_now_add=True)
    started_at = models.DateTimeField(_("commencé le"), null=True)
    finished_at = models.DateTimeField(_("terminé le"), null=True)

    class Meta:
        abstract = True
        ordering = ["-created_at"]

    @property
    def folder(self) -> Path:
        """Where the files of these orders are."""
        raise NotImplementedError

    @property
    def path(self) -> Path:
        """Where the whole file is, once it is ready."""
        return self.folder / f"{self.pk}.{self.extension}"

    @property
    def is_unfinished(self) -> bool:
        """Whether a worker has still to finish it."""
        return self.state in UNFINISHED

    @property
    def elapsed_s(self) -> int:
        """Whole seconds since a worker began, 0 before."""
        return int((timezone.now() - self.started_at).total_seconds()) if self.started_at else 0

    @property
    def expires_at(self) -> dt.datetime | None:
        """When the file is deleted."""
        if self.finished_at is None:
            return None
        return self.finished_at + dt.timedelta(hours=settings.PREPARED_KEPT_HOURS)
