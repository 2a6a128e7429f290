"""Tags of the legend: what it tells of the map, and its counts in figures and in words."""

from __future__ import annotations

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from explorer.buffers.presenters import SurroundingsEntry
from explorer.layer_panel.queries import LayerResult, MapResult
from explorer.legend.presenters import LayerLegend, MapLegend, legend_entry, map_legend, surroundings
from explorer.map_state.parsing import MapQuery
from explorer.templatetags.layer_panel import count_words
from interface import wording
from interface.pictures import inline
from layers.access import Scope
from layers.formats.styles.scales import cluster_picture as drawn_cluster
from layers.styles.symbols import ALL_ZOOMS

register = template.Library()


@register.simple_tag
def legend_of_map(view: MapResult) -> MapLegend:
    """Return the legend of the layers that are on."""
    return map_legend(view)


@register.simple_tag
def surroundings_of(view: MapResult) -> tuple[SurroundingsEntry, ...]:
    """Return the lines of what is drawn around the objects of other layers."""
    return surroundings(view)


@register.simple_tag
def entry_of(found: LayerResult, query: MapQuery) -> LayerLegend:
    """Return what the legend tells of one layer."""
    return legend_entry(found, query)


@register.simple_tag
def cluster_picture(is_pie: bool) -> SafeString:
    """Draw what stands for several points, decorative."""
    return inline(drawn_cluster(is_pie=is_pie), "symbol")


@register.simple_tag
def out_of_zooms(scope: Scope) -> SafeString:
    """Say where a zoom shows nothing of a layer; ``explorer/legend/zoom.js`` shows the words of the present one."""
    zooms = scope.style.zooms
    low, high = zooms if zooms != ALL_ZOOMS else (scope.definition.min_zoom, ALL_ZOOMS[1])
    told = [(ALL_ZOOMS[0], low, _("visible de plus près")), (high, ALL_ZOOMS[1], _("visible de plus loin"))]
    return format_html_join(
        "",
        '<span class="map-legend-far" data-zooms="{} {}" hidden>{}</span>',
        ((f"{start:g}", f"{end:g}", words) for start, end, words in told if start < end),
    )


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
