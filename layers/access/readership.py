"""Layers by who reads them: how many people, what concerns a group, which grants end soon, what may be requested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from layers.access.grants import with_layers
from layers.access.scopes import listed_layers
from layers.errors import UnknownLayer
from layers.models import Grant, Layer
from layers.visitor import Visitor, open_account
from layers.vocabulary import LayerState


def may_request(visitor: Visitor) -> bool:
    """Whether a visitor sees what is announced to who does not read it: an account that is no administrator."""
    has_account = visitor.user_id is not None and (visitor.may_write or visitor.is_observed)
    return has_account and not visitor.is_administrator


def requestable_layers(visitor: Visitor) -> list[Layer]:
    """Return the layers of which an account may see the card alone, and request the data; none for the public.

    They are published and announced, and the visitor does not see them otherwise: no data route knows of them.
    """
    if not may_request(visitor):
        return []
    announced = Layer.objects.filter(is_requestable=True, state=LayerState.PUBLISHED)
    layers = list(announced.select_related("theme", "producer"))
    if not layers:
        return []
    listed = set(listed_layers(visitor).values_list("pk", flat=True))
    return [layer for layer in layers if layer.pk not in listed]


def requestable_layer(visitor: Visitor, slug: str) -> Layer:
    """Return one of the layers that a visitor may request.

    Raises:
        UnknownLayer: there is none of that name, or the visitor may not know of it.
    """
    for layer in requestable_layers(visitor):
        if layer.slug == slug:
            return layer
    raise UnknownLayer(slug)


def reader_counts(*, at: dt.datetime, groups: QuerySet[Group] | None = None) -> dict[int, int]:
    """Return how many open accounts read each layer by a grant in force at an instant, by layer id.

    Two statements, whatever the layers; an account of several groups counts once. ``groups`` limits the grants to
    those of groups. Open layers, and administrators, who read everything, are for the caller to add.

    The members of a group are read once: joined to its grants they would be as many rows as the product of both.
    """
    accounts = get_user_model()._default_manager.filter(open_account(at), is_superuser=False)
    grants = with_layers(Grant.objects.in_force(at=at)).filter(granted_layer__isnull=False)
    grants = grants.filter(Q(person=None) | Q(person__in=accounts))
    if groups is not None:
        grants = grants.filter(group__in=groups)
    members = dict(
        accounts.filter(groups__isnull=False)
        .order_by()
        .values("groups")
        .annotate(accounts=ArrayAgg("pk"))
        .values_list("groups", "accounts")
    )
    recipients = (
        grants.order_by()
        .values("granted_layer")
        .annotate(group_ids=_ids("group_id"), person_ids=_ids("person_id"))
        .values_list("granted_layer", "group_ids", "person_ids")
    )
    # A number of one bit for each account: joining sets of thousands of ids takes twenty times as long.
    bits: dict[int, int] = {}
    masks = {group: _mask(accounts, bits) for group, accounts in members.items()}
    counts = {}
    for layer, group_ids, person_ids in recipients:
        readers = _mask(person_ids, bits)
        for group in group_ids:
            readers |= masks.get(group, 0)
        counts[layer] = readers.bit_count()
    return {layer: count for layer, count in counts.items() if count}


def _mask(ids: Iterable[int], bits: dict[int, int]) -> int:
    """Return the number whose bits are those of some ids; an id that has none yet gets the next one."""
    mask = 0
    for each in ids:
        mask |= 1 << bits.setdefault(each, len(bits))
    return mask


def _ids(column: str) -> ArrayAgg:
    """Return the values of a column of a group of rows, each once."""
    return ArrayAgg(column, distinct=True, filter=Q(**{f"{column}__isnull": False}), default=Value([]))


def administrator_count() -> int:
    """Return how many open accounts read everything."""
    return get_user_model()._default_manager.filter(is_active=True, is_superuser=True).count()


def layers_of_groups(groups: QuerySet[Group]) -> QuerySet[Layer]:
    """Select the layers that groups produce, or have a grant on, by itself or by its theme, in force or not."""
    granted = Grant.objects.filter(group__in=groups)
    return Layer.objects.filter(
        Q(producer__in=groups)
        | Q(pk__in=granted.values("layer"))
        | Q(theme__in=granted.filter(theme__isnull=False).values("theme"))
    )


def ending_grants(grants: QuerySet[Grant], *, after: dt.datetime, before: dt.datetime) -> Iterable[Grant]:
    """Return those of some grants that end between two instants, the first to end first, with what they name."""
    ending = grants.filter(valid_until__gt=after, valid_until__lte=before)
    return ending.select_related("group", "person", "layer", "theme").order_by("valid_until", "pk")


def accounts_with_ends(*, at: dt.datetime, before: dt.datetime) -> set[int]:
    """Return the ids of the accounts of which a grant in force ends up to an instant, by themselves or by a group."""
    ending = Grant.objects.in_force(at=at).filter(valid_until__lte=before)
    readers = ending.annotate(reader=Coalesce("person_id", "group__user__id"))
    return set(readers.values_list("reader", flat=True)) - {None}


def ending_layers(grants: QuerySet[Grant], *, after: dt.datetime, before: dt.datetime) -> set[int]:
    """Return the ids of the layers that some grants open and of which one ends between two instants."""
    ending = grants.filter(valid_until__gt=after, valid_until__lte=before)
    return set(with_layers(ending).values_list("granted_layer", flat=True)) - {None}
