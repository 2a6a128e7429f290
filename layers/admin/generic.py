"""The bases of every administration of the portal: what Django's show or offer beyond a person's own rows is not there.

``PortalAdmin`` is for any model. What is registered without it is an administrator's alone (``PortalAdminSite``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import FieldDoesNotExist

from layers.admin.deletion import deleted_objects
from layers.forms.offered import OfferedFieldsForm

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    _Options = BaseModelAdmin[Any]
    _Stacked = admin.StackedInline[Any, Any]
    _Tabular = admin.TabularInline[Any, Any]
else:
    ModelAdmin = admin.ModelAdmin
    _Options = BaseModelAdmin
    _Stacked = admin.StackedInline
    _Tabular = admin.TabularInline


class RelatedObjects(_Options):
    """Choices of related objects in a form, of an administration or of one of its tables."""

    def get_field_queryset(self, db: str | None, db_field: Any, request: Any) -> Any:
        """Offer the related objects that the administration of their own model lists to this person."""
        try:
            related: Any = self.admin_site.get_model_admin(db_field.remote_field.model)
        except NotRegistered:
            return super().get_field_queryset(db, db_field, request)
        return related.get_queryset(request)


class StackedInline(RelatedObjects, _Stacked):
    """Related records, one below the other."""

    form: type[OfferedFieldsForm] = OfferedFieldsForm


class TabularInline(RelatedObjects, _Tabular):
    """Related records, one a line."""

    form: type[OfferedFieldsForm] = OfferedFieldsForm


class PortalAdmin(RelatedObjects, ModelAdmin):
    """An administration whose related objects, questions and deletions are those that its reader may see.

    ``hidden_columns`` names the columns that nobody is shown: no question may be asked about them.
    """

    is_scoped = True
    form: type[OfferedFieldsForm] = OfferedFieldsForm
    view_on_site = False
    hidden_columns: tuple[str, ...] = ()

    def is_askable(self, request: Any, name: str) -> bool:
        """Whether a list may be filtered on what ``name`` names: a column of the table that this person is shown."""
        try:
            field = self.opts.get_field(name)
        except FieldDoesNotExist:
            return True  # "pk", or a name that Django refuses by itself
        return field.concrete and name not in self.hidden_columns

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Refuse questions about what is not shown: how many rows answer would tell it."""
        return self.is_askable(request, lookup.partition("__")[0]) and super().lookup_allowed(
            lookup, value, request
        )

    def get_deleted_objects(self, objs: Any, request: Any) -> Any:
        """Name the objects that would leave when this person may see them, and count the others."""
        return deleted_objects(objs, request, self.admin_site)
