"""Tags of the map page: legends with their counts, numbers of filters."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from explorer.layer_panel.queries import LayerResult, has_classes
from explorer.legend.presenters import LegendLine, legend
from explorer.map_state.parsing import MapQuery
from explorer.map_state.queries import filter_counts
from interface import wording
from layers.access import Scope

register = template.Library()


@register.simple_tag
def legend_of(found: LayerResult, query: MapQuery) -> list[LegendLine]:
    """Return the lines of a layer's legend."""
    return legend(found, query)


@register.filter
def has_legend(scope: Scope) -> bool:
    """Whether a layer is drawn by values that the visitor reads."""
    return has_classes(scope)


@register.filter
def count_words(found: LayerResult) -> str:
    """Word how many features of a layer answer, and out of how many when it is not all of them."""
    total = wording.number(found.total)
    if found.matched == found.total:
        return total
    return _("%(matched)s sur %(total)s") % {"matched": wording.number(found.matched), "total": total}


@register.simple_tag
def asked_of(query: MapQuery, slug: str) -> int:
    """Return how many filters a layer has of its own."""
    return filter_counts(query).get(slug, 0)
