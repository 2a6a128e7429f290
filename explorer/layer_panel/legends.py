"""The legend of a layer: each line with its count, and the address that asks for it alone, or no more."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.layer_panel.layer_list import LayerList
from explorer.layer_panel.legend_counts import class_key, classes_of, has_classes
from explorer.map_state.parsing import MapQuery
from layers.styles.definitions import Category, NumberInterval

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A class of the legend. ``count`` is None while the layer is off, or suppressed.

    ``address`` is a query string of the map that asks for the class, empty for an interval.
    """

    found: Category | NumberInterval
    count: int | None
    is_asked: bool
    address: str
    name: str


def legend(found: LayerList, query: MapQuery) -> list[LegendLine]:
    """Return the lines of a layer's legend; none when its style has no class that this visitor may read.

    Of a code list with more than ``MOST_LINES`` values, only those that something answers to are told, or asked.
    """
    scope = found.scope
    if not has_classes(scope):
        return []
    name = scope.style.field
    asked = query.own.get(scope.slug, {}).get(name, ())
    classes = classes_of(scope)
    return [
        LegendLine(
            found=each,
            count=None if found.classes is None else found.classes.get(key, 0),
            is_asked=key in asked,
            address=_address(query, scope.slug, name, asked, each),
            name=f"{scope.slug}.{name}",
        )
        for each in classes
        for key in [class_key(each)]
        if len(classes) <= MOST_LINES or key in {*asked, *_present(found)}
    ]


def _present(found: LayerList) -> set[str]:
    return {value for value, count in (found.classes or {}).items() if count != 0}


def _address(
    query: MapQuery, slug: str, name: str, asked: tuple[str, ...], found: Category | NumberInterval
) -> str:
    if isinstance(found, NumberInterval):
        return ""
    return query.asking(slug, {name: _toggled(asked, str(found.value))}).link


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(one for one in values if one != value) if value in values else (*values, value)
