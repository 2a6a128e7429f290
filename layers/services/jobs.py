"""The life of a job: requested, queued, run by a worker, cancelled, cleaned. Each kind adds its work.

The row of a job is the truth. A worker may die at any moment: the queue gives the job to another one, which begins it
again, three times at most (``PREPARED_MAX_ATTEMPTS``). A worker that was taken for dead finds that its run is not the
present one any more, and leaves nothing.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from layers.errors import Busy, Forbidden, LayersError, TooManyRequests
from layers.models import SILENT_AFTER, FileJob, Job, JobQuerySet
from layers.services.storage import check_space, storage_fault
from layers.services.work_folders import folder_size, old_files, private_folder, remove_abandoned, work_folder
from layers.sql.advisory_locks import lock_name
from layers.visitor import Visitor
from layers.vocabulary import JobState

logger = logging.getLogger(__name__)

# How often the progress of a run is stored, and a cancellation noticed.
HEARTBEAT_S = 0.5
# A file that nobody changed for an hour is written no more.
_STALE_S = 3_600
_ROW_DAYS = 7
_RETRY_AFTER_S = 60
# Stored digests are keyed by this text: it stays, wherever this module moves.
_CLIENT_SALT = "layers.services.prepared_files"
_USABLE = (JobState.READY, JobState.WAITING, JobState.RUNNING)

J = TypeVar("J", bound=Job)
F = TypeVar("F", bound=FileJob)


class JobStopped(Exception):
    """The job was cancelled, or another worker began it since: nothing of this run stays."""


@contextmanager
def heartbeat(beat: Callable[[], bool], *, every_s: float, name: str) -> Iterator[None]:
    """Call ``beat`` every so often while the block runs, in a thread with a connection of its own.

    Once it returns False, the statement under way on the block's connection is cancelled, and so is the next one,
    until the block ends.
    """
    connection.ensure_connection()
    ended, worked_on = threading.Event(), connection.connection

    def watch() -> None:
        try:
            while not ended.wait(every_s):
                try:
                    is_current = beat()
                except DatabaseError:  # the work meets the same fault, and says so
                    logger.warning("no heartbeat of %s", name, exc_info=True)
                    connection.close()
                    continue
                if not is_current:
                    with contextlib.suppress(psycopg.Error):  # the work ended, and its connection with it
                        worked_on.cancel_safe()
        finally:
            connection.close()

    thread = threading.Thread(target=watch, name=f"heartbeat-{name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class JobRun:
    """A worker's run of a job: its progress for pages, and whether its result is still wanted."""

    def __init__(self, jobs: JobQuerySet[Any], job: Job) -> None:
        self.is_stopped = False
        self._jobs, self._job = jobs, job
        self._progress: dict[str, Any] = {}
        self._sources: list[Callable[[], Mapping[str, Any]]] = []
        self._on_stop: list[Callable[[], None]] = []

    def report(self, **progress: Any) -> None:
        """Set the progress that the next heartbeat stores.

        Raises:
            JobStopped: the result is not wanted any more.
        """
        self._progress |= progress
        if self.is_stopped:
            raise JobStopped

    def follow(
        self, progress: Callable[[], Mapping[str, Any]], *, on_stop: Callable[[], None] | None = None
    ) -> None:
        """Read the progress from ``progress`` at each heartbeat; call ``on_stop`` once the result is not wanted."""
        self._sources.append(progress)
        if on_stop is not None:
            self._on_stop.append(on_stop)

    @contextmanager
    def heartbeat(self) -> Iterator[None]:
        """Store the progress while the block runs, and cancel its statement once the run is not the current one.

        Within a transaction there is no heartbeat: no other connection sees the row.
        """
        if connection.in_atomic_block:
            yield
        else:
            with heartbeat(self._beat, every_s=HEARTBEAT_S, name=str(self._job.pk)):
                yield

    def _beat(self) -> bool:
        """Store the progress and the time; False once the run is not the current one any more."""
        progress = dict(self._progress)
        for source in self._sources:
            progress |= source()
        if self._jobs.run_of(self._job).update(progress=progress, heartbeat_at=timezone.now()):
            return True
        if not self.is_stopped:
            self.is_stopped = True
            for stop in self._on_stop:
                stop()
        return False


class JobKind(Generic[J]):
    """A kind of job: its model, the name of its task, its work, and what its end means.

    ``transient`` errors put the job back in the queue, which tries it again. So do ``postponed`` ones, when somebody
    else holds what the work needs; they count as no attempt, and fail the job after ``SILENT_AFTER``.
    """

    model: type[J]
    task: str
    related: tuple[str, ...] = ()
    transient: tuple[type[Exception], ...] = (OperationalError, InterfaceError)
    postponed: tuple[type[Exception], ...] = ()
    exhausted_message: str | Promise = gettext_lazy(
        "Le travail s’est interrompu plusieurs fois sur ce fichier."
    )
    broken_message: str | Promise = gettext_lazy(
        "Le fichier n’a pas pu être préparé : l’erreur est consignée."
    )

    @property
    def jobs(self) -> JobQuerySet[J]:
        """The jobs of this kind."""
        return JobQuerySet(self.model)

    def work(self, job: J, run: JobRun) -> Mapping[str, Any]:
        """Do the work, and return the columns of its result."""
        raise NotImplementedError

    def refusal(self, job: J, error: LayersError) -> Mapping[str, Any]:
        """Return the columns of a job whose work refuses, when they are not those of a failure."""
        return {}

    def ended(self, job: J, error: LayersError | None = None) -> None:
        """Tidy up after a run that ended its job, with the error that refused it."""

    def stopped(self, pk: UUID) -> None:
        """Tidy up after a job that is not to be done: cancelled, removed, or begun by another worker."""

    def queue_lock(self, job: J) -> str | None:
        """Return the name under which the queue runs one job at a time, None for any number."""
        return None

    def enqueue(self, job: J) -> None:
        """Give a job to the workers, with the transaction that requested it.

        A client's second job waits behind the first of everybody. A job that waits in the queue is not put there twice:
        older versions of the portal name its ``pk`` ``key``.
        """
        queued = ProcrastinateJob.objects.filter(task_name=self.task, status="todo")
        if queued.filter(Q(args__pk=str(job.pk)) | Q(args__key=str(job.pk))).exists():
            return
        client = {"client_key": job.client_key} if job.client_key else {"owner": job.owner_id}
        earlier = JobQuerySet(self.model).unfinished().filter(**client).exclude(pk=job.pk).count()
        task = app.configure_task(self.task, priority=-earlier, lock=self.queue_lock(job))
        task.defer(pk=str(job.pk))

    def run(self, pk: UUID) -> None:
        """Do the work of a job that waits, or that a worker left in the middle; any other is left as it is.

        Raises:
            Exception: a transient error, once the job is back in the queue; an error of ours, once it has failed.
        """
        # One transaction: the attempt that is read is this worker's, not that of one which begins meanwhile.
        with transaction.atomic():
            has_begun = self.jobs.begin(pk)
            jobs = self.jobs.select_related(*self.related) if self.related else self.jobs
            job = jobs.filter(pk=pk).first() if has_begun else None
        if job is None:
            self.stopped(pk)
            return
        with override(job.language):
            if job.attempts > settings.PREPARED_MAX_ATTEMPTS:
                self._fail(job, str(self.exhausted_message))
            elif not self._attempt(job):
                self.stopped(pk)

    def perform(self, job: J, run: JobRun) -> bool:
        """Do the work and store its result; False when the run is not the current one any more."""
        with run.heartbeat():
            result = self.work(job, run)
        return self.finish(job, result)

    def finish(self, job: J, result: Mapping[str, Any]) -> bool:
        """Store the result of the work; False when the run is not the current one any more."""
        return self.jobs.finish(job, **result)

    def cancel(self, job: J) -> bool:
        """Cancel a job that is not finished; False when it was. A worker at it stops within a second or so."""
        return self.jobs.cancel(job)

    def clean(self) -> None:
        """Put back in the queue the jobs that no worker has any more."""
        for job in self.jobs.silent():
            with transaction.atomic():
                same = self.jobs.unfinished().filter(pk=job.pk, heartbeat_at=job.heartbeat_at)
                if same.update(heartbeat_at=timezone.now()):
                    self.enqueue(job)

    def _attempt(self, job: J) -> bool:
        """Work once, and write down how it ended; False when the result is not wanted any more."""
        run = JobRun(self.jobs, job)
        try:
            if not self.perform(job, run):
                return False
            self.ended(job)
        except JobStopped:
            return False
        except Exception as error:
            if not connection.in_atomic_block:
                close_old_connections()  # one that broke is opened again
            if run.is_stopped or not self.jobs.run_of(job).exists():
                return False  # whatever the error, it is that of a work cut short
            if not self._is_settled(job, error):
                raise
        return True

    def _is_settled(self, job: J, error: Exception) -> bool:
        """Write down an error; whether it is one for the job's page alone, and not for the queue or the log."""
        if isinstance(error, self.postponed):
            requested = job.requested_at or job.created_at
            if timezone.now() - requested <= SILENT_AFTER:
                self.jobs.put_back(job, is_counted=False)
                return False
        fault = error if isinstance(error, LayersError) else storage_fault(error)
        if fault is not None:
            if self.jobs.fail(job, fault.detail, **self.refusal(job, fault)):
                self.ended(job, fault)
            return True
        if isinstance(error, self.transient):
            self.jobs.put_back(job)
        else:
            self._fail(job, str(self.broken_message))
        return False

    def _fail(self, job: J, reason: str) -> None:
        if self.jobs.fail(job, reason):
            self.ended(job)


class FileJobKind(JobKind[F]):
    """A kind of job that prepares a file: requested once for the same question, bounded by client, stored for a day."""

    def write(self, job: F, path: Path, run: JobRun) -> Mapping[str, Any]:
        """Write the file, and return the columns of its result."""
        raise NotImplementedError

    def request(self, *, visitor: Visitor, digest: str, columns: Callable[[], Mapping[str, Any]]) -> F:
        """Return the job that prepares a file, in the queue; a person's own one when they asked for the same before.

        ``columns`` returns what the job is about; it is called once there is room for the job, for it may take long.

        Raises:
            TooManyRequests: too many files of this client are waiting.
            Busy: too many of all.
            StorageFull: there is no room for the file.
            Forbidden: somebody else looks at the portal as this person: their files are their own.
        """
        if visitor.is_observed:
            raise Forbidden(
                _("Ce fichier serait préparé au nom de la personne dont vous prenez la vue : revenez à vous.")
            )
        same = self._same(visitor, digest)
        if same is not None:
            return same
        client_key = client_digest(visitor)
        self._check_room(client_key)
        job = self.model(
            owner_id=visitor.user_id,
            client_key=client_key,
            portal=visitor.portal,
            language=get_language() or settings.LANGUAGE_CODE,
            digest=digest,
            requested_at=timezone.now(),
            **columns(),
        )
        try:
            with transaction.atomic():
                lock_name(self.task)
                self._check_room(client_key)
                job.save(force_insert=True)
                self.enqueue(job)
        except IntegrityError:  # the same person, at the same moment
            same = self._same(visitor, digest)
            if same is None:
                raise
            return same
        return job

    def perform(self, job: F, run: JobRun) -> bool:
        """Write the file in a folder apart, and move it in the transaction that makes the job ready."""
        folder = private_folder(self.model.folder())
        with work_folder(folder, f"{job.pk}-") as own:
            path = own / f"export.{job.extension}"
            run.follow(lambda: {"bytes": folder_size(own)})
            with run.heartbeat():
                result = self.write(job, path, run)
            path.chmod(0o600)
            size = path.stat().st_size
            with transaction.atomic():
                is_current = self.finish(job, {**result, "written_bytes": size})
                if is_current:
                    path.replace(job.path)
        return is_current

    def remove(self, job: F) -> None:
        """Forget a job and its file; a worker at it stops within a second or so, and leaves nothing."""
        self.cancel(job)
        path = job.path
        self.jobs.filter(pk=job.pk).delete()
        path.unlink(missing_ok=True)

    def clean(self) -> None:
        """Requeue silent jobs; remove files past their time, the oldest above the room, and those of no job."""
        super().clean()
        now = timezone.now()
        limit = now - dt.timedelta(hours=settings.PREPARED_KEPT_HOURS)
        room = settings.PREPARED_MAX_BYTES
        for job in self.jobs.filter(state=JobState.READY).order_by("-finished_at"):
            room -= job.written_bytes
            if room < 0 or job.finished_at is None or job.finished_at < limit:
                job.path.unlink(missing_ok=True)
                self.jobs.filter(pk=job.pk).update(state=JobState.EXPIRED)
        old = self.jobs.filter(finished_at__lt=now - dt.timedelta(days=_ROW_DAYS))
        old.exclude(state=JobState.READY).delete()
        owned = {str(pk) for pk in self.jobs.filter(state__in=_USABLE).values_list("pk", flat=True)}
        remove_orphans(self.model.folder(), lambda path: path.name[:36] in owned)

    def _same(self, visitor: Visitor, digest: str) -> F | None:
        """Return the person's own job of this question, on its way or ready."""
        if visitor.is_anonymous:
            return None
        usable = self.jobs.filter(owner=visitor.user_id, digest=digest, state__in=_USABLE)
        return next((job for job in usable if job.is_unfinished or job.path.exists()), None)

    def _check_room(self, client_key: str) -> None:
        """Refuse one more job when a client, or all of them, have enough in the queue; nobody's are not bounded."""
        check_space(self.model.folder())
        if not client_key:
            return
        unfinished = self.jobs.unfinished()
        if unfinished.filter(client_key=client_key).count() >= settings.PREPARED_MAX_WAITING_EACH:
            raise TooManyRequests(
                _("Vos autres fichiers sont en préparation : recommencez quand l’un d’eux sera prêt."),
                retry_after=_RETRY_AFTER_S,
            )
        if unfinished.count() >= settings.PREPARED_MAX_WAITING:
            raise Busy(
                _("Beaucoup de fichiers sont déjà en préparation : recommencez dans quelques minutes."),
                retry_after=_RETRY_AFTER_S,
            )


def remove_orphans(
    folder: Path, is_named: Callable[[Path], bool], *, prefix: str = "", age_s: float = _STALE_S
) -> int:
    """Remove the old files of a folder that no row names, and the work folders of dead workers; return how many files.

    ``prefix`` begins the names of the work folders.
    """
    if not folder.is_dir():
        return 0
    remove_abandoned(folder, prefix)
    orphans = [path for path in old_files(folder, age_s=age_s) if not is_named(path)]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def client_digest(visitor: Visitor) -> str:
    """Return the key by which the jobs of a client are counted: no address is stored. Empty without a client."""
    if not visitor.client_key:
        return ""
    return salted_hmac(_CLIENT_SALT, visitor.client_key, algorithm="sha256").hexdigest()


def account_visitor(user_id: int | None, portal: str = "", *, may_write: bool = False) -> Visitor:
    """Return the visitor of an account with its current rights (``settings.VISITOR_OF_ACCOUNT``)."""
    visitor = import_string(settings.VISITOR_OF_ACCOUNT)(user_id, portal)
    assert isinstance(visitor, Visitor)
    return replace(visitor, may_write=may_write)
