"""What the group that keeps the layers needs to style the open ones, for a demonstration loaded before it had it."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission

from gisportal.demo.datasets import DATASETS
from gisportal.demo.groups import DIG, WRITES, permissions_on
from gisportal.demo.rights import OPEN_LAYERS
from layers.models import Grant, Layer
from layers.vocabulary import Visibility


def load_keepers() -> None:
    """Give the group what it lacks: permissions, and a grant on each open sample layer. What people changed stays."""
    group = Group.objects.filter(name=DIG).first()
    if group is None:
        return
    group.permissions.add(*Permission.objects.filter(permissions_on(WRITES[DIG])))
    slugs = [*OPEN_LAYERS, *(sample.slug for sample in DATASETS)]
    open_samples = Layer.objects.filter(slug__in=slugs, visibility=Visibility.OPEN)
    for layer in open_samples.exclude(grants__group=group):
        Grant.objects.create(layer=layer, group=group, can_download=True, can_edit=True, can_approve=True)
