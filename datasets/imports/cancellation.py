"""What cancelled and silent imports leave: nothing. A delivery goes, and the dataset that was made for it alone.

Called by who cancels, by the worker that finds itself stopped, and by the clock for those that died in between: whoever
comes while another one still works leaves it to them.
"""

from __future__ import annotations

import contextlib
from uuid import UUID

from django.db import transaction

from datasets.errors import ImportUnderWay
from datasets.loading.locks import import_lock
from datasets.loading.sql.tables import drop_tables
from datasets.models import Dataset, Delivery, Upload
from datasets.publication.services import remove_dataset
from datasets.vocabulary import DeliveryState
from layers.vocabulary import JobState

_UNWANTED = (DeliveryState.LOADING, DeliveryState.FAILED, DeliveryState.READY, DeliveryState.REFUSED)


def clear_cancelled(*, key: UUID) -> None:
    """Remove what the cancelled import of this key left, unless a worker is still at it."""
    upload = (
        Upload.objects.select_related("dataset", "delivery").filter(pk=key, state=JobState.CANCELLED).first()
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
    cancelled = Upload.objects.filter(pk=upload.pk, state=JobState.CANCELLED)
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


def clear_all_cancelled() -> None:
    """Remove what cancelled imports left."""
    for key in Upload.objects.filter(state=JobState.CANCELLED).values_list("pk", flat=True):
        clear_cancelled(key=key)
