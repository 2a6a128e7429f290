"""Tags of the map page: legends with their counts, numbers of filters."""

from __future__ import annotations

from django import template

from explorer.layer_panel.layer_list import LayerList
from explorer.layer_panel.legends import LegendLine, legend
from explorer.map_state.filter_expression import number_asked
from explorer.map_state.parsing import MapQuery

register = template.Library()


@register.simple_tag
def legend_of(found: LayerList, query: MapQuery) -> list[LegendLine]:
    """Return the lines of a layer's legend."""
    return legend(found, query)


@register.simple_tag
def asked_of(query: MapQuery, slug: str) -> int:
    """Return how many filters a layer has of its own."""
    return number_asked(query).get(slug, 0)
