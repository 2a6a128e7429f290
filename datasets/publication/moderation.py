"""Have the rows of a dataset moderated, or no more, and let the states of rows follow from a version to the next."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import ngettext

from datasets.access import check_publish
from datasets.errors import NotPublishable
from datasets.loading.sql.states import add_states, carry_states, hidden_rows
from datasets.loading.sql.tables import mark_written
from datasets.models import Dataset, Delivery
from interface.wording import number
from layers.services.search_index import mark_stale
from layers.visitor import Visitor


@transaction.atomic
def set_moderated(*, dataset: Dataset, visitor: Visitor, is_moderated: bool) -> None:
    """Have the rows of a dataset moderated: those that are there are public. Or stop, where none is hidden.

    Raises:
        Forbidden: the person may not decide what is online.
        NotPublishable: rows are not public yet; they are counted.
    """
    locked = Dataset.objects.select_for_update(of=("self",)).select_related("layer", "online")
    row = locked.get(pk=dataset.pk)
    check_publish(visitor, row)
    online = row.online
    if online is not None and is_moderated:
        add_states(online.names)
    elif online is not None and online.has_states and (count := hidden_rows(online.names)):
        raise NotPublishable(
            ngettext(
                "%s ligne n’est pas publiée : décidez-en d’abord, sinon tout le monde la verrait.",
                "%s lignes ne sont pas publiées : décidez-en d’abord, sinon tout le monde les verrait.",
                count,
            )
            % number(count)
        )
    row.is_moderated = is_moderated
    row.save(update_fields=["is_moderated"])
    if online is not None:
        online.has_states = is_moderated
        online.save(update_fields=["has_states"])
        mark_written(online.table)
    mark_stale(row.layer_id)
    row.layer.save(update_fields=["updated_at"])


def follow_states(*, dataset: Dataset, before: Delivery | None, delivery: Delivery) -> None:
    """Give the table that goes online the states of the rows that were there, in the transaction of the switch.

    What was hidden stays so, even where a file holds the same row.
    """
    if not dataset.is_moderated:
        return
    add_states(delivery.names)
    if before is not None and before.has_states and before.pk != delivery.pk:
        carry_states(delivery.names, before.names)
    if not delivery.has_states:
        delivery.has_states = True
        delivery.save(update_fields=["has_states"])
