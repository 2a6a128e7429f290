"""Administration of the catalogue: layers with who sees them, themes, communes.

Layers come from definitions in code (``manage.py publish_layers``) and leave by being archived: here they are neither
added nor deleted, since a row without a definition answers nothing and its grants would go with it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from layers.admin.features import geometry_field
from layers.admin.generic import PortalAdmin, StackedInline, TabularInline
from layers.admin.scoped import ScopedAdmin
from layers.forms.catalogue import GrantForm, LayerForm, OfLayerFormSet, ProtectedFieldForm
from layers.models import Commune, Grant, Layer, ProtectedField, Theme
from layers.services.communes import place_features


class GrantInline(StackedInline):
    """Who sees the layer, which rows, until when."""

    model = Grant
    form = GrantForm
    formset = OfLayerFormSet
    extra = 0
    fields = [
        "group",
        "rows",
        ("can_download", "can_edit", "can_approve"),
        ("valid_from", "valid_until"),
    ]


class ProtectedFieldInline(TabularInline):
    """Fields and relations that only some groups read."""

    model = ProtectedField
    form = ProtectedFieldForm
    formset = OfLayerFormSet
    extra = 0
    filter_horizontal = ["groups"]


@admin.register(Layer)
class LayerAdmin(PortalAdmin):
    """What people read about a layer, and its rights."""

    form = LayerForm
    list_display = ["title", "slug", "theme", "visibility", "state", "producer", "is_sample", "updated_at"]
    list_filter = ["visibility", "state", "theme", "is_sample"]
    search_fields = ["title", "slug", "abstract"]
    list_select_related = ["theme", "producer"]
    readonly_fields = ["slug", "created_at", "updated_at"]
    inlines = [GrantInline, ProtectedFieldInline]
    save_on_top = True
    fieldsets = [
        (None, {"fields": ["slug", "title", "abstract", "theme", "keywords"]}),
        (_("Diffusion"), {"fields": ["visibility", "state", "is_sample", "licence"]}),
        (_("Origine"), {"fields": ["producer", "contact", "source", "frequency"]}),
        (_("Avancé"), {"classes": ["collapse"], "fields": ["style", "created_at", "updated_at"]}),
    ]

    def has_add_permission(self, request: object) -> bool:
        """Layers are published by code."""
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Layers are archived."""
        return False


@admin.register(Theme)
class ThemeAdmin(PortalAdmin):
    """Headings of the catalogue."""

    list_display = ["title", "slug", "rank", "token", "icon"]
    list_editable = ["rank"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(Commune)
class CommuneAdmin(ScopedAdmin):
    """Communes and their boundaries; changing one places every feature again."""

    list_display = ["nom", "code", "slug", "population", "population_annee"]
    search_fields = ["nom", "code"]
    readonly_fields = ["created_at", "updated_at"]
    save_on_top = True

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Features refer to their commune, and the database would place them there again."""
        return False

    def save_model(self, request: Any, obj: Commune, form: Any, change: bool) -> None:
        """Save the commune; when its boundary moved, place the features of every layer again."""
        super().save_model(request, obj, form, change)
        if "geom" in form.changed_data:
            place_features()

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Give the boundary the portal's own map."""
        return geometry_field(db_field, **kwargs) or super().formfield_for_dbfield(
            db_field, request, **kwargs
        )
