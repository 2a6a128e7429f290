"""Tasks of the worker: files are read, then loaded; the page shows the progress, and may cancel.

A task takes a key and nothing else: what it does passes through the access layer when it runs. A worker may die at
any moment: its job is given to another one, which begins the same work again (``attempts`` counts). One that was
taken for dead finds that its work is not its own any more, and leaves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from datasets.errors import FileRefused, ImportUnderWay, ReaderStopped
from datasets.imports.cancellation import clean_imports, clear_cancelled
from datasets.imports.services import load_upload, read_upload
from datasets.imports.uploads import begin_work, change_work, work_of
from datasets.loading.progress import ImportProgress, Stopped
from datasets.models import STALE_AFTER, Upload
from datasets.vocabulary import BUSY_UPLOADS, Phase, UploadState
from layers.errors import LayersError
from layers.services.jobs import account_visitor, heartbeat
from layers.services.storage import storage_fault

# A database that went away, or another import of the same dataset; how often a work is begun is counted by the upload.
_RETRY = RetryStrategy(
    max_attempts=1_000, wait=2, retry_exceptions=(OperationalError, InterfaceError, ImportUnderWay)
)
WATCH_S = 0.5
"""How often the progress is written for the page, and a cancellation looked for."""


@app.task(name="datasets.read", retry=_RETRY)
def read_job(key: str) -> None:
    """Read a file and store its description."""
    try:
        run_reading(key=UUID(key))
    finally:
        close_old_connections()


@app.task(name="datasets.load", retry=_RETRY)
def load_job(key: str) -> None:
    """Load a file as it was settled."""
    try:
        run_loading(key=UUID(key))
    finally:
        close_old_connections()


@app.periodic(cron="*/10 * * * *")
@app.task(name="datasets.clean", queueing_lock="datasets.clean")
def clean(timestamp: int) -> None:
    """Order again what no worker has any more, and remove what cancelled imports left."""
    try:
        clean_imports(order=enqueue)
    finally:
        close_old_connections()


def enqueue(upload: Upload) -> None:
    """Queue the upload, in the transaction that ordered it; a person's second one waits behind others' first.

    The loadings of one dataset follow one another. A waiting upload is not queued twice (a lock of the queue would
    do, but a dead worker's job could then not be put back beside another one).
    """
    earlier = (
        Upload.objects.filter(owner=upload.owner_id, state__in=BUSY_UPLOADS).exclude(pk=upload.pk).count()
    )
    is_loading = upload.state == UploadState.LOADING
    task, arguments = load_job if is_loading else read_job, {"key": str(upload.pk)}
    if ProcrastinateJob.objects.filter(task_name=task.name, args=arguments, status="todo").exists():
        return
    lock = f"datasets {upload.dataset_id}" if is_loading else None
    task.configure(priority=-earlier, lock=lock).defer(**arguments)


def run_reading(*, key: UUID) -> None:
    """Read a file that waits for it. Anything else is left as it is."""
    upload = _take(key, (UploadState.RECEIVED, UploadState.READING))
    if upload is not None:
        visitor = account_visitor(upload.owner_id, may_write=True)
        _run(
            upload, lambda progress: read_upload(upload=upload, visitor=visitor, progress=progress), _not_read
        )


def run_loading(*, key: UUID) -> None:
    """Load a file that was settled. Anything else is left as it is.

    Raises:
        ImportUnderWay: another import of the same dataset is running: to be tried again.
    """
    upload = _take(key, (UploadState.LOADING,))
    if upload is not None:
        visitor = account_visitor(upload.owner_id, may_write=True)
        _run(
            upload,
            lambda progress: load_upload(upload=upload, visitor=visitor, progress=progress),
            lambda upload, error: change_work(upload=upload, state=UploadState.FAILED, fault=error.detail),
        )


def _take(key: UUID, states: Sequence[str]) -> Upload | None:
    """Take the upload; one that took several workers with it is given up, and what a cancelled one left is removed."""
    upload = begin_work(key=key, states=states, now=timezone.now())
    if upload is None:
        clear_cancelled(key=key)
        return None
    if upload.attempts > settings.PREPARED_MAX_ATTEMPTS:
        with override(upload.language):
            reason = _("Le travail s’est interrompu plusieurs fois sur ce fichier : prévenez l’équipe SIG.")
            change_work(upload=upload, state=UploadState.FAILED, fault=reason)
        return None
    return upload


def _run(
    upload: Upload, work: Callable[[ImportProgress], bool], refused: Callable[[Upload, LayersError], object]
) -> None:
    """Do the work of one upload and write down how it ended."""
    progress = ImportProgress(bytes_total=upload.size, is_loading=upload.state == UploadState.LOADING)
    goes_on = True
    with override(upload.language), _fail_on_error(upload):
        try:
            with _heartbeat(upload, progress):
                goes_on = work(progress)
        except Stopped:
            goes_on = False
        except ImportUnderWay:
            if not _put_back(upload):
                raise
        except (LayersError, DatabaseError, OSError) as error:
            goes_on = not progress.is_stopped
            fault = error if isinstance(error, LayersError) else storage_fault(error)
            if goes_on and fault is None:
                raise
            if goes_on and fault is not None:
                refused(upload, fault)
    if not goes_on:
        clear_cancelled(key=upload.pk)


def _put_back(upload: Upload) -> bool:
    """Let a work wait that finds its dataset in other hands; True when it waited too long, and is over."""
    now = timezone.now()
    if upload.started_at is None or now - upload.started_at > STALE_AFTER:
        reason = _(
            "Un autre import de ce jeu de données est en cours depuis longtemps : recommencez plus tard."
        )
        return change_work(upload=upload, state=UploadState.FAILED, fault=reason)
    waiting = {"phase": Phase.WAITING.value}
    return not change_work(upload=upload, progress=waiting, heard_at=now, attempts=upload.attempts - 1)


def _not_read(upload: Upload, error: LayersError) -> None:
    """Say why a file cannot be read: one that was read otherwise before stays so, a bad one is deleted."""
    before = upload.options.pop("reading_before", None)
    if upload.is_understood:
        options = upload.options | {"reading": before}
        change_work(upload=upload, state=UploadState.READ, fault=error.detail, options=options)
        return
    is_over = change_work(upload=upload, state=UploadState.FAILED, fault=error.detail)
    if is_over and isinstance(error, FileRefused) and not isinstance(error, ReaderStopped):
        upload.location.unlink(missing_ok=True)


@contextmanager
def _fail_on_error(upload: Upload) -> Iterator[None]:
    """Show on the page that a fault of ours stopped the work; the fault itself reaches the log of the worker."""
    try:
        yield
    except (ImportUnderWay, OperationalError, InterfaceError):  # tried again
        raise
    except BaseException:
        reason = _("Le travail s’est arrêté sur une erreur du portail : elle est consignée.")
        change_work(upload=upload, state=UploadState.FAILED, fault=reason)
        raise


def _heartbeat(upload: Upload, progress: ImportProgress) -> AbstractContextManager[None]:
    """Write how far the work is, outside of its transaction, and stop it when it is cancelled or taken up again."""
    own_work = work_of(upload)

    def beat() -> bool:
        goes_on = bool(own_work.update(progress=progress.to_json(), heard_at=timezone.now()))
        if not goes_on:
            progress.stop()
        return goes_on

    return heartbeat(beat, every_s=WATCH_S, name=str(upload.pk))
