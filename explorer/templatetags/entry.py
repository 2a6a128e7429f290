"""What the pages of entry ask of inputs and of features that wait."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms, template

from explorer.editing.presenters import waiting_period
from explorer.editing.queries import WaitingRelation

register = template.Library()
FIRST = 5
register.filter("waiting_period", waiting_period)


@register.filter
def is_box(field: forms.BoundField) -> bool:
    """Whether an input is a box to tick, whose label comes after it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def others(found: WaitingRelation) -> int:
    """Return how many features wait beside the first ones, which are always shown."""
    return max(0, found.count - FIRST)


@register.filter
def unit_of(field: forms.BoundField, units: Mapping[str, str]) -> str:
    """Return the unit of an input, empty without one."""
    return units.get(field.name, "")
