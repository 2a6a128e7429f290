"""Which rows of a moderated layer a visitor reads: the public ones, those that they approve, and their own.

A link without an account reads the public ones alone, whatever its author reads.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from layers import registry
from layers.access.grants import row_filters, union
from layers.definitions import LayerDefinition
from layers.models import Grant, Layer
from layers.visitor import Visitor

EVERY_ROW = "all"  # what stands for no filter in the key of a scope
_PUBLIC = "public states"
PUBLIC_ROWS = "\x1e".join((EVERY_ROW, _PUBLIC))
"""What identifies the rows that everybody reads of a moderated layer that is open."""


def public_states(definition: LayerDefinition) -> Q:
    """Return the condition of the rows in a public state; an empty one for a layer without moderation."""
    machine = definition.moderation
    return Q() if machine is None else Q((f"{machine.state_path}__in", machine.public_states))


def _own_rows(definition: LayerDefinition, visitor: Visitor) -> Q:
    """Return the condition of the rows that a visitor wrote; no row without an account."""
    machine = definition.moderation
    if machine is None or visitor.user_id is None:
        return Q(pk__in=[])
    return Q((machine.author_path, visitor.user_id))


def readable_rows(
    rows: tuple[Q, str], visitor: Visitor, definition: LayerDefinition, grants: Iterable[Grant]
) -> tuple[Q, str]:
    """Narrow the condition of the rows of a layer, and what identifies it, to what its moderation lets a visitor read.

    ``grants`` are those of the visitor themselves, none for a link.
    """
    machine = definition.moderation
    if machine is None or visitor.is_administrator:
        return rows
    approving = [grant for grant in grants if grant.can_approve]
    if any(grant.has_every_row for grant in approving):
        return rows
    condition, key = rows
    readable, keys = public_states(definition), [key, _PUBLIC]
    if filters := row_filters(approving, definition):
        readable |= union(filters.values())
        keys += sorted(filters)
    if visitor.user_id is not None:
        readable |= _own_rows(definition, visitor)
        keys.append(f"author {visitor.user_id}")
    return condition & readable, "\x1e".join(keys)


def approved_rows(
    rows: QuerySet[Any], visitor: Visitor, definition: LayerDefinition, grants: Sequence[Grant]
) -> QuerySet[Any]:
    """Select the rows, of a queryset of the visitor's, that they approve: those of the grants that do, no other."""
    approving = [grant for grant in grants if grant.can_approve]
    if visitor.is_administrator or any(grant.has_every_row for grant in approving):
        return rows
    return rows.filter(union(row_filters(approving, definition).values()))


def adding_groups(layer: Layer) -> dict[int, str]:
    """Return the names of the groups that add rows to a layer, by id in their order."""
    grants = Grant.objects.filter(Q(layer=layer) | Q(theme=layer.theme_id), can_add=True, group__isnull=False)
    return dict(grants.order_by("group__name").values_list("group", "group__name").distinct())


def account_key(visitor: Visitor, definitions: Iterable[LayerDefinition] | None = None) -> Hashable:
    """Return what tells apart two visitors of the same rights: their account, where a layer has rows of authors.

    ``definitions`` are those of every layer by default.
    """
    listed = registry.definitions() if definitions is None else definitions
    return visitor.user_id if any(each.moderation is not None for each in listed) else None
