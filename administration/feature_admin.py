"""The bases of the administration of a layer's rows, with their records and photos.

Django's permissions say who administers a kind of object; ``layers.access`` says which rows and fields, whoever asks.
Both are needed. A layer that somebody may not see is absent from the index and is a 404.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.forms import OfferedFieldsForm, PhotoForm, PhotoFormSet, ScopedForm
from administration.geometry_widget import GeometryWidget, ValidGeometryField
from administration.portal_admin import PortalAdmin, StackedInline
from layers import access
from layers.access import Scope
from layers.errors import UnknownLayer
from layers.models import FeaturePhoto
from layers.queries.history import RowHistory
from layers.registry import coded_definitions
from layers.services.features import check_added, check_editable, check_removable, is_deletable
from layers.services.photos import remove_features
from layers.visitor import visitor_of

HISTORY_PAGE = 50
# Columns of the table that no definition publishes, and that are no secret: who sees a row sees them.
_OF_THE_ROW = ("pk", "geom", "created_at", "updated_at")
# Addresses typed without a scheme are https.
_OVERRIDES: dict[type[models.Field[Any, Any]], dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}
_CLOCKS = ("created_at", "updated_at")


class ScopedChangeList(ChangeList):
    """A list that is not cut by a date its reader does not read."""

    model_admin: Any

    def get_filters(self, request: Any) -> Any:
        """Forget a hierarchy of dates that is hidden."""
        if self.date_hierarchy and not self.model_admin.is_askable(request, self.date_hierarchy):
            self.date_hierarchy = None
        return super().get_filters(request)


class ScopedAdmin(PortalAdmin):
    """Administration of a model whose rows are the features of a layer written in code."""

    form: type[OfferedFieldsForm] = ScopedForm
    object_history_template = "administration/history/page.html"

    def scope(self, request: Any) -> Scope:
        """Return what the visitor of a request may know of the layer.

        Raises:
            UnknownLayer: it is hidden from them, or the field that titles its features is: each object says itself by
                it, on every page.
        """
        match = scopes_by_model(request).get(self.model)
        if match is None or match.definition.title_field not in match.filterable:
            raise UnknownLayer(str(self.opts.verbose_name_plural))
        return match

    def scope_or_none(self, request: Any) -> Scope | None:
        """Return the scope of a visitor; None where the layer is hidden from them."""
        try:
            return self.scope(request)
        except UnknownLayer:
            return None

    def readable_names(self, request: Any, *, is_new: bool = False) -> set[str]:
        """Return the names of the columns that a visitor reads: those of the scope, and those of the row itself.

        A column that the definition does not publish is read by who may change the layer, and written in a new row
        by who may add one.
        """
        scope = self.scope(request)
        read = {field.source for field in scope.fields}
        published_sources = {field.source for field in scope.definition.fields}
        columns = self.model._meta.concrete_fields
        published = {column for column in columns if column.attname in published_sources}
        open_columns = {column for column in columns if column.attname in read}
        if scope.can_change or (is_new and scope.can_add):
            open_columns |= {*columns} - published
        names = {name for column in open_columns for name in (column.name, column.attname)}
        return names | {*_OF_THE_ROW, self.opts.pk.name}

    def readable(self, request: Any, names: Iterable[Any], *, is_new: bool = False) -> list[Any]:
        """Keep, of names of columns and methods, what a visitor reads; a pair of a filter begins with its name."""
        columns = {
            name
            for column in self.opts.get_fields()
            for name in (column.name, getattr(column, "attname", ""))
        }
        hidden = columns - self.readable_names(request, is_new=is_new)
        return [name for name in names if _column_named(name) not in hidden]

    # Rows

    def get_queryset(self, request: Any) -> models.QuerySet[Any]:
        """Select the rows of the scope; none where the layer is hidden."""
        scope = self.scope_or_none(request)
        if scope is None:
            return super().get_queryset(request).none()
        return scope.queryset.order_by(*self.get_ordering(request))

    def has_module_permission(self, request: Any) -> bool:
        """Whether the index names the layer."""
        return super().has_module_permission(request) and self.scope_or_none(request) is not None

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody sees the layer, or one of its rows."""
        scope = self.scope_or_none(request)
        allowed = scope is not None and super().has_view_permission(request, obj)
        return scope is not None and allowed and _holds(scope.queryset, obj)

    def has_add_permission(self, request: Any) -> bool:
        """Whether somebody may create rows."""
        scope = self.scope_or_none(request)
        return scope is not None and scope.can_add and super().has_add_permission(request)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody may change the layer, or one of its rows."""
        scope = self.scope_or_none(request)
        allowed = scope is not None and scope.can_change and super().has_change_permission(request, obj)
        return scope is not None and allowed and _holds(access.editable(scope), obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody may delete rows, or one: not where records that they do not read would leave with it."""
        scope = self.scope_or_none(request)
        allowed = scope is not None and is_deletable(scope) and super().has_delete_permission(request, obj)
        return scope is not None and allowed and _holds(access.editable(scope), obj)

    # Lists

    def get_changelist(self, request: Any, **kwargs: Any) -> type[ChangeList]:
        """Return the list that knows what its reader reads."""
        return ScopedChangeList

    def get_list_display(self, request: Any) -> list[Any]:
        """Show the columns that are read; the number of the row where none is."""
        return self.readable(request, super().get_list_display(request)) or ["pk"]

    def get_list_filter(self, request: Any) -> list[Any]:
        """Offer filters on what is read."""
        return self.filters(request, super().get_list_filter(request))

    def filters(self, request: Any, names: Iterable[Any]) -> list[Any]:
        """Return the filters that a visitor may use; those on related objects offer the ones of the rows."""
        readable = self.readable(request, names)
        return [(name, RelatedOnlyFieldListFilter) if self._is_link(name) else name for name in readable]

    def get_search_fields(self, request: Any) -> list[str]:
        """Search in what is read."""
        return self.readable(request, super().get_search_fields(request))

    def get_ordering(self, request: Any) -> list[Any]:
        """Order by what is read, and by the number of the row."""
        ordering: Iterable[Any] = super().get_ordering(request) or self.opts.ordering or ()
        return self.readable(request, ordering) or ["pk"]

    def is_askable(self, request: Any, name: str) -> bool:
        """Whether a list may be filtered on a column: one that is read."""
        return super().is_askable(request, name) and bool(self.readable(request, [name]))

    def _is_link(self, name: Any) -> bool:
        return isinstance(name, str) and name in {
            column.name for column in self.opts.concrete_fields if column.is_relation
        }

    # Forms

    def get_fieldsets(self, request: Any, obj: Any = None) -> list[Any]:
        """Leave out what is not read, and headings that nothing is left under."""
        fieldsets_left = [
            (
                title,
                {**options, "fields": self._readable_lines(request, options["fields"], is_new=obj is None)},
            )
            for title, options in super().get_fieldsets(request, obj)
        ]
        return [(title, options) for title, options in fieldsets_left if options["fields"]]

    def _readable_lines(self, request: Any, lines: Iterable[Any], *, is_new: bool) -> list[Any]:
        """Keep what is read of the fields of a form, of which a line may hold several."""
        read = partial(self.readable, request, is_new=is_new)
        readable = [tuple(read(line)) if isinstance(line, list | tuple) else line for line in lines]
        return [line for line in readable if (line if isinstance(line, tuple) else read([line]))]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[Any]:
        """Show as facts only what is read."""
        return self.readable(request, super().get_readonly_fields(request, obj))

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form that knows in which rows it must leave the object."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.scope = self.scope(request)
        return form

    def get_inlines(self, request: Any, obj: Any) -> list[Any]:
        """Leave out the records of relations that are not read."""
        read = {relation.model for relation in self.scope(request).relations}
        return [inline for inline in super().get_inlines(request, obj) if inline.model in read]

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save a row, which must be one that the visitor may add, or change afterwards too: the form checked it.

        Raises:
            Forbidden: it would leave their rows.
        """
        super().save_model(request, obj, form, change)
        scope = self.scope(request)
        (check_editable if change else check_added)(scope, obj.pk)

    # Pages

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        """List the rows.

        Raises:
            UnknownLayer: the layer is hidden; so for the other pages.
        """
        self.scope(request)
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: Any,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show and take the form of a row."""
        self.scope(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request: Any, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Ask to confirm, and delete."""
        self.scope(request)
        return super().delete_view(request, object_id, extra_context)

    def history_view(self, request: Any, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what the database kept of the feature and its records: who, when, before and after, a page at a time.

        Raises:
            UnknownLayer: as ``changelist_view``.
            PermissionDenied: the visitor may not change the feature.
        """
        self.scope(request)
        read = partial(self._changes, request, unquote(object_id))
        return super().history_view(request, object_id, {"read_changes": read, **(extra_context or {})})

    def _changes(self, request: Any, object_id: str) -> dict[str, Any]:
        """Return the page of changes asked, and the pages its reader may go to."""
        history: Any = RowHistory(
            self.scope(request), int(object_id)
        )  # counted and sliced: all a paginator asks
        paginator = self.get_paginator(request, history, HISTORY_PAGE)
        page = paginator.get_page(request.GET.get(PAGE_VAR, 1))
        return {"page": page, "numbers": list(paginator.get_elided_page_range(page.number))}


def scopes_by_model(request: Any) -> dict[type[models.Model], Scope]:
    """Return what the visitor of a request may know of each layer written in code, by model: asked once a request."""
    scopes: dict[type[models.Model], Scope] | None = getattr(request, "administration_scopes", None)
    if scopes is None:
        visible = access.visible(visitor_of(request), coded_definitions())
        scopes = request.administration_scopes = {scope.definition.model: scope for scope in visible}
    return scopes


def share_scopes(request: Any, scopes: Iterable[Scope]) -> None:
    """Give the administration of a request the scopes of all layers of its visitor, where a page read them already."""
    request.administration_scopes = {scope.definition.model: scope for scope in scopes}


def _holds(rows: models.QuerySet[Any], obj: Any) -> bool:
    """Whether an object is among some rows; without an object, that there may be one."""
    return obj is None or not rows.query.has_filters() or rows.filter(pk=obj.pk).exists()


def _column_named(entry: Any) -> str:
    """Return the name of the column that an entry of a list of Django's begins with; empty for a method or a class."""
    if isinstance(entry, tuple | list):
        return _column_named(entry[0])
    if isinstance(entry, str):
        return entry.lstrip("-^=@").partition("__")[0]
    return str(getattr(getattr(entry, "expression", entry), "name", ""))


def _column_of(entry: Any) -> Any:
    """Return the name of the column of an entry of a form: of one that is called with the row, its own ``name``."""
    return getattr(entry, "name", entry)


def geometry_form_field(db_field: models.Field[Any, Any], **kwargs: Any) -> Any:
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
        fieldsets_left = [
            (
                title,
                {**options, "fields": [name for name in options["fields"] if _column_of(name) not in fixed]},
            )
            for title, options in fieldsets
        ]
        return [(title, options) for title, options in fieldsets_left if options["fields"]]

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: Any, **kwargs: Any) -> Any:
        """Give geometries the portal's own map."""
        return geometry_form_field(db_field, **kwargs) or super().formfield_for_dbfield(
            db_field, request, **kwargs
        )

    def delete_model(self, request: Any, obj: Any) -> None:
        """Delete a feature and the files of its photos."""
        check_removable(self.scope(request), [obj])
        remove_features(features=[obj])

    def delete_queryset(self, request: Any, queryset: models.QuerySet[Any]) -> None:
        """Delete several features and the files of their photos."""
        features = list(queryset)
        check_removable(self.scope(request), features)
        remove_features(features=features)


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
