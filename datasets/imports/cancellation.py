"""Clean up after cancelled and silent imports: the delivery, and the dataset made for it alone, are deleted.

Called on cancellation, by a stopped worker, and by the clock for those that died in between; an import still at work
is left to its worker. Work without a worker is queued again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from datasets.errors import ImportUnderWay
from datasets.imports.uploads import change_work
from datasets.loading.locks import import_lock
from datasets.loading.sql.tables import drop_tables
from datasets.models import Dataset, Delivery, Upload
from datasets.publication.services import remove_dataset
from datasets.vocabulary import BUSY_UPLOADS, DeliveryState, UploadState

_UNWANTED = (DeliveryState.LOADING, DeliveryState.FAILED, DeliveryState.READY, DeliveryState.REFUSED)


def clear_cancelled(*, key: UUID) -> None:
    """Remove what the cancelled import of this key left, unless a worker is still at it."""
    upload = (
        Upload.objects.select_related("dataset", "delivery")
        .filter(pk=key, state=UploadState.CANCELLED)
        .first()
    )
    if upload is None:
        return
    if not upload.is_understood:
        upload.location.unlink(missing_ok=True)
    with contextlib.suppress(ImportUnderWay):
        _clear_loading(upload)


def _clear_loading(upload: Upload) -> None:
    dataset, delivery = upload.dataset, upload.delivery
    if dataset is None:
        return
    with import_lock(dataset):
        if delivery is not None and delivery.pk != upload.options.get("after"):
            _remove(delivery)
    if upload.options.get("created"):
        _remove_made(dataset, upload)


@transaction.atomic
def _remove_made(dataset: Dataset, upload: Upload) -> None:
    """Remove the dataset that an import made, unless the same import was ordered again meanwhile.

    Its row must not go with the dataset: the same file may be loaded again.
    """
    cancelled = Upload.objects.filter(pk=upload.pk, state=UploadState.CANCELLED)
    if _is_empty(dataset) and cancelled.update(dataset=None):
        remove_dataset(dataset=dataset)


@transaction.atomic
def _remove(delivery: Delivery) -> None:
    """Remove a delivery, unless it was put online meanwhile: publishing takes the same lock."""
    Dataset.objects.select_for_update().get(pk=delivery.dataset_id)
    if Delivery.objects.filter(pk=delivery.pk, state__in=_UNWANTED).exists():
        drop_tables([delivery.table])
        delivery.delete()


def _is_empty(dataset: Dataset) -> bool:
    return (
        not Delivery.objects.filter(dataset=dataset).exists()
        and Upload.objects.filter(dataset=dataset).count() == 1
    )


def clean_imports(*, order: Callable[[Upload], None]) -> int:
    """Give to ``order`` the works that nothing was heard of for long; return how many."""
    silent = [upload for upload in Upload.objects.filter(state__in=BUSY_UPLOADS) if upload.is_stale]
    for upload in silent:
        if change_work(upload=upload, heard_at=timezone.now()):
            order(upload)
    for key in Upload.objects.filter(state=UploadState.CANCELLED).values_list("pk", flat=True):
        clear_cancelled(key=key)
    return len(silent)
