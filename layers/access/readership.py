"""Layers by who reads them: how many people, which layers concern a group, which grants end soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Count, Q, QuerySet

from layers.models import Grant, Layer


def reader_counts(*, at: dt.datetime, groups: QuerySet[Group] | None = None) -> dict[int, int]:
    """Return how many active accounts read each layer by a grant in force at an instant, by layer id.

    One statement, whatever the layers; an account of several groups counts once. ``groups`` limits the grants. Open
    layers, and administrators, who read everything, are for the caller to add.
    """
    grants = Grant.objects.in_force(at=at).filter(
        group__user__is_active=True, group__user__is_superuser=False
    )
    if groups is not None:
        grants = grants.filter(group__in=groups)
    counted = grants.order_by().values("layer").annotate(people=Count("group__user", distinct=True))
    return dict(counted.values_list("layer", "people"))


def administrator_count() -> int:
    """Return how many active accounts read everything."""
    return get_user_model()._default_manager.filter(is_active=True, is_superuser=True).count()


def layers_of_groups(groups: QuerySet[Group]) -> QuerySet[Layer]:
    """Select the layers that groups produce, or have a grant on, in force or not."""
    granted = Grant.objects.filter(group__in=groups).values("layer")
    return Layer.objects.filter(Q(producer__in=groups) | Q(pk__in=granted))


def ending_grants(groups: QuerySet[Group], *, after: dt.datetime, before: dt.datetime) -> Iterable[Grant]:
    """Return the grants of groups that end between two instants, the first to end first, with group and layer."""
    grants = Grant.objects.filter(group__in=groups, valid_until__gt=after, valid_until__lte=before)
    return grants.select_related("group", "layer").order_by("valid_until", "pk")
