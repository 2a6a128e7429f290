"""Who may make a dataset, load a delivery and put it online: one rule, asked by pages, services and commands alike.

``None`` stands for the system itself: a command typed on the server, a scheduled job. A page always has somebody,
who may be anonymous.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets.models import Dataset
from layers.errors import Forbidden
from layers.models import Grant

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


def _is_trusted(user: Actor) -> bool:
    return user is None or (user.is_active and user.is_superuser)


def _holds(user: Actor, dataset: Dataset, right: str) -> bool:
    if user is None or not user.is_active or user.pk is None:
        return False
    groups = frozenset(user.groups.values_list("pk", flat=True))
    held = Grant.objects.held_by(groups=groups).in_force(at=timezone.now())
    return held.filter(layer=dataset.layer_id, **{right: True}).exists()
