"""Who may make a dataset, load a delivery and put it online, and what of a version they read.

The first is one rule, asked by pages, services and commands alike; ``None`` stands for the system itself: a command
typed on the server, a scheduled job. A page always has somebody, who may be anonymous. The second is the kernel's:
to feed a dataset opens none of its protected fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets.models import Dataset, Delivery
from datasets.registry import definition_of
from layers import access
from layers.access import Scope
from layers.definitions import Field
from layers.errors import Forbidden, UnknownLayer
from layers.models import Grant
from layers.visitor import Visitor

Actor = AbstractUser | AnonymousUser | None


def may_create(user: Actor) -> bool:
    """Whether this person may make a new dataset."""
    return _is_trusted(user) or (user is not None and user.has_perm("datasets.add_dataset"))


def may_load(user: Actor, dataset: Dataset) -> bool:
    """Whether this person may load a delivery: a grant to edit the layer, in force."""
    return _is_trusted(user) or _holds(user, dataset, "can_edit")


def may_publish(user: Actor, dataset: Dataset) -> bool:
    """Whether this person may put a delivery online, bring one back, thin or drop: a grant to approve, in force."""
    return _is_trusted(user) or _holds(user, dataset, "can_approve")


def check_create(user: Actor) -> None:
    """Refuse who may not make a dataset.

    Raises:
        Forbidden: they may not.
    """
    if not may_create(user):
        raise Forbidden(_("Vous n’avez pas le droit de créer un jeu de données."))


def check_load(user: Actor, dataset: Dataset) -> None:
    """Refuse who may not load a delivery.

    Raises:
        Forbidden: they may not.
    """
    if not may_load(user, dataset):
        raise Forbidden(_("Vous n’avez pas le droit de déposer des données dans « %s ».") % dataset)


def check_publish(user: Actor, dataset: Dataset) -> None:
    """Refuse who may not decide what is online.

    Raises:
        Forbidden: they may not.
    """
    if not may_publish(user, dataset):
        raise Forbidden(_("Vous n’avez pas le droit de publier « %s ».") % dataset)


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody reads of a version: ``fields`` by name, and whether every row."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    has_every_row: bool = False

    def covers(self, names: Iterable[str]) -> bool:
        """Whether all of these fields are read, in every row."""
        return self.has_every_row and self.fields.keys() >= set(names)


def version_scope(visitor: Visitor, delivery: Delivery) -> Scope:
    """Return what somebody may know of a version, online or not.

    A field that is hidden from them in what is online is hidden in every version, and one that a version protects is
    hidden there: neither an older schema nor the next one shows what a protection hides.

    Raises:
        UnknownLayer: the layer is hidden from this visitor.
    """
    dataset = delivery.dataset
    found = access.scope_of(visitor, dataset.layer, definition_of(delivery))
    if dataset.online is None or dataset.online_id == delivery.pk:
        return found
    dataset.online.dataset = dataset
    online = access.scope_of(visitor, dataset.layer, definition_of(dataset.online))
    hidden = online.definition.by_name.keys() - {item.name for item in online.fields}
    kept = tuple(item for item in found.fields if item.name not in hidden)
    return replace(access.joined(found, [online]), fields=kept)


def reading_of(visitor: Visitor, delivery: Delivery) -> Reading:
    """Return what somebody reads of a version; nothing when its layer is hidden from them."""
    try:
        scope = version_scope(visitor, delivery)
    except UnknownLayer:
        return Reading()
    return Reading({item.name: item for item in scope.fields}, not scope.queryset.query.has_filters())


def _is_trusted(user: Actor) -> bool:
    return user is None or (user.is_active and user.is_superuser)


def _holds(user: Actor, dataset: Dataset, right: str) -> bool:
    if user is None or not user.is_active or user.pk is None:
        return False
    groups = frozenset(user.groups.values_list("pk", flat=True))
    held = Grant.objects.held_by(groups=groups).in_force(at=timezone.now())
    return held.filter(layer=dataset.layer_id, **{right: True}).exists()
