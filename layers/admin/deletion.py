"""What a deletion takes with it, told to who confirms it: objects they may see by name, the others by kind alone."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import NestedObjects
from django.db import models, router
from django.utils.text import capfirst
from django.utils.translation import gettext as _

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
    taken: Any = collector.model_objs  # by model: its stubs say by name
    touched = [*chosen, *collector.protected, *(found for objects in taken.values() for found in objects)]
    lines = _Lines(request, site, {(type(found), found.pk) for found in chosen}, touched)
    nested = collector.nested(lines.line)
    obstacles = [lines.line(found) for found in collector.protected]
    counts = {kind._meta.verbose_name_plural: len(found) for kind, found in taken.items()}
    return nested, counts, lines.refused, obstacles


class _Lines:
    """The lines of a confirmation, and the kinds of objects that its reader may not delete."""

    def __init__(self, request: Any, site: AdminSite, chosen: set[_Key], touched: list[models.Model]) -> None:
        self.request, self.site = request, site
        self.refused: set[Any] = set()
        self.visible = chosen | {
            key for model in {type(found) for found in touched} for key in self._seen(model, touched)
        }

    def line(self, found: models.Model) -> str:
        """Return the kind of an object, with its own words for who may see it."""
        kind = capfirst(str(found._meta.verbose_name))
        if not self._is_deletable(found):
            self.refused.add(found._meta.verbose_name)
        if (type(found), found.pk) not in self.visible:
            return kind
        return _("%(title)s : %(text)s") % {"title": kind, "text": found}

    def _admin(self, found: models.Model) -> Any:
        model = type(found)
        return self.site.get_model_admin(model) if self.site.is_registered(model) else None

    def _is_deletable(self, found: models.Model) -> bool:
        registered = self._admin(found)
        return registered is None or registered.has_delete_permission(self.request, found)

    def _seen(self, model: type[models.Model], touched: list[models.Model]) -> set[_Key]:
        """Return the objects of a model that its own administration lists to somebody.

        What has no administration of its own is somebody else's (a saved view) or a record of a feature, which is only
        deleted by who reads it: it is counted.
        """
        if not self.site.is_registered(model):
            return set()
        registered = self.site.get_model_admin(model)
        if not registered.has_view_permission(self.request):
            return set()
        keys = [found.pk for found in touched if type(found) is model]
        listed = registered.get_queryset(self.request).filter(pk__in=keys)
        return {(model, key) for key in listed.values_list("pk", flat=True)}
