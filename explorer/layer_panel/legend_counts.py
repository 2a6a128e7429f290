"""How many features stand behind each line of a legend, under what is asked."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.map_state.filter_expression import LayerQuestion
from layers.access import Scope
from layers.aggregates import facet

MOST_VALUES = 200


def has_categories(scope: Scope) -> bool:
    """Whether the legend of a layer has a line for each value of a field that the visitor reads."""
    return bool(scope.style.categories) and scope.style.field in scope.filterable


def category_counts(question: LayerQuestion) -> Mapping[str, int | None]:
    """Return how many features that answer have each value of the style's field, by the text of the value.

    None stands for a count that the layer suppresses.
    """
    if not has_categories(question.scope):
        return {}
    found = facet(question.selection, question.scope.style.field, MOST_VALUES)
    return {_text(value.value): value.count for value in found.values}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
