"""The base of every feature's administration: a map for the position, the commune as a fact, photos as pictures."""

from __future__ import annotations

import base64
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from layers.admin.generic import ModelAdmin, StackedInline
from layers.forms.geometry import GeometryWidget, ValidGeometryField
from layers.forms.photos import PhotoForm, PhotoFormSet
from layers.models import FeaturePhoto
from layers.queries.row_history import RowHistory
from layers.services.photos import remove_features

# Addresses typed without a scheme are https.
_OVERRIDES: dict[type[models.Field[Any, Any]], dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}


HISTORY_PAGE = 50
_COMPUTED = ("commune", "created_at", "updated_at")


def geometry_field(db_field: models.Field[Any, Any], **kwargs: Any) -> Any:
    """Return the form field of a geometry, with the portal's map; None for any other field."""
    if not isinstance(db_field, GeometryField):
        return None
    return db_field.formfield(form_class=ValidGeometryField, widget=GeometryWidget(), **kwargs)


class FeatureAdmin(ModelAdmin):
    """Administration of a model derived from ``Feature``. A subclass adds its columns, filters and inlines.

    ``list_filter`` of the subclass is preceded by the commune, its ``readonly_fields`` by what the database computes.
    """

    formfield_overrides = _OVERRIDES
    list_per_page = 50
    save_on_top = True
    object_history_template = "layers/history/page.html"

    def get_list_filter(self, request: Any) -> list[Any]:
        """Put the commune before the filters of the model."""
        return ["commune", *super().get_list_filter(request)]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[Any]:
        """Show what triggers and clocks set, without letting anybody write it."""
        return [*super().get_readonly_fields(request, obj), *_COMPUTED]

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Leave out of a new feature what the database will only compute on saving."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        kept = [
            (title, {**options, "fields": [name for name in options["fields"] if name not in _COMPUTED]})
            for title, options in fieldsets
        ]
        return [(title, options) for title, options in kept if options["fields"]]

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: Any, **kwargs: Any) -> Any:
        """Give geometries the portal's own map."""
        return geometry_field(db_field, **kwargs) or super().formfield_for_dbfield(
            db_field, request, **kwargs
        )

    def history_view(self, request: Any, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what the database kept of the feature and its records: who, when, before, after, a page at a time.

        The changes are read when the page is written: after Django has checked that the reader may see them.
        """
        read = partial(self._changes, request, unquote(object_id))
        return super().history_view(request, object_id, {"read_changes": read, **(extra_context or {})})

    def _changes(self, request: Any, object_id: str) -> dict[str, Any]:
        """Return the page of changes asked, and the pages its reader may go to."""
        history: Any = RowHistory(
            self.model, int(object_id)
        )  # sliced and counted, which is all a paginator asks
        paginator = self.get_paginator(request, history, HISTORY_PAGE)
        page = paginator.get_page(request.GET.get(PAGE_VAR, 1))
        return {"page": page, "numbers": list(paginator.get_elided_page_range(page.number))}

    def delete_model(self, request: Any, obj: Any) -> None:
        """Delete a feature and the files of its photos."""
        remove_features(features=[obj])

    def delete_queryset(self, request: Any, queryset: models.QuerySet[Any]) -> None:
        """Delete several features and the files of their photos."""
        remove_features(features=queryset)


class RecordInline(StackedInline):
    """Records that belong to a feature, folded."""

    formfield_overrides = _OVERRIDES
    extra = 0
    classes = ["collapse"]
    show_change_link = False


class PhotoInline(StackedInline):
    """Photos of a feature, with their picture. ``model`` derives from ``FeaturePhoto``."""

    form = PhotoForm
    formset = PhotoFormSet
    extra = 0
    fields = ["preview", "upload", "legende", "credit", "date_prise_vue"]
    readonly_fields = ["preview"]

    @admin.display(description=_("aperçu"))
    def preview(self, photo: FeaturePhoto) -> SafeString | str:
        """Show the thumbnail in the page itself: an address would be subject to the reader's grants."""
        name = photo.thumbnail.name
        if not name:
            return "—"
        if not photo.thumbnail.storage.exists(name):
            return gettext("fichier absent")
        with photo.thumbnail.open("rb") as file:
            picture = base64.b64encode(file.read()).decode()
        return format_html('<img src="data:image/jpeg;base64,{}" alt="{}">', picture, photo.legende)
