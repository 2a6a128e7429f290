"""Orders of a person on a file (read, load, stop, import another of its layers), executed later by a worker."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from datasets.access import check_create, check_load
from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.errors import UnknownPart
from datasets.imports.cancellation import clear_cancelled
from datasets.imports.jobs import UPLOAD_KINDS
from datasets.imports.proposal import Identity, accepted_schema, proposal_of
from datasets.imports.uploads import Chunks, abandon_upload, free_path, store_upload
from datasets.loading.validation import check_schema
from datasets.models import Dataset, Upload
from datasets.publication.services import check_producer, create_dataset, entrust_dataset
from datasets.vocabulary import DeliveryState, Phase, UploadWork
from layers.visitor import Visitor
from layers.vocabulary import JobState


def receive_file(*, file: Chunks, visitor: Visitor, dataset: Dataset | None) -> Upload:
    """Store a file and queue its reading.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    assert (
        visitor.user_id is not None
    )  # whoever holds a right has an account, and the system reads its own files
    upload = store_upload(file=file, owner_id=visitor.user_id, dataset=dataset)
    _request(upload, UploadWork.READ)
    return upload


def request_reading(*, upload: Upload, reading: Mapping[str, Any]) -> bool:
    """Queue another reading of a file, with the options ``reading``; False when a worker has it."""
    before = upload.options.get("reading")
    options = upload.options | {"reading": dict(reading), "reading_before": before}
    return _request(upload, UploadWork.READ, options=options)


def request_loading(
    *,
    upload: Upload,
    schema: DatasetSchema,
    recipe: GeometryRecipe,
    visitor: Visitor,
    after: int | None,
    identity: Identity | None = None,
) -> bool:
    """Queue the loading of a file as a delivery of its dataset, created here when ``identity`` is new.

    ``after`` is the delivery that the person saw come out of the file when they sent the form, None for none yet.
    Return False, having done nothing, when the same form is being loaded or was loaded already.

    Raises:
        Forbidden, NameInUse, InvalidSchema: see ``create_dataset`` and ``load_delivery``; nothing is changed.
    """
    check_schema(schema)
    accepted = {"schema": schema.to_json(), "recipe": asdict(recipe)}
    options = upload.options | {"settled": accepted, "after": after, "accept_partial": False}
    with transaction.atomic():
        # The same form sent at the same time waits here, and finds it done.
        waiting = Upload.objects.at_rest().select_for_update(of=("self",))
        waiting = waiting.filter(_last_delivery_is(after), pk=upload.pk)
        resting = waiting.select_related("dataset__layer").first()
        if resting is None or (resting.dataset is None and identity is None):
            return False
        dataset = resting.dataset
        if dataset is None and identity is not None:
            dataset = _dataset(identity, schema, visitor)
            options["created"] = True
        assert dataset is not None
        check_load(visitor, dataset)
        return _request(upload, UploadWork.LOAD, options=options, dataset=dataset)


def request_partial_loading(*, upload: Upload, visitor: Visitor, after: int | None) -> bool:
    """Queue another loading of a file without its rows in error; answers as ``request_loading``.

    Raises:
        Forbidden: see ``load_delivery``.
    """
    if accepted_schema(upload) is None or upload.dataset is None:
        return False
    check_load(visitor, upload.dataset)
    options = upload.options | {"after": after, "accept_partial": True}
    return _request(
        upload, UploadWork.LOAD, _last_delivery_is(after) & _same_dataset(upload), options=options
    )


def cancel(*, upload: Upload) -> bool:
    """Stop what a worker does of a file, or will; False when it was over. A worker at it stops within a second."""
    changes: dict[str, Any] = {"progress": {}, "error": ""}
    if upload.is_understood and upload.work == UploadWork.READ:  # it was read before, and stays as it was
        changes |= {"state": JobState.READY, "options": _as_read_before(upload.options)}
    if not Upload.objects.cancel(upload, **changes):
        return False
    clear_cancelled(key=upload.pk)
    return True


def abandon(*, upload: Upload) -> None:
    """Stop the work on a file, and delete it; while a worker still runs, the row stays until it has stopped."""
    cancel(upload=upload)
    upload.location.unlink(missing_ok=True)
    if not Upload.objects.filter(pk=upload.pk, delivery__state=DeliveryState.LOADING).exists():
        abandon_upload(upload=upload)


def _as_read_before(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a file whose new reading was not done."""
    remaining = {name: value for name, value in options.items() if name != "reading_before"}
    return remaining | {"reading": options.get("reading_before")}


def resume(*, upload: Upload, visitor: Visitor) -> bool:
    """Request again the work that stopped: that no worker has any more, or that a fault of ours ended.

    Raises:
        Forbidden: the loading is not this person's to request any more.
    """
    if upload.is_silent:
        UPLOAD_KINDS[upload.work].enqueue(upload)
        return True
    if upload.is_unfinished or not upload.location.exists():
        return False
    if not upload.is_understood:
        return _request(upload, UploadWork.READ)
    if accepted_schema(upload) is None or upload.dataset is None:
        return False
    check_load(visitor, upload.dataset)
    options = upload.options | {"after": upload.delivery_id}
    return _request(upload, UploadWork.LOAD, _same_dataset(upload), options=options)


def import_other_layer(*, upload: Upload, part: str, visitor: Visitor) -> Upload:
    """Begin another import with another sheet or layer of the same file, for a dataset of its own.

    Raises:
        Forbidden: this person may not make a dataset.
        UnknownPart: the file has none of this name.
        OSError: the disk is full or cannot be written.
    """
    check_create(visitor)
    if not upload.is_understood or part not in proposal_of(upload).parts:
        raise UnknownPart(_("Le fichier n’a pas de partie « %s ».") % part, parameter="part")
    path = free_path(upload.original_name)
    os.link(upload.location, path)
    other = Upload(
        owner_id=upload.owner_id,
        path=path.name,
        original_name=upload.original_name,
        sha256=upload.sha256,
        size=upload.size,
        language=get_language() or upload.language,
        options={"reading": {"part": part}},
    )
    with transaction.atomic():
        other.save(force_insert=True)
        _request(other, UploadWork.READ)
    return other


def _last_delivery_is(after: int | None) -> Q:
    return Q(delivery__isnull=True) if after is None else Q(delivery_id=after)


def _same_dataset(upload: Upload) -> Q:
    """Select the upload as long as its dataset did not go with a cancelled import."""
    return Q(dataset_id=upload.dataset_id)


def _request(upload: Upload, work: UploadWork, condition: Q | None = None, **changes: Any) -> bool:
    """Queue an idle upload; False when a worker has it, or when it does not match ``condition``."""
    progress = {"phase": Phase.WAITING.value, "bytes_total": upload.size}
    with transaction.atomic():
        uploads = Upload.objects.filter(condition or Q())
        if not uploads.request(upload, work=work, progress=progress, **changes):
            return False
        UPLOAD_KINDS[work].enqueue(upload)
    return True


def _dataset(identity: Identity, schema: DatasetSchema, visitor: Visitor) -> Dataset:
    """Make the dataset; its producer's group may feed it and put it online.

    Raises:
        Forbidden: the producer is not a group that this visitor may name, or see ``create_dataset``.
    """
    check_producer(producer=identity.producer, visitor=visitor)
    dataset = create_dataset(
        slug=identity.slug,
        title=identity.title,
        theme=identity.theme,
        schema=schema,
        visitor=visitor,
        producer=identity.producer,
    )
    entrust_dataset(dataset=dataset)
    return dataset
