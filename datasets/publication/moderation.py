"""Have the rows of a dataset moderated, or no more, and let the states of rows follow from a version to the next."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import ngettext

from datasets.access import check_publish
from datasets.errors import NotPublishable
from datasets.loading.sql.states import add_states, carry_states, count_states
from datasets.loading.sql.tables import mark_written
from datasets.models import Dataset, Delivery
from datasets.moderation import LABELS, OPTIONAL, ModerationRules, moderation_of
from datasets.registry import definition_of
from interface.wording import number
from layers.definitions import Field
from layers.models import Layer
from layers.services.search_index import mark_stale
from layers.visitor import Visitor
from publication.models import PublicationPolicy


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
    elif online is not None and online.has_states and (count := _hidden_rows(row, online)):
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


def _hidden_rows(dataset: Dataset, online: Delivery) -> int:
    """Return how many rows are in a state that is not public."""
    machine = moderation_of(rules_of(dataset), {})
    return sum(count for code, count in count_states(online.names).items() if not machine.is_public(code))


def rules_of(dataset: Dataset) -> ModerationRules:
    """Return what a dataset declares of its moderation."""
    return ModerationRules.from_json(dataset.moderation_rules)


def reminder_days(layer: Layer) -> int:
    """Return after how many days who approves rows of a layer is reminded; 0 for never."""
    policy = PublicationPolicy.objects.filter(layer=layer).first() or PublicationPolicy()
    return policy.reminder_days


def fields_online(dataset: Dataset) -> tuple[Field, ...]:
    """Return the fields of the version online; none before there is one."""
    return definition_of(dataset.online).fields if dataset.online is not None else ()


@transaction.atomic
def save_moderation(
    *, dataset: Dataset, visitor: Visitor, is_moderated: bool, rules: ModerationRules, days: int
) -> None:
    """Declare how the rows of a dataset are moderated, and have them moderated or no more.

    Raises:
        Forbidden, NotPublishable: as ``set_rules`` and ``set_moderated``.
    """
    set_rules(dataset=dataset, visitor=visitor, rules=rules, days=days)
    set_moderated(dataset=dataset, visitor=visitor, is_moderated=is_moderated)


@transaction.atomic
def set_rules(*, dataset: Dataset, visitor: Visitor, rules: ModerationRules, days: int) -> None:
    """Declare the states, the words, the trusted groups and the fields of the moderation of a dataset.

    ``days`` are those after which who approves is reminded, 0 for none, which the rules of publication hold.

    Raises:
        Forbidden: the person may not decide what is online.
        NotPublishable: rows are in a state that would be used no more; they are counted.
    """
    locked = Dataset.objects.select_for_update(of=("self",)).select_related("layer", "online")
    row = locked.get(pk=dataset.pk)
    check_publish(visitor, row)
    counts = count_states(row.online.names) if row.online is not None and row.online.has_states else {}
    for code in OPTIONAL:
        if code not in rules.states and (count := counts.get(code, 0)):
            words = ngettext(
                "« %(state)s » : %(number)s ligne est dans cet état.",
                "« %(state)s » : %(number)s lignes sont dans cet état.",
                count,
            )
            raise NotPublishable(words % {"state": LABELS[code], "number": number(count)})
    row.moderation_rules = rules.to_json()
    row.save(update_fields=["moderation_rules"])
    PublicationPolicy.objects.update_or_create(layer=row.layer, defaults={"reminder_days": days})
    if row.online is not None:
        mark_written(row.online.table)
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
