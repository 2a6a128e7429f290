"""The legend of a layer: each line with its count, and the address that asks for it alone, or no more."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.layer_panel.layer_list import LayerList
from explorer.layer_panel.legend_counts import has_categories
from explorer.map_state.parsing import MapQuery
from layers.styles.definitions import Category

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A category of the legend. ``count`` is None while the layer is off; ``address`` is a query string of the map."""

    category: Category
    count: int | None
    is_asked: bool
    address: str
    name: str


def legend(found: LayerList, query: MapQuery) -> list[LegendLine]:
    """Return the lines of a layer's legend; none when its style has no category that this visitor may read.

    Of a code list with more than ``MOST_LINES`` values, only those that something answers to are told, or asked.
    """
    scope = found.scope
    if not has_categories(scope):
        return []
    name = scope.style.field
    asked = query.own.get(scope.slug, {}).get(name, ())
    return [
        LegendLine(
            category=category,
            count=None if found.categories is None else found.categories.get(str(category.value), 0),
            is_asked=str(category.value) in asked,
            address=query.asking(scope.slug, {name: _toggled(asked, str(category.value))}).link,
            name=f"{scope.slug}.{name}",
        )
        for category in scope.style.categories
        if len(scope.style.categories) <= MOST_LINES or str(category.value) in {*asked, *_present(found)}
    ]


def _present(found: LayerList) -> set[str]:
    return {value for value, count in (found.categories or {}).items() if count != 0}


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(one for one in values if one != value) if value in values else (*values, value)
