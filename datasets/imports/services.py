"""The one way of an import: a file is read and understood, then loaded as it was settled. No page and no worker in it.

``read_file`` and ``load_file`` are for whoever has a file: the command, a source. ``read_upload`` and ``load_upload``
do the same for a file that waits in the wizard, and keep what came out of it; a worker calls them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from datasets.access import check_load
from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.imports.proposal import Proposal, opened, propose, settled_of
from datasets.imports.source_file import SourceFile, source_file_of
from datasets.imports.uploads import change_work, forget_delivered
from datasets.loading.progress import ImportProgress
from datasets.loading.services import load_delivery
from datasets.models import Dataset, Delivery, Upload
from datasets.publication.datasets import drop_dataset
from datasets.publication.services import publish
from datasets.vocabulary import DeliveryState, UploadState
from layers.models import Layer
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Settled:
    """How a file becomes rows, once somebody agreed: see ``load_delivery``."""

    schema: DatasetSchema
    recipe: GeometryRecipe
    accept_partial: bool = False
    columns_are_chosen: bool = False


def read_file(
    *,
    file: SourceFile,
    dataset: Dataset | None = None,
    progress: ImportProgress | None = None,
    has_key: bool = False,
) -> Proposal:
    """Read a file and say what it holds; ``has_key`` when somebody gave the key.

    Raises:
        FileRefused: the file cannot be read.
        Stopped: somebody stopped ``progress``.
    """
    return propose(file, dataset, progress, has_key=has_key)


def load_file(
    *,
    file: SourceFile,
    dataset: Dataset,
    settled: Settled,
    visitor: Visitor,
    progress: ImportProgress | None = None,
    begun: Callable[[Delivery], None] | None = None,
    again: Delivery | None = None,
) -> Delivery:
    """Load a file as a delivery of a dataset.

    Raises:
        Forbidden, InvalidSchema, ImportUnderWay, LoadFailed, FileRefused, Stopped: see ``load_delivery``.
    """
    with opened(file, progress) as source:
        return load_delivery(
            dataset=dataset,
            source=source,
            schema=settled.schema,
            recipe=settled.recipe,
            file_name=file.name,
            file_sha256=file.digest,
            visitor=visitor,
            accept_partial=settled.accept_partial,
            columns_are_chosen=settled.columns_are_chosen,
            progress=progress,
            begun=begun,
            again=again,
        )


def read_upload(*, upload: Upload, visitor: Visitor, progress: ImportProgress | None = None) -> bool:
    """Read a file that waits, and keep what was understood; False when nobody waits for it any more.

    Raises:
        Forbidden: its owner does not feed the dataset any more, whose columns they would be told.
        FileRefused, Stopped: see ``read_file``; what was kept before stays.
    """
    if upload.dataset is not None:
        check_load(visitor, upload.dataset)
    proposal = read_file(file=source_file_of(upload), dataset=upload.dataset, progress=progress)
    options = {**upload.options, "guess": proposal.to_json(), "settled": None}
    return change_work(upload=upload, options=options, state=UploadState.READ)


def load_upload(*, upload: Upload, visitor: Visitor, progress: ImportProgress | None = None) -> bool:
    """Load a file that waits as it was settled; False when nobody waits for it any more, or it was loaded already.

    The delivery is written down with the upload before its first row is read: whoever begins again after the death of
    a worker goes on with that one.

    Raises:
        Forbidden, InvalidSchema, ImportUnderWay, LoadFailed, FileRefused, Stopped: see ``load_delivery``.
    """
    said, dataset = settled_of(upload), upload.dataset
    assert said is not None  # what is ordered was settled, and belongs to a dataset
    assert dataset is not None
    is_partial = bool(upload.options.get("accept_partial"))
    before = upload.delivery if upload.delivery_id != upload.options.get("after") else None
    if before is None or before.state not in _OVER:
        load_file(
            file=source_file_of(upload),
            dataset=dataset,
            settled=Settled(*said, accept_partial=is_partial, columns_are_chosen=True),
            visitor=visitor,
            progress=progress,
            begun=lambda delivery: _link(upload, delivery),
            again=before,
        )
    return change_work(upload=upload, state=UploadState.LOADED)


_OVER = frozenset(DeliveryState) - {DeliveryState.LOADING, DeliveryState.FAILED}


def _link(upload: Upload, delivery: Delivery) -> None:
    change_work(upload=upload, delivery=delivery)


def drop_with_files(*, dataset: Dataset, visitor: Visitor) -> None:
    """Take away a dataset and the files that wait for it.

    Raises:
        Forbidden, ImportUnderWay: see ``drop_dataset``; nothing is changed.
    """
    waiting = list(Upload.objects.filter(dataset=dataset))
    drop_dataset(dataset=dataset, visitor=visitor)
    for upload in waiting:
        upload.location.unlink(missing_ok=True)


def publish_described(*, delivery: Delivery, layer: Layer | None, visitor: Visitor) -> None:
    """Put a delivery online, with the catalogue entry of ``layer`` when it is given; its file goes away.

    Raises:
        Forbidden, NotPublishable: see ``publish``; nothing is changed.
    """
    with transaction.atomic():
        publish(delivery=delivery, visitor=visitor)
        if layer is not None:
            layer.save()
    forget_delivered(delivery=delivery)
