"""Tags of the bar of time."""

from __future__ import annotations

from django import template

from layers.access import Scope

register = template.Library()


@register.filter
def has_time_bar(scope: Scope) -> bool:
    """Whether a layer offers the bar of time: it has a date that the visitor reads, or they feed its versions.

    It asks the database nothing, for a panel of many layers: a dataset has a revision, and versions for who feeds it.
    """
    return scope.time_field is not None or (
        bool(scope.definition.revision) and (scope.can_load or scope.can_publish)
    )
