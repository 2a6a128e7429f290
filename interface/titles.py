"""What features are called in the pages, and the order of lists by that name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from interface.wording import field_value, is_empty
from layers.access import Scope
from layers.parsing import SortKey


def feature_title(scope: Scope, record: Any) -> str:
    """Return what a feature is called: its title field when it may be read and says something, else its kind and id."""
    field = scope.filterable.get(scope.definition.title_field)
    return name_of(scope, record.pk, field_value(field, record) if field else None)


def row_title(scope: Scope, row: Mapping[str, Any]) -> str:
    """Return what a row of a list is called, by the same rule."""
    return name_of(scope, row["id"], row.get(scope.definition.title_field))


def name_of(scope: Scope, pk: int, value: Any) -> str:
    """Return the name of the feature ``pk`` whose title field holds ``value``."""
    if is_empty(value):
        return _("%(kind)s n° %(id)s") % {"kind": scope.definition.singular, "id": pk}
    return str(scope.definition.by_name[scope.definition.title_field].label(value))


def title_sort(scope: Scope) -> tuple[SortKey, ...]:
    """Return the sort of lists for people: the title when the visitor may read it."""
    title = scope.definition.title_field
    return (SortKey(title),) if title in scope.filterable else ()
