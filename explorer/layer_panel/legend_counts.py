"""How many features stand behind each line of a legend, under what is asked."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.map_state.filter_expression import LayerQuestion
from layers.access import Scope
from layers.aggregates import facet, interval_counts
from layers.styles.definitions import Category, NumberInterval

MOST_VALUES = 200


def has_classes(scope: Scope) -> bool:
    """Whether the legend of a layer has a line for each class of a field that the visitor reads."""
    return bool(classes_of(scope)) and scope.style.field in scope.filterable


def classes_of(scope: Scope) -> tuple[Category, ...] | tuple[NumberInterval, ...]:
    """Return the classes that a layer is drawn by, in their order; none for sizes and densities."""
    style = scope.style
    if style.proportion or style.heat:
        return ()
    return style.intervals or style.categories


def class_key(found: Category | NumberInterval) -> str:
    """Return what names a class among the others of its style."""
    return str(found.value) if isinstance(found, Category) else f"{found.low:g}..{found.high:g}"


def overlay_counts(question: LayerQuestion) -> tuple[int | None, ...]:
    """Return how many features that answer each overlay lies over; None for a count that the layer suppresses."""
    style = question.scope.style
    counts: list[int | None] = []
    for overlay in () if style.heat else style.overlays:
        found = facet(question.selection, overlay.field, MOST_VALUES)
        held = [value.count for value in found.values if _text(value.value) in overlay.values]
        known = [count for count in held if count is not None]
        is_whole = len(known) == len(held) and not (found.more and len(held) < len(overlay.values))
        counts.append(sum(known) if is_whole else None)
    return tuple(counts)


def class_counts(question: LayerQuestion) -> Mapping[str, int | None]:
    """Return how many features that answer are in each class, by its key.

    None stands for a count that the layer suppresses.
    """
    scope = question.scope
    if not has_classes(scope):
        return {}
    if scope.style.intervals:
        limits = [(one.low, one.high) for one in scope.style.intervals]
        counts = interval_counts(question.selection, scope.style.field, limits)
        return {class_key(one): count for one, count in zip(scope.style.intervals, counts, strict=True)}
    found = facet(question.selection, scope.style.field, MOST_VALUES)
    return {_text(value.value): value.count for value in found.values}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
