"""The bases of every administration of the portal: what Django's show or offer beyond a person's own rows is not there.

``PortalAdmin`` is for any model. What is registered without it is an administrator's alone (``PortalAdminSite``).
Before a deletion, a person reads the names of the objects that they may see, and only the kind of the other ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import NestedObjects, unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models, router
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from administration.forms import REFUSED, BoundedFormSet, OfferedFieldsForm
from layers.errors import Forbidden

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


# What Django's pages take: nested lines, counts by plural name, kinds that may not be deleted, objects in the way.
_Key = tuple[type[models.Model], Any]
DeletedObjects = tuple[list[Any], dict[Any, int], set[Any], list[str]]


def deleted_objects(objects: Any, request: Any, site: AdminSite) -> DeletedObjects:
    """Return what the deletion of ``objects`` (of one model) would take, as ``ModelAdmin.get_deleted_objects``."""
    chosen = list(objects)
    if not chosen:
        return [], {}, set(), []
    collector = NestedObjects(using=router.db_for_write(type(chosen[0])), origin=objects)
    collector.collect(chosen)
    collected: Any = collector.model_objs  # by model: its stubs say by name
    touched = [*chosen, *collector.protected, *(row for objects in collected.values() for row in objects)]
    lines = _Lines(request, site, {(type(row), row.pk) for row in chosen}, touched)
    nested = collector.nested(lines.line)
    obstacles = [lines.line(row) for row in collector.protected]
    counts = {kind_words(kind, many=True): len(row) for kind, row in collected.items()}
    return nested, counts, lines.refused, obstacles


def kind_words(model: type[models.Model], *, many: bool = False) -> str:
    """Return what the objects of a model are called; a link between two models by the field that it is of."""
    owner: Any = model._meta.auto_created  # the model that declares the link: its stubs say a truth
    if owner:
        field = next(each for each in owner._meta.many_to_many if each.remote_field.through is model)
        words = {"model": owner._meta.verbose_name, "field": field.verbose_name}
        return (
            _("liens entre %(model)s et %(field)s") % words
            if many
            else _("lien entre %(model)s et %(field)s") % words
        )
    return str(model._meta.verbose_name_plural if many else model._meta.verbose_name)


class _Lines:
    """The lines of a confirmation, and the kinds of objects that its reader may not delete."""

    def __init__(self, request: Any, site: AdminSite, chosen: set[_Key], touched: list[models.Model]) -> None:
        self.request, self.site = request, site
        self.refused: set[Any] = set()
        self.visible = chosen | {
            key for model in {type(row) for row in touched} for key in self._visible_keys(model, touched)
        }

    def line(self, row: models.Model) -> str:
        """Return the kind of an object, with its own words for who may see it."""
        kind = capfirst(kind_words(type(row)))
        if not self._is_deletable(row):
            self.refused.add(row._meta.verbose_name)
        if (type(row), row.pk) not in self.visible:
            return kind
        return _("%(title)s : %(text)s") % {"title": kind, "text": row}

    def _admin(self, row: models.Model) -> Any:
        model = type(row)
        return self.site.get_model_admin(model) if self.site.is_registered(model) else None

    def _is_deletable(self, row: models.Model) -> bool:
        registered = self._admin(row)
        return registered is None or registered.has_delete_permission(self.request, row)

    def _visible_keys(self, model: type[models.Model], touched: list[models.Model]) -> set[_Key]:
        """Return the objects of a model that its own administration lists to somebody.

        What has no administration of its own is somebody else's (a saved view) or a record of a feature, which is only
        deleted by who reads it: it is counted.
        """
        if not self.site.is_registered(model):
            return set()
        registered = self.site.get_model_admin(model)
        if not registered.has_view_permission(self.request):
            return set()
        keys = [row.pk for row in touched if type(row) is model]
        listed = registered.get_queryset(self.request).filter(pk__in=keys)
        return {(model, key) for key in listed.values_list("pk", flat=True)}
