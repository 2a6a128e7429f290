"""Which plans a visitor of the administration sees and changes: those of the rows that the access layer gives them."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from administration.feature_admin import scopes_by_model
from layers import access
from layers.access import Scope
from plans.models import Action, Indicator, Plan

_PARTS = (Indicator, Action)


def plan_scopes(request: Any) -> list[Scope]:
    """Return what the visitor of a request may know of the layers that are made of plans."""
    scopes = scopes_by_model(request)
    return [scopes[model] for model in _PARTS if model in scopes]


def edits_every_row(request: Any) -> bool:
    """Whether a visitor edits every indicator and every action."""
    scopes = plan_scopes(request)
    return len(scopes) == len(_PARTS) and all(scope.can_load for scope in scopes)


def visible_plans(request: Any) -> QuerySet[Plan]:
    """Select the plans of the rows that a visitor sees; all of them for who edits every row."""
    if edits_every_row(request):
        return Plan.objects.all()
    of_rows = Q(pk__in=[])
    for scope in plan_scopes(request):
        of_rows |= Q(pk__in=scope.queryset.order_by().values("plan"))
    return Plan.objects.filter(of_rows)


def editable_plans(request: Any) -> QuerySet[Plan]:
    """Select the plans that a visitor may change: they edit every indicator and action that is judged by it."""
    if edits_every_row(request):
        return Plan.objects.all()
    scopes = plan_scopes(request)
    plans = visible_plans(request) if len(scopes) == len(_PARTS) else Plan.objects.none()
    for scope in scopes:
        plans = plans.filter(access.edits_every(scope, Q(plan=OuterRef("pk"))))
    return plans
