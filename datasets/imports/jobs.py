"""Tasks of the worker: files that somebody gave are read, then loaded; the page sees how far, and may cancel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.errors import FileRefused, ImportUnderWay, ReaderStopped
from datasets.imports.cancellation import clear_all_cancelled, clear_cancelled
from datasets.imports.services import load_upload, read_upload
from datasets.loading.progress import ImportProgress
from datasets.models import Upload
from datasets.vocabulary import UploadWork
from layers.errors import LayersError
from layers.jobs import cleaning_task, run_task
from layers.models import JobQuerySet
from layers.services.jobs import JobKind, JobRun, account_visitor
from layers.vocabulary import JobState


class UploadKind(JobKind[Upload]):
    """One of the two works of a file that waits in the wizard."""

    model = Upload
    upload_work: UploadWork
    related = ("dataset__layer", "delivery")
    postponed = (ImportUnderWay,)
    exhausted_message = gettext_lazy(
        "Le travail s’est interrompu plusieurs fois sur ce fichier : prévenez l’équipe SIG."
    )
    broken_message = gettext_lazy("Le travail s’est arrêté sur une erreur du portail : elle est consignée.")

    @property
    def jobs(self) -> JobQuerySet[Upload]:
        """The uploads of this work."""
        return super().jobs.filter(work=self.upload_work)

    def stopped(self, pk: UUID) -> None:
        """Remove what a cancelled import left."""
        clear_cancelled(key=pk)


class ReadingKind(UploadKind):
    """Readings: what a file holds, for its owner to check."""

    task = "datasets.read"
    upload_work = UploadWork.READ

    def work(self, job: Upload, run: JobRun) -> Mapping[str, Any]:
        """Read the file with the rights its owner has now."""
        progress = ImportProgress(bytes_total=job.size)
        run.follow(progress.to_json, on_stop=progress.stop)
        visitor = account_visitor(job.owner_id, may_write=True)
        return read_upload(upload=job, visitor=visitor, progress=progress)

    def refusal(self, job: Upload, error: LayersError) -> Mapping[str, Any]:
        """Keep what was read otherwise before."""
        before = job.options.pop("reading_before", None)
        if not job.is_understood:
            return {}
        return {"state": JobState.READY, "options": job.options | {"reading": before}}

    def ended(self, job: Upload, error: LayersError | None = None) -> None:
        """Remove a file that cannot be read."""
        is_bad = isinstance(error, FileRefused) and not isinstance(error, ReaderStopped)
        if is_bad and job.state == JobState.FAILED:
            job.location.unlink(missing_ok=True)


class LoadingKind(UploadKind):
    """Loadings of a file as it was settled; those of one dataset come one after the other."""

    task = "datasets.load"
    upload_work = UploadWork.LOAD

    def queue_lock(self, job: Upload) -> str:
        """Return the name of the dataset."""
        return f"datasets {job.dataset_id}"

    def work(self, job: Upload, run: JobRun) -> Mapping[str, Any]:
        """Load the file with the rights its owner has now."""
        progress = ImportProgress(bytes_total=job.size, is_loading=True)
        run.follow(progress.to_json, on_stop=progress.stop)
        visitor = account_visitor(job.owner_id, may_write=True)
        load_upload(upload=job, visitor=visitor, progress=progress)
        return {}

    def refusal(self, job: Upload, error: LayersError) -> Mapping[str, Any]:
        """Say what held the dataset for too long."""
        if not isinstance(error, ImportUnderWay):
            return {}
        return {
            "error": _(
                "Un autre import de ce jeu de données est en cours depuis longtemps : recommencez plus tard."
            )
        }


READINGS, LOADINGS = ReadingKind(), LoadingKind()
UPLOAD_KINDS: dict[str, UploadKind] = {UploadWork.READ: READINGS, UploadWork.LOAD: LOADINGS}


def clean_imports() -> None:
    """Requeue the works that no worker has any more, and remove what cancelled imports left."""
    for kind in UPLOAD_KINDS.values():
        kind.clean()
    clear_all_cancelled()


read_job = run_task(READINGS)
load_job = run_task(LOADINGS)
clean = cleaning_task("datasets.clean", clean_imports)
