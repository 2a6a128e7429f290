"""Requests of access: those of a person, those that a visitor decides, and who decides about a layer."""

from __future__ import annotations

from django.db.models import QuerySet

from gisportal.accounts.access import managed_groups
from gisportal.accounts.models import User
from layers import access
from layers.models import Layer
from layers.visitor import Visitor, open_account
from management.models import AccessRequest, RequestState


def own_requests(visitor: Visitor) -> QuerySet[AccessRequest]:
    """Select the requests that a visitor sent, the newest first."""
    return AccessRequest.objects.filter(person=visitor.user_id).select_related("layer")


def decided_requests(visitor: Visitor) -> QuerySet[AccessRequest]:
    """Select the requests that a visitor decides, answered ones too: on layers that their managed groups produce.

    An administrator decides about every layer. Nobody decides about their own request.
    """
    rows = AccessRequest.objects.select_related("layer", "layer__producer", "person", "decided_by")
    rows = rows.exclude(person=visitor.user_id or 0)
    return rows if visitor.is_administrator else rows.filter(layer__producer__in=managed_groups(visitor))


def waiting(rows: QuerySet[AccessRequest]) -> QuerySet[AccessRequest]:
    """Select the requests that wait, the oldest first."""
    return rows.filter(state=RequestState.WAITING).order_by("created_at", "pk")


def deciders(layer: Layer, *, visitor: Visitor) -> QuerySet[User]:
    """Select the open accounts that are asked about a layer: managers of its producer, else administrators."""
    accounts = User.objects.filter(open_account(visitor.instant)).exclude(pk=visitor.user_id or 0)
    managers = accounts.filter(managements__group=layer.producer_id or 0)
    return managers.distinct() if managers.exists() else accounts.filter(is_superuser=True)


def reader_count(layer: Layer, *, visitor: Visitor) -> int:
    """Return how many open accounts read a layer by a grant in force."""
    return access.reader_counts(at=visitor.instant).get(layer.pk, 0)
