"""Tags of the map page: legends with their counts, numbers of filters."""

from __future__ import annotations

from django import template

from explorer.parsing import MapQuery
from explorer.queries.asking import number_asked
from explorer.queries.shown import LayerList
from explorer.serializers.legends import LegendLine, legend

register = template.Library()


@register.simple_tag
def legend_of(found: LayerList, query: MapQuery) -> list[LegendLine]:
    """Return the lines of a layer's legend."""
    return legend(found, query)


@register.simple_tag
def asked_of(query: MapQuery, slug: str) -> int:
    """Return how many filters a layer has of its own."""
    return number_asked(query).get(slug, 0)
