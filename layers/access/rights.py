"""What a visitor may do with a layer as a whole, published or not: replace all its rows, publish them, make a new one.

A grant limited to some rows gives none of it, for a file replaces every row; nor do several such grants together. A
commune's portal shows a part of the rows: nobody replaces from there what it does not show. Reading stays the scope's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from layers.access.grants import grants_in_force
from layers.models import Grant, Layer
from layers.visitor import Visitor
from layers.vocabulary import LayerState


@dataclass(frozen=True, slots=True)
class LayerRights:
    """What somebody may do with every row of a layer at once.

    ``edits_every_row`` and ``approves_every_row`` are what the grants in force give. ``obstacle`` says, to people, why
    it cannot be used here whatever the grants; it is empty where nothing prevents it.
    """

    edits_every_row: bool
    approves_every_row: bool
    obstacle: str = ""

    @property
    def is_feeder(self) -> bool:
        """Whether the versions of the layer exist for this visitor, who loads or publishes them, here or elsewhere."""
        return self.edits_every_row or self.approves_every_row

    @property
    def can_load(self) -> bool:
        """Whether they may deliver a new version, which replaces every row."""
        return self.edits_every_row and not self.obstacle

    @property
    def can_publish(self) -> bool:
        """Whether they may put a version online, bring one back, thin the old ones or drop the layer."""
        return self.approves_every_row and not self.obstacle


def rights(visitor: Visitor, layer: Layer) -> LayerRights:
    """Return what a visitor may do with a layer as a whole, whatever the state of the layer."""
    return rights_on(visitor, [layer])[layer.pk]


def rights_on(visitor: Visitor, layers: Iterable[Layer]) -> dict[int, LayerRights]:
    """Return what a visitor may do with each of these layers as a whole, by layer id."""
    asked = list(layers)
    held = {} if visitor.is_administrator else grants_in_force(visitor, asked)
    return {layer.pk: rights_by(visitor, held.get(layer.pk, [])) for layer in asked}


def rights_by(visitor: Visitor, grants: Iterable[Grant]) -> LayerRights:
    """Return what a visitor may do with a layer as a whole by the grants they hold on it."""
    everything = visitor.is_administrator
    whole = [grant for grant in grants if grant.has_every_row]
    return LayerRights(
        edits_every_row=everything or any(grant.can_edit for grant in whole),
        approves_every_row=everything or any(grant.can_approve for grant in whole),
        obstacle=obstacle(visitor),
    )


def fed_layers(visitor: Visitor) -> QuerySet[Layer]:
    """Select the layers that a visitor feeds: those of which ``LayerRights.is_feeder`` is true."""
    if visitor.is_administrator:
        return Layer.objects.all()
    held = Grant.objects.held_by(groups=visitor.groups).in_force(at=visitor.instant).on_every_row()
    return Layer.objects.filter(pk__in=held.filter(Q(can_edit=True) | Q(can_approve=True)).values("layer"))


def own_layers(visitor: Visitor) -> QuerySet[Layer]:
    """Select the layers that are a visitor's own: those that they feed, and those that a group of theirs produces."""
    if visitor.is_administrator:
        return Layer.objects.all()
    if not visitor.groups:
        return Layer.objects.none()
    return Layer.objects.filter(Q(pk__in=fed_layers(visitor).values("pk")) | Q(producer__in=visitor.groups))


def edits_something(visitor: Visitor) -> bool:
    """Whether a visitor edits rows of a published layer, or every layer as administrator."""
    if visitor.is_administrator or visitor.is_anonymous or not visitor.may_write:
        return visitor.is_administrator
    held = Grant.objects.held_by(groups=visitor.groups).in_force(at=visitor.instant)
    return held.filter(can_edit=True, layer__state=LayerState.PUBLISHED).exists()


def obstacle(visitor: Visitor) -> str:
    """Return, in words for people, what keeps a visitor from changing any layer as a whole; empty for nothing."""
    if visitor.portal:
        return _(
            "Le portail d’une commune ne montre qu’une partie des lignes : "
            "les jeux de données s’alimentent depuis le portail de tout le territoire."
        )
    if not visitor.may_write:
        return _("Cet accès ne permet que de lire.")
    return ""


def has_permission(visitor: Visitor, permission: str) -> bool:
    """Whether an account, or a group of it, holds one of Django's permissions, as ``application.codename``."""
    if visitor.is_administrator:
        return True
    if visitor.is_anonymous:
        return False
    application, _dot, codename = permission.partition(".")
    given = Permission.objects.filter(content_type__app_label=application, codename=codename)
    return given.filter(Q(user=visitor.user_id) | Q(group__in=visitor.groups)).exists()


def producer_groups(visitor: Visitor, *, current: int | None = None) -> QuerySet[Group]:
    """Select the groups a visitor may name as producer: their own and the current one, or any as administrator."""
    groups = Group.objects.order_by("name")
    return groups if visitor.is_administrator else groups.filter(Q(pk__in=visitor.groups) | Q(pk=current))
