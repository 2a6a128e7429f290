"""The base of every feature's administration: a map for the position, the commune as a fact, photos as pictures."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import admin
from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from layers.admin.generic import StackedInline
from layers.admin.scoped import ScopedAdmin
from layers.forms.geometry import GeometryWidget, ValidGeometryField
from layers.forms.photos import PhotoForm, PhotoFormSet
from layers.models import FeaturePhoto
from layers.services.photos import remove_features

# Addresses typed without a scheme are https.
_OVERRIDES: dict[type[models.Field[Any, Any]], dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}


_CLOCKS = ("created_at", "updated_at")


def _column_of(entry: Any) -> Any:
    """Return the name of the column of an entry of a form: of one that is called with the row, its own ``name``."""
    return getattr(entry, "name", entry)


def geometry_field(db_field: models.Field[Any, Any], **kwargs: Any) -> Any:
    """Return the form field of a geometry, with the portal's map; None for any other field."""
    if not isinstance(db_field, GeometryField):
        return None
    return db_field.formfield(form_class=ValidGeometryField, widget=GeometryWidget(), **kwargs)


class FeatureAdmin(ScopedAdmin):
    """Administration of a model derived from ``Feature`` or ``TabularFeature``. A subclass adds columns and inlines.

    ``list_filter`` of the subclass is preceded by the commune of rows that are somewhere, its ``readonly_fields`` by
    what the database computes.
    """

    formfield_overrides = _OVERRIDES
    list_per_page = 50
    save_on_top = True

    def get_list_filter(self, request: Any) -> list[Any]:
        """Put the commune before the filters of the model."""
        commune = [column.name for column in self.opts.concrete_fields if column.name == "commune"]
        return [*self.filters(request, commune), *super().get_list_filter(request)]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[Any]:
        """Show what triggers and clocks set, without letting anybody write it."""
        fixed = {column.name for column in self.opts.concrete_fields if not column.editable}
        computed = [name for name in ("commune", *_CLOCKS) if name in fixed]
        return [*super().get_readonly_fields(request, obj), *self.readable(request, computed)]

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Leave out of a new feature what the database will only compute on saving."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        fixed = {column.name for column in self.opts.concrete_fields if not column.editable}
        kept = [
            (
                title,
                {**options, "fields": [name for name in options["fields"] if _column_of(name) not in fixed]},
            )
            for title, options in fieldsets
        ]
        return [(title, options) for title, options in kept if options["fields"]]

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: Any, **kwargs: Any) -> Any:
        """Give geometries the portal's own map."""
        return geometry_field(db_field, **kwargs) or super().formfield_for_dbfield(
            db_field, request, **kwargs
        )

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
