"""Choose what becomes of edited rows, and apply it when a delivery is put online."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import IntegrityError, connection, transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from datasets.access import check_load_or_publish, check_publish
from datasets.edits.parsing import EditChoices
from datasets.edits.queries import edits_over, versions_between
from datasets.edits.sql import apply
from datasets.errors import NotPublishable
from datasets.loading.sql.editing import make_editable
from datasets.models import Dataset, Delivery
from datasets.vocabulary import DeliveryState
from layers.visitor import Visitor

# Sent with ``delivery``, in the transaction.
edits_chosen = Signal()
# Sent with ``dataset`` and ``before``, whether its rows were edited in place, in the transaction.
editing_changed = Signal()


@transaction.atomic
def choose_edits(*, delivery: Delivery, visitor: Visitor, choices: EditChoices) -> None:
    """Store what becomes of rows edited in place once a delivery is online.

    Raises:
        Forbidden: the person may neither load nor publish versions of this dataset.
        NotPublishable: the delivery does not wait to be put online.
    """
    check_load_or_publish(visitor, delivery.dataset)
    locked = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if locked.state != DeliveryState.READY:
        raise NotPublishable(_("Cette livraison n’attend plus d’être mise en ligne."))
    locked.edit_choices = delivery.edit_choices = choices.to_json()
    locked.save(update_fields=["edit_choices"])
    edits_chosen.send(sender=Delivery, delivery=delivery)


def check_choices(delivery: Delivery) -> None:
    """Check that nothing about edited rows is left to choose.

    Raises:
        NotPublishable: something is.
    """
    counts = edits_over(delivery)
    if counts is not None and counts.open_questions:
        raise NotPublishable(
            _(
                "Des lignes modifiées sur place seraient perdues : sur la page de la version, choisissez d’abord ce qui"
                " reste, les modifications ou le fichier."
            ),
            parameter="edits",
        )


def record_rows(delivery: Delivery) -> None:
    """Begin the history of the rows of a version that was loaded before there was one; nothing where it has it."""
    if not delivery.is_recorded:
        make_editable(delivery.names, delivery.schema_version.schema)
        delivery.is_recorded = True
        delivery.save(update_fields=["is_recorded"])


def apply_edits(*, delivery: Delivery, before: Delivery | None, visitor: Visitor) -> None:
    """Write the edits that stay into a delivery that was just put online, in its transaction.

    ``before`` was online: its rows are locked by who moved the pointer.

    Raises:
        NotPublishable: rows that stay do not fit the new version.
    """
    record_rows(delivery)
    versions = versions_between(before, delivery) if before is not None else None
    if versions is None:
        return
    author = {"user": visitor.user_id, "username": visitor.username, "credential": visitor.credential.value}
    try:
        with pghistory.context(**author) as change, transaction.atomic():
            _name_author(str(change.id), change.metadata)
            apply(versions, EditChoices.from_json(delivery.edit_choices))
    except IntegrityError as error:
        raise NotPublishable(
            _(
                "Des lignes modifiées sur place ne respectent pas les règles de cette version (valeur obligatoire, clé"
                " unique…) : corrigez-les, ou choisissez de garder le fichier."
            ),
            parameter="edits",
        ) from error


def _name_author(change: str, author: Mapping[str, Any]) -> None:
    """Name the author of the composed statements that follow, as the library does of those of the ORM."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [change, json.dumps(author)],
        )


@transaction.atomic
def set_editable(*, dataset: Dataset, visitor: Visitor, is_edited: bool) -> None:
    """Open the rows of a dataset to those who have the right to edit them, or leave it to its deliveries.

    Raises:
        Forbidden: the person may not decide what is online.
    """
    check_publish(visitor, dataset)
    rows = Dataset.objects.select_for_update(of=("self",)).select_related("online__schema_version")
    locked = rows.get(pk=dataset.pk)
    if is_edited and locked.online is not None:
        record_rows(locked.online)
    before = locked.is_edited_in_place
    locked.is_edited_in_place = dataset.is_edited_in_place = is_edited
    locked.save(update_fields=["is_edited_in_place"])
    if before is not is_edited:
        editing_changed.send(sender=Dataset, dataset=dataset, before=before)
