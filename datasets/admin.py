"""Datasets in the administration, read-only. Changes go through their own pages and services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from administration.portal_admin import PortalAdmin
from datasets.models import Dataset, Delivery
from layers import access
from layers.visitor import visitor_of


class ReadOnlyAdmin(PortalAdmin):
    """A read-only list: a row deleted here would leave its table behind."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_history_permission(self, request: HttpRequest, row: Any) -> bool:
        """For who sees the row; its history is empty."""
        return self.has_view_permission(request, row)


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyAdmin):
    """Datasets and the version of each that is online."""

    list_display = ["layer", "online", "created_at"]

    list_select_related = ["layer", "online__dataset__layer"]
    search_fields = ["layer__title", "layer__slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dataset]:
        """Select the datasets whose layer the visitor sees or feeds."""
        layers = access.listed_layers(visitor_of(request))
        return super().get_queryset(request).filter(layer__in=layers.values("pk"))


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Deliveries, whatever became of them."""

    list_display = ["dataset", "number", "state", "row_count", "file_name", "delivered_by", "created_at"]
    list_filter = ["state"]
    list_select_related = ["dataset__layer", "delivered_by"]
    search_fields = ["dataset__layer__title", "dataset__layer__slug", "file_name"]
    exclude = ["report", "comparison"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """Select the deliveries of the datasets that the visitor feeds; others see no versions."""
        fed = access.fed_layers(visitor_of(request))
        return super().get_queryset(request).filter(dataset__layer__in=fed.values("pk"))
