"""Which rights somebody may give: those that they hold themselves, and never to a group of their own.

An administrator holds every right. For anybody else a right is theirs when one of their grants in force, an open layer,
a group that reads a protected field or a permission of Django gives it to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from layers.access.grants import grants_in_force
from layers.models import Grant, Layer, ProtectedField
from layers.visitor import Visitor
from layers.vocabulary import LayerState

_FLAGS = ("can_download", "can_edit", "can_approve")


@dataclass(frozen=True, slots=True)
class Delegation:
    """The rights of a visitor on some layers, as what they may give of them.

    ``readers`` are the groups that read each protected name, by layer id and name.
    """

    visitor: Visitor
    grants: dict[int, list[Grant]] = field(default_factory=dict)
    readers: dict[tuple[int, str], frozenset[int]] = field(default_factory=dict)

    def covers(self, grant: Grant) -> bool:
        """Whether a grant gives nothing that the visitor does not hold: rows, period, and what may be done there."""
        if self.visitor.is_administrator:
            return True
        held = [own for own in self._on(grant.layer) if _has_rows(own, grant) and _lasts(own, grant)]
        given = [flag for flag in _FLAGS if getattr(grant, flag)]
        return bool(held) and all(any(getattr(own, flag) for own in held) for flag in given)

    def reads(self, layer_id: int, name: str) -> bool:
        """Whether a group of the visitor reads what a layer protects under a name."""
        readers = self.readers.get((layer_id, name), frozenset())
        return self.visitor.is_administrator or bool(readers & self.visitor.groups)

    def _on(self, layer: Layer) -> list[Grant]:
        own = self.grants.get(layer.pk, [])
        is_public = layer.is_open and layer.state == LayerState.PUBLISHED
        return [*own, Grant(layer=layer, can_download=True)] if is_public else own


def delegation(visitor: Visitor, layers: Iterable[Layer]) -> Delegation:
    """Return the rights of a visitor on some layers, as what they may give of them."""
    asked = list(layers)
    return Delegation(visitor, grants_in_force(visitor, asked), _readers(asked))


def own_permissions(visitor: Visitor) -> QuerySet[Permission]:
    """Select Django's permissions that an account holds, by itself or by a group; every one for an administrator."""
    if visitor.is_administrator:
        return Permission.objects.all()
    held = Permission.objects.filter(Q(user=visitor.user_id) | Q(group__in=visitor.groups))
    return Permission.objects.filter(pk__in=held.values("pk"))


def groups_within(visitor: Visitor) -> QuerySet[Group]:
    """Select the groups that give nothing the visitor does not hold, their own among them."""
    if visitor.is_administrator:
        return Group.objects.all()
    layers = Layer.objects.filter(Q(grants__isnull=False) | Q(protected__isnull=False)).distinct()
    held = delegation(visitor, layers)
    beyond = _with_other_permissions(visitor) | _with_other_grants(held) | _reading_more(held)
    return Group.objects.exclude(pk__in=beyond - visitor.groups)


def _with_other_permissions(visitor: Visitor) -> set[int]:
    given = Group.permissions.through.objects.exclude(permission__in=own_permissions(visitor))
    return set(given.values_list("group", flat=True))


def _with_other_grants(held: Delegation) -> set[int]:
    """Return the groups of which a grant, begun or to come, is not covered."""
    living = Grant.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=held.visitor.instant))
    return {grant.group_id for grant in living.select_related("layer") if not held.covers(grant)}


def _reading_more(held: Delegation) -> set[int]:
    hidden = [readers for (layer_id, name), readers in held.readers.items() if not held.reads(layer_id, name)]
    return {group for readers in hidden for group in readers}


def _readers(layers: Iterable[Layer]) -> dict[tuple[int, str], frozenset[int]]:
    protected = ProtectedField.objects.filter(layer__in=list(layers)).prefetch_related("groups")
    return {
        (entry.layer_id, entry.name): frozenset(group.pk for group in entry.groups.all())
        for entry in protected
    }


def _has_rows(own: Grant, given: Grant) -> bool:
    return own.has_every_row or own.rows.strip() == given.rows.strip()


def _lasts(own: Grant, given: Grant) -> bool:
    """Whether what is held goes on as long as what is given."""
    if own.valid_until is None:
        return True
    return given.valid_until is not None and given.valid_until <= own.valid_until
