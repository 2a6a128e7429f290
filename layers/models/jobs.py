"""Jobs that a worker does apart: their columns, and the steps from one state to the next."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.vocabulary import UNFINISHED, JobState

SILENT_AFTER = dt.timedelta(minutes=10)
"""An unfinished job without a heartbeat for this long has no worker any more: it goes back to the queue."""

_Job = TypeVar("_Job", bound="Job")


class JobQuerySet(models.QuerySet[_Job]):
    """Jobs by their state, and the steps between states.

    A step is one UPDATE. Its condition names the state that the job leaves, and a worker's also the request and the
    attempt that the worker began: a cancelled job, or one that another worker began since, is left as it is.
    """

    def unfinished(self) -> Self:
        """Select the jobs that a worker has still to finish."""
        return self.filter(state__in=UNFINISHED)

    def at_rest(self) -> Self:
        """Select the jobs without a worker, now or later: ended, or stored and not requested yet."""
        return self.exclude(state__in=UNFINISHED, requested_at__isnull=False)

    def silent(self) -> Self:
        """Select the unfinished jobs without a heartbeat for ``SILENT_AFTER``."""
        last = Coalesce("heartbeat_at", "requested_at", "created_at")
        return (
            self.unfinished().annotate(last_heard=last).filter(last_heard__lt=timezone.now() - SILENT_AFTER)
        )

    def run_of(self, job: Job) -> Self:
        """Select a job as long as the run that a worker began is the present one."""
        run = {"requested_at": job.requested_at, "attempts": job.attempts}
        return self.filter(pk=job.pk, state=JobState.RUNNING, **run)

    def request(self, job: Job, **changes: Any) -> bool:
        """Put a job at rest into the queue, once more; False when a worker has it."""
        now = timezone.now()
        queued = {"state": JobState.WAITING, "attempts": 0, "requested_at": now, "heartbeat_at": now}
        queued |= {"started_at": None, "finished_at": None, "error": "", "progress": {}}
        return self.at_rest().filter(pk=job.pk)._write(job, queued | changes)

    def begin(self, pk: uuid.UUID) -> bool:
        """Begin an unfinished job, once more; whether there was one."""
        now = timezone.now()
        begun = {
            "state": JobState.RUNNING,
            "started_at": now,
            "heartbeat_at": now,
            "error": "",
            "progress": {},
        }
        return bool(self.unfinished().filter(pk=pk).update(**begun, attempts=F("attempts") + 1))

    def store(self, job: Job, **changes: Any) -> bool:
        """Write columns of a running job; False when the run is not the present one any more."""
        return self.run_of(job)._write(job, changes)

    def finish(self, job: Job, **changes: Any) -> bool:
        """End a run with its result."""
        return self.store(job, state=JobState.READY, finished_at=timezone.now(), **changes)

    def fail(self, job: Job, reason: str, **changes: Any) -> bool:
        """End a run with the reason for people; ``changes`` may name another state."""
        failed = {"state": JobState.FAILED, "finished_at": timezone.now(), "error": reason}
        return self.store(job, **failed | changes)

    def put_back(self, job: Job, *, is_counted: bool = True) -> bool:
        """Let a running job wait again; ``is_counted`` is False when its work could not begin."""
        attempts = job.attempts if is_counted else job.attempts - 1
        waiting = {"state": JobState.WAITING, "attempts": attempts, "progress": {}}
        return self.store(job, heartbeat_at=timezone.now(), **waiting)

    def cancel(self, job: Job, **changes: Any) -> bool:
        """Cancel a request that is not finished; False when it was, or when it is not the present one any more."""
        cancelled = {"state": JobState.CANCELLED, "finished_at": timezone.now()}
        request = self.unfinished().filter(pk=job.pk, requested_at=job.requested_at)
        return bool(request.update(**cancelled | changes))

    def _write(self, job: Job, changes: dict[str, Any]) -> bool:
        """Update, and give the job in memory the same values."""
        if not self.update(**changes):
            return False
        for name, value in changes.items():
            setattr(job, name, value)
        return True


class Job(models.Model):
    """Work for a worker, on behalf of an account or of an anonymous visitor.

    ``client_key`` is a digest of the client, by which waiting jobs are counted. ``progress`` is what pages show of a
    run. ``requested_at`` and ``attempts``, the workers that began the present request, tell a run from an earlier one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("compte"),
    )
    client_key = models.CharField(_("empreinte du demandeur"), max_length=64, blank=True)
    portal = models.CharField(_("commune du portail"), max_length=5, blank=True)
    language = models.CharField(_("langue"), max_length=10, default="fr")
    state = models.CharField(_("état"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    progress = models.JSONField(_("avancement"), default=dict, editable=False)
    error = models.TextField(_("erreur"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    created_at = models.DateTimeField(_("demandé le"), auto_now_add=True)
    requested_at = models.DateTimeField(_("travail commandé le"), null=True, blank=True)
    started_at = models.DateTimeField(_("commencé le"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("dernière nouvelle le"), null=True, blank=True)
    finished_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-created_at", "id"]

    @property
    def is_unfinished(self) -> bool:
        """Whether a worker has it, or will."""
        return self.state in UNFINISHED

    @property
    def is_silent(self) -> bool:
        """Whether a worker should have it, and none does any more."""
        last = self.heartbeat_at or self.requested_at or self.created_at
        return self.is_unfinished and last < timezone.now() - SILENT_AFTER

    @property
    def elapsed_s(self) -> int:
        """Whole seconds since a worker began, 0 before."""
        return int((timezone.now() - self.started_at).total_seconds()) if self.started_at else 0


class FileJob(Job):
    """A job whose result is a file, ``<id>.<extension>`` in a private folder.

    The parameters are stored as they came and read again when the file is prepared, with the rights of that moment;
    ``rights_key`` identifies the rights of the request: who fetches the file must still have them. ``digest`` tells two
    requests apart, versions of the data included.
    """

    extension = models.CharField(_("format"), max_length=20)
    parameters = models.JSONField(_("paramètres"), default=dict)
    rights_key = models.CharField(_("clé des droits"), max_length=64)
    digest = models.CharField(_("empreinte de la demande"), max_length=64)
    file_name = models.CharField(_("nom du fichier"), max_length=200, blank=True)
    written_bytes = models.PositiveBigIntegerField(_("octets écrits"), default=0)

    class Meta(Job.Meta):
        abstract = True

    @classmethod
    def folder(cls) -> Path:
        """Return where the files of these jobs are."""
        raise NotImplementedError

    @property
    def path(self) -> Path:
        """Where the whole file is, once it is ready."""
        return self.folder() / f"{self.pk}.{self.extension}"

    @property
    def share(self) -> int:
        """Whole percents that are done: never all of them before the file is there."""
        return 100 if self.state == JobState.READY else int(self.progress.get("share", 0))

    @property
    def current_bytes(self) -> int:
        """Bytes of the file, or of the part already written."""
        return int(self.progress.get("bytes", 0)) if self.is_unfinished else self.written_bytes

    @property
    def expires_at(self) -> dt.datetime | None:
        """When the file is deleted."""
        if self.finished_at is None:
            return None
        return self.finished_at + dt.timedelta(hours=settings.PREPARED_KEPT_HOURS)
