"""One submission of the wizard: the dataset when it is new, and the delivery that comes out of the waiting file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets.access import rights_of
from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.errors import FileRefused
from datasets.imports.proposal import Identity, opened, propose, settled_of
from datasets.imports.uploads import (
    Chunks,
    abandon_upload,
    claim_upload,
    forget_delivered,
    release_upload,
    remember,
    store_upload,
)
from datasets.loading.services import load_delivery
from datasets.models import Dataset, Delivery, Upload
from datasets.publication.datasets import create_dataset, drop_dataset
from datasets.publication.services import publish
from layers import access
from layers.errors import Forbidden
from layers.models import Grant, Layer
from layers.visitor import Visitor


def receive_file(*, file: Chunks, visitor: Visitor, dataset: Dataset | None) -> Upload:
    """Keep a file and read it a first time.

    Raises:
        OSError: the disk is full or cannot be written.
        FileRefused: the file cannot be read; it is not kept.
    """
    assert (
        visitor.user_id is not None
    )  # whoever holds a right has an account, and the system reads its own files
    upload = store_upload(file=file, owner_id=visitor.user_id, dataset=dataset)
    try:
        read_upload(upload=upload)
    except FileRefused:
        abandon_upload(upload=upload)
        raise
    return upload


def read_upload(*, upload: Upload, reading: Mapping[str, str] | None = None) -> None:
    """Read the file, in the way ``reading`` says, and keep what was understood.

    Raises:
        FileRefused: the file cannot be read; what was kept before stays.
    """
    if reading is not None:
        upload.options = {**upload.options, "reading": dict(reading)}
    remember(upload=upload, options={"guess": propose(upload).to_json(), "settled": None})


def load_upload(
    *,
    upload: Upload,
    schema: DatasetSchema,
    recipe: GeometryRecipe,
    visitor: Visitor,
    after: int | None,
    identity: Identity | None = None,
) -> bool:
    """Load the waiting file as a delivery of its dataset, made first when ``identity`` says it is new.

    Return False, having done nothing, when the same form is being loaded or was loaded already. Otherwise the delivery
    is ``upload.delivery``.

    Raises:
        Forbidden, NameTaken, InvalidSchema, ImportUnderWay, LoadFailed, FileRefused: see ``create_dataset`` and
            ``load_delivery``; the file can be submitted again.
    """
    if not claim_upload(upload=upload, after=after, now=timezone.now()):
        return False
    try:
        remember(upload=upload, options={"settled": {"schema": schema.to_json(), "recipe": asdict(recipe)}})
        if upload.dataset is None and identity is not None:
            upload.dataset = _dataset(identity, schema, visitor)
        _load(upload, schema, recipe, visitor, accept_partial=False)
    finally:
        release_upload(upload=upload)
    return True


def load_without_errors(*, upload: Upload, visitor: Visitor, after: int | None) -> bool:
    """Load the waiting file again as it was settled, and leave the rows in error out; the answer is ``load_upload``'s.

    Raises:
        Forbidden, ImportUnderWay, LoadFailed, FileRefused: see ``load_delivery``.
    """
    settled = settled_of(upload)
    if settled is None or not claim_upload(upload=upload, after=after, now=timezone.now()):
        return False
    try:
        _load(upload, *settled, visitor, accept_partial=True)
    finally:
        release_upload(upload=upload)
    return True


def _load(
    upload: Upload, schema: DatasetSchema, recipe: GeometryRecipe, visitor: Visitor, *, accept_partial: bool
) -> None:
    assert upload.dataset is not None
    with opened(upload) as source:
        upload.delivery = load_delivery(
            dataset=upload.dataset,
            source=source,
            schema=schema,
            recipe=recipe,
            file_name=upload.original_name,
            file_sha256=upload.sha256,
            visitor=visitor,
            accept_partial=accept_partial,
            columns_are_chosen=True,
        )


@transaction.atomic
def _dataset(identity: Identity, schema: DatasetSchema, visitor: Visitor) -> Dataset:
    """Make the dataset; its producer's group may feed it and put it online.

    Raises:
        Forbidden: the producer is not a group that this visitor may name, or see ``create_dataset``.
    """
    if identity.producer is not None and identity.producer not in access.producer_groups(visitor):
        raise Forbidden(_("Un jeu de données se confie à l’un de vos groupes."))
    dataset = create_dataset(
        slug=identity.slug,
        title=identity.title,
        theme=identity.theme,
        schema=schema,
        visitor=visitor,
        producer=identity.producer,
    )
    if identity.producer is not None and not rights_of(visitor, dataset).edits_every_row:
        Grant.objects.create(group=identity.producer, layer=dataset.layer, can_edit=True, can_approve=True)
    return dataset


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
