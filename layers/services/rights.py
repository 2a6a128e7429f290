"""Who may change which rights of groups on a layer: the check behind forms and writes.

Only an administrator gives what they do not hold. Nobody else changes what concerns a group of their own.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from layers import access
from layers.errors import Forbidden
from layers.models import Grant, Layer, ProtectedField
from layers.visitor import Visitor


def check_right(
    visitor: Visitor,
    before: Grant | ProtectedField | None,
    after: Grant | ProtectedField | None,
    groups: Iterable[Group],
) -> None:
    """Check that a visitor may give, change or take away a right: None before it exists, and after it is gone.

    ``groups`` are the readers of a protected field after the change; a grant has its own.

    Raises:
        Forbidden: they may not; ``parameter`` names the field.
    """
    if visitor.is_administrator:
        return
    for state in (before, after):
        if isinstance(state, Grant):
            _check_grant(visitor, state)
    if isinstance(before, ProtectedField) or isinstance(after, ProtectedField):
        _check_protection(visitor, before, after, {group.pk for group in groups} if after else set())


def _check_grant(visitor: Visitor, grant: Grant) -> None:
    if grant.group_id in visitor.groups:
        raise Forbidden(_own_group(), parameter="group")
    if grant.person_id is not None and grant.person_id == visitor.user_id:
        raise Forbidden(_("Personne ne change ses propres droits."), parameter="person")
    layers = [grant.layer] if grant.layer else Layer.objects.filter(theme=grant.theme_id)
    if not access.delegation(visitor, layers).covers(grant):
        raise Forbidden(_("Ce droit dépasse les vôtres : vous ne pouvez ni le donner, ni le retirer."))


def _check_protection(visitor: Visitor, before: object, after: object, group_ids: set[int]) -> None:
    """Check the change of a protection: of a name that the visitor reads, to groups that are not theirs.

    Who begins to protect what they read may name a group of theirs, or they would lose it.
    """
    for state in (before, after):
        if isinstance(state, ProtectedField) and state.name not in _read(visitor, state):
            raise Forbidden(
                _("Vous ne lisez pas ce champ : vous ne décidez pas qui le lit."), parameter="name"
            )
    if isinstance(before, ProtectedField):
        changed = group_ids ^ set(before.groups.values_list("pk", flat=True))
        if visitor.groups & changed:
            raise Forbidden(_own_group(), parameter="groups")


def _read(visitor: Visitor, protected: ProtectedField) -> frozenset[str]:
    """Return the names of the fields and relations that a visitor reads on the layer of a protection."""
    scope = next(
        (each for each in access.visible(visitor) if each.layer.pk == protected.layer_id),
        None,
    )
    return scope.readable_names if scope else frozenset()


def _own_group() -> str:
    return _("Personne ne change les droits d’un groupe dont il est membre.")
