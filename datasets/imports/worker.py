"""What a worker does of a file that waits: reads or loads it, tells how far it is, stops when somebody cancels.

A worker may die at any moment: its job is given to another one, which begins the same work again (``attempts`` counts).
One that was taken for dead finds that its work is not its own any more, and leaves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from datasets.errors import FileRefused, ImportUnderWay, ReaderStopped
from datasets.imports.cancellation import clear_cancelled
from datasets.imports.services import load_upload, read_upload
from datasets.imports.uploads import begin_work, change_work, work_of
from datasets.loading.progress import ImportProgress, Stopped
from datasets.models import Upload
from datasets.models.upload import STALE_AFTER
from datasets.vocabulary import Phase, UploadState
from layers.errors import LayersError
from layers.services.jobs import account_visitor, heartbeat
from layers.services.storage import storage_fault

WATCH_S = 0.5
"""How often the page is told how far the work is, and a cancellation looked for."""


def read(*, key: UUID) -> None:
    """Read a file that waits for it. Anything else is left as it is."""
    upload = _begun(key, (UploadState.RECEIVED, UploadState.READING))
    if upload is not None:
        visitor = account_visitor(upload.owner_id, may_write=True)
        _work(
            upload, lambda progress: read_upload(upload=upload, visitor=visitor, progress=progress), _not_read
        )


def load(*, key: UUID) -> None:
    """Load a file that was settled. Anything else is left as it is.

    Raises:
        ImportUnderWay: another import of the same dataset is running: to be tried again.
    """
    upload = _begun(key, (UploadState.LOADING,))
    if upload is not None:
        visitor = account_visitor(upload.owner_id, may_write=True)
        _work(
            upload,
            lambda progress: load_upload(upload=upload, visitor=visitor, progress=progress),
            _not_loaded,
        )


def _begun(key: UUID, states: Sequence[str]) -> Upload | None:
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


def _work(
    upload: Upload, work: Callable[[ImportProgress], bool], refused: Callable[[Upload, LayersError], None]
) -> None:
    """Do the work of one upload and write down how it ended."""
    progress = ImportProgress(bytes_total=upload.size, is_loading=upload.state == UploadState.LOADING)
    is_wanted = True
    with override(upload.language), _told_when_broken(upload):
        try:
            with _watched(upload, progress):
                is_wanted = work(progress)
        except Stopped:
            is_wanted = False
        except ImportUnderWay:
            if not _put_back(upload):
                raise
        except (LayersError, DatabaseError, OSError) as error:
            is_wanted = not progress.is_stopped
            fault = error if isinstance(error, LayersError) else storage_fault(error)
            if is_wanted and fault is None:
                raise
            if is_wanted and fault is not None:
                refused(upload, fault)
    if not is_wanted:
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
    """Say why a file cannot be read: one that was read otherwise before stays so, a bad one is not kept."""
    before = upload.options.pop("reading_before", None)
    if upload.is_understood:
        options = upload.options | {"reading": before}
        change_work(upload=upload, state=UploadState.READ, fault=error.detail, options=options)
        return
    is_over = change_work(upload=upload, state=UploadState.FAILED, fault=error.detail)
    if is_over and isinstance(error, FileRefused) and not isinstance(error, ReaderStopped):
        upload.location.unlink(missing_ok=True)


def _not_loaded(upload: Upload, error: LayersError) -> None:
    change_work(upload=upload, state=UploadState.FAILED, fault=error.detail)


@contextmanager
def _told_when_broken(upload: Upload) -> Iterator[None]:
    """Say on the page that a fault of ours stopped the work; the fault itself goes on to the log of the worker."""
    try:
        yield
    except (ImportUnderWay, OperationalError, InterfaceError):  # tried again
        raise
    except BaseException:
        reason = _("Le travail s’est arrêté sur une erreur du portail : elle est consignée.")
        change_work(upload=upload, state=UploadState.FAILED, fault=reason)
        raise


def _watched(upload: Upload, progress: ImportProgress) -> AbstractContextManager[None]:
    """Write how far the work is, outside of its transaction, and stop it when it is cancelled or taken up again."""
    mine = work_of(upload)

    def tell() -> bool:
        told = {"progress": progress.to_json(), "heard_at": timezone.now()}
        is_wanted = bool(mine.update(**told))
        if not is_wanted:
            progress.stop()
        return is_wanted

    return heartbeat(tell, every_s=WATCH_S, name=str(upload.pk))
