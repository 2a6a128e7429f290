"""The declared reuses that a visitor decides."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from gisportal.accounts.access import managed_groups
from layers.visitor import Visitor
from reuses.models import Reuse
from reuses.vocabulary import ReuseState


def decided_reuses(visitor: Visitor) -> QuerySet[Reuse]:
    """Select the reuses that a visitor decides: of layers that their managed groups all produce.

    A reuse is on the page of each of its layers: who answers for some of them alone does not decide for the others. An
    administrator decides about everything.
    """
    rows = Reuse.objects.select_related("author", "decided_by").prefetch_related("layers")
    if visitor.is_administrator:
        return rows
    links = Reuse.layers.through.objects.filter(reuse=OuterRef("pk"))
    own = links.filter(layer__producer__in=managed_groups(visitor))
    others = links.exclude(layer__producer__in=managed_groups(visitor))
    return rows.filter(Exists(own), ~Exists(others))


def waiting_reuses(visitor: Visitor) -> QuerySet[Reuse]:
    """Select those that wait for a decision, the oldest first."""
    return decided_reuses(visitor).filter(state=ReuseState.WAITING).order_by("created_at", "pk")
