"""The bases of every administration of the portal: what Django's show or offer beyond a person's own rows is not there.

``PortalAdmin`` is for any model. What is registered without it is an administrator's alone (``PortalAdminSite``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied

from layers.admin.deletion import deleted_objects
from layers.errors import Forbidden
from layers.forms.offered import REFUSED, BoundedFormSet, OfferedFieldsForm

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
    formset: type[BoundedFormSet] = BoundedFormSet


class TabularInline(RelatedObjects, _Tabular):
    """Related records, one a line."""

    form: type[OfferedFieldsForm] = OfferedFieldsForm
    formset: type[BoundedFormSet] = BoundedFormSet


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
        is_ours = field.concrete or not field.auto_created  # the other end of somebody else's link is neither
        return is_ours and name not in self.hidden_columns

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Refuse questions about what is not shown: how many rows answer would tell it."""
        return self.is_askable(request, lookup.partition("__")[0]) and super().lookup_allowed(
            lookup, value, request
        )

    def get_deleted_objects(self, objs: Any, request: Any) -> Any:
        """Name the objects that would leave when this person may see them, and count the others."""
        return deleted_objects(objs, request, self.admin_site)

    def get_changelist_formset(self, request: Any, **kwargs: Any) -> Any:
        """Return the table of a list that is changed in place: as many forms as a page has rows, whatever is sent."""
        most = max(self.list_per_page, self.list_max_show_all)
        return super().get_changelist_formset(request, **({"max_num": most, "absolute_max": most} | kwargs))

    def changeform_view(
        self,
        request: Any,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show and take the form of an object.

        Raises:
            Forbidden: records were sent of a table that the form does not hold.
        """
        if request.method == "POST":
            row = self.get_object(request, unquote(object_id)) if object_id else None
            if row is not None or not object_id:
                self._check_tables(request, row)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _check_tables(self, request: Any, row: Any) -> None:
        offered = {type(table) for table in self.get_inline_instances(request, row)}
        for table in {*self.inlines} - offered:
            link = next(
                field for field in table.model._meta.concrete_fields if field.related_model is self.model
            )
            name = link.remote_field.get_accessor_name() or ""
            if any(sent.startswith(f"{name}-") for sent in request.POST):
                raise Forbidden(REFUSED % {"name": name}, parameter=name)

    def has_history_permission(self, request: Any, row: Any) -> bool:
        """Whether somebody reads who changed an object: who may change it, for names of accounts are personal."""
        return self.has_change_permission(request, row)

    def history_view(self, request: Any, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show who changed an object.

        Raises:
            PermissionDenied: the visitor may not read it.
        """
        row = self.get_object(request, unquote(object_id))
        if row is not None and not self.has_history_permission(request, row):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)
