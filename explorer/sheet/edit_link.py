"""Where a feature is changed and its records are entered, for who may."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from layers import access
from layers.access import Scope
from layers.services.records import may_enter

# Applications whose rows are not edited one by one but delivered: the page, by layer, where that is done.
DELIVERED = {"datasets": "datasets:versions"}


def edit_address(request: HttpRequest, scope: Scope, record: Any) -> str:
    """Return the page that changes a feature, empty for who may not: a grant on the layer, and the administration's."""
    options = type(record)._meta
    if options.app_label in DELIVERED:
        return reverse(DELIVERED[options.app_label], args=[scope.slug]) if scope.can_load else ""
    if not scope.can_edit:
        return ""
    model = type(record)
    is_editable = admin.site.is_registered(model) and admin.site.has_permission(request)
    if not is_editable or not admin.site.get_model_admin(model).has_change_permission(request, record):
        return ""
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[record.pk])


def entry_address(scope: Scope, pk: int) -> str:
    """Return the page where the fields of a feature and its records are entered; empty for who may not."""
    if not may_enter(scope) or not access.editable(scope).filter(pk=pk).exists():
        return ""
    return reverse("explorer:entry", args=[scope.slug, pk])
