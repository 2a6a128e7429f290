"""Tasks of the worker: files that somebody gave are read, then loaded.

A task takes a key and nothing else: what it does passes through the door when it runs.
"""

from __future__ import annotations

from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from datasets.errors import ImportUnderWay
from datasets.imports import worker
from datasets.imports.cleaning import clean_imports
from datasets.models import Upload
from datasets.vocabulary import BUSY_UPLOADS, UploadState

# A database that went away, or another import of the same dataset; how often a work is begun is counted by the upload.
_AGAIN = RetryStrategy(
    max_attempts=1_000, wait=2, retry_exceptions=(OperationalError, InterfaceError, ImportUnderWay)
)


@app.task(name="datasets.read", retry=_AGAIN)
def read_upload(key: str) -> None:
    """Read a file and say what it holds."""
    try:
        worker.read(key=UUID(key))
    finally:
        close_old_connections()


@app.task(name="datasets.load", retry=_AGAIN)
def load_upload(key: str) -> None:
    """Load a file as it was settled."""
    try:
        worker.load(key=UUID(key))
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
    """Give the upload to the workers, with the transaction that ordered it; a second one waits behind others' first.

    The loadings of one dataset come one after the other. What waits already is not put there twice
    (a lock of the queue would do so too, but a dead worker's job could then not be put back beside another one).
    """
    earlier = (
        Upload.objects.filter(owner=upload.owner_id, state__in=BUSY_UPLOADS).exclude(pk=upload.pk).count()
    )
    is_loading = upload.state == UploadState.LOADING
    task, arguments = load_upload if is_loading else read_upload, {"key": str(upload.pk)}
    if ProcrastinateJob.objects.filter(task_name=task.name, args=arguments, status="todo").exists():
        return
    lock = f"datasets {upload.dataset_id}" if is_loading else None
    task.configure(priority=-earlier, lock=lock).defer(**arguments)
