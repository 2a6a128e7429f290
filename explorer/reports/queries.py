"""The reports somebody may read: those on features they see."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from explorer.models import FeatureReport
from layers import access
from layers.visitor import Visitor


def readable(visitor: Visitor, reports: QuerySet[FeatureReport]) -> QuerySet[FeatureReport]:
    """Keep the reports on features in the visitor's scopes; an administrator reads all, also on what is gone."""
    if visitor.is_administrator and not visitor.portal:
        return reports
    seen = Q(pk__in=[])
    for scope in access.visible(visitor):
        seen |= Q(layer=scope.slug, feature__in=scope.queryset.order_by().values("pk"))
    return reports.filter(seen)
