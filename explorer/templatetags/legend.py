"""Tags of the legend: what it tells of the map, and its counts in figures and in words."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from explorer.layer_panel.layer_list import LayerList, MapLayers
from explorer.legend.presenters import LayerLegend, MapLegend, legend_entry, map_legend
from explorer.map_state.parsing import MapQuery
from explorer.templatetags.layer_panel import count_words
from interface import wording
from interface.templatetags.styles import inline
from layers.formats.styles.scales import cluster_picture as drawn_cluster

register = template.Library()


@register.simple_tag
def legend_of_map(view: MapLayers) -> MapLegend:
    """Return the legend of the layers that are on."""
    return map_legend(view)


@register.simple_tag
def entry_of(found: LayerList, query: MapQuery) -> LayerLegend:
    """Return what the legend tells of one layer."""
    return legend_entry(found, query)


@register.simple_tag
def cluster_picture(is_pie: bool) -> SafeString:
    """Draw what stands for several points, decorative."""
    return inline(drawn_cluster(is_pie=is_pie), "symbol")


@register.filter
def short_count(entry: LayerLegend) -> str:
    """Write how many features answer, out of how many: « 5 / 11 »."""
    found = entry.found
    total = wording.number(found.total)
    return total if found.matched == found.total else f"{wording.number(found.matched)}\u00a0/\u00a0{total}"


@register.filter
def spoken_count(entry: LayerLegend) -> str:
    """Word the same for who hears it: « 5 sur 11 »."""
    return count_words(entry.found)
