"""The row of a delivery around its loading: opened before the first row of the file, marked when the work fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg.errors
from django.db import DatabaseError, connection
from django.db.models import Max
from django.utils.translation import gettext as _

from datasets.definitions import DatasetSchema
from datasets.errors import LoadFailed
from datasets.models import Dataset, Delivery, SchemaVersion
from datasets.vocabulary import DeliveryState
from layers.visitor import Visitor


def open_delivery(
    dataset: Dataset,
    schema: DatasetSchema,
    file_name: str,
    file_sha256: str,
    visitor: Visitor,
    again: Delivery | None,
) -> Delivery:
    """Return the row of a new delivery, or of ``again`` as it was at its beginning."""
    opened = {
        "state": DeliveryState.LOADING,
        "schema_version": schema_version(dataset, schema),
        "file_name": file_name[-255:],
        "file_sha256": file_sha256,
        "delivered_by_id": visitor.user_id,
    }
    if again is not None and Delivery.objects.filter(pk=again.pk, state=DeliveryState.FAILED).update(
        **opened
    ):
        return Delivery.objects.select_related("dataset", "schema_version").get(pk=again.pk)
    last = Delivery.objects.filter(dataset=dataset).aggregate(last=Max("number"))["last"] or 0
    return Delivery.objects.create(dataset=dataset, number=last + 1, **opened)


def schema_version(dataset: Dataset, schema: DatasetSchema) -> SchemaVersion:
    """Return the dataset's last schema when it is the same, or write a new version."""
    last = SchemaVersion.objects.filter(dataset=dataset).order_by("-number").first()
    if last is not None and last.schema == schema:
        return last
    number = last.number + 1 if last is not None else 1
    return SchemaVersion.objects.create(dataset=dataset, number=number, document=schema.to_json())


def mark_interrupted(dataset: Dataset) -> None:
    """Say of the imports that died that they did: we hold the lock, so none is running."""
    Delivery.objects.filter(dataset=dataset, state=DeliveryState.LOADING).update(state=DeliveryState.FAILED)


@contextmanager
def failing(delivery: Delivery) -> Iterator[None]:
    """Mark the delivery *interrupted* unless the block ends; turn the database's refusals into a word for people."""
    is_done = False
    try:
        yield
        is_done = True
    except DatabaseError as error:
        raise LoadFailed(_reason(error)) from error
    finally:
        if not is_done and connection.is_usable():
            delivery.state = DeliveryState.FAILED
            delivery.save(update_fields=["state"])


def _reason(error: DatabaseError) -> str:
    if isinstance(error.__cause__, psycopg.errors.DiskFull):
        return _("Le disque de la base de données est plein : rien n’a été chargé.")
    return _("La base de données a refusé les lignes : %s") % str(error).partition("\n")[0]
