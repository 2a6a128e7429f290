"""Tags of the map page: basemaps, panel, legend, surroundings, question, bar of time."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from explorer.buffers.presenters import BufferLegendLine
from explorer.layer_panel.presenters import RowParts
from explorer.layer_panel.queries import LayerResult, MapResult, class_key, has_classes
from explorer.legend.presenters import (
    LayerLegend,
    LegendLine,
    MapLegend,
    legend,
    legend_entry,
    map_legend,
    style_digest,
    surroundings,
)
from explorer.map_state.parsing import COMMUNE, MapQuery, answers_address
from explorer.map_state.queries import filter_counts
from explorer.nearby.queries import NearbyRow
from explorer.question.answers import MapAnswer, area_text, restriction_of
from explorer.saved_views.services import saved_views
from explorer.templatetags.explorer import row_facts
from explorer.timeline.queries import has_time_bar
from interface import wording
from interface.addresses import address_of
from interface.backdrop import backdrop
from interface.pictures import inline
from interface.shared_pages import Placeholder, mark_of
from interface.template_nodes import remembered_part
from layers.access import Scope
from layers.styles.symbols import ALL_ZOOMS
from layers.visitor import visitor_of
from styles.legends import cluster_picture as drawn_cluster

register = template.Library()


register.filter(has_time_bar)
register.filter(answers_address)


# What the shipped file says of itself (fixtures/backdrop); other files are shown as they are written.
gettext_noop("Fond du portail, tracés approximatifs")
NO_BASEMAP = "aucun"
"""The slug of no basemap and no backdrop, in addresses."""
_MANY_CLASSES = 8
RADII_M = (300, 600, 1_000, 2_000, 5_000)
_LENGTH = 70


@dataclass(frozen=True, slots=True)
class BasemapOption:
    """A basemap: ``tiles`` is the address of a tile with {z}, {x} and {y}, ``bounds`` west, south, east, north."""

    slug: str
    title: str
    attribution: str
    tiles: str
    tile_size: str
    min_zoom: str
    max_zoom: str
    bounds: str


@register.simple_tag
def basemaps() -> list[BasemapOption]:
    """List the basemaps that the portal relays."""
    return [
        BasemapOption(
            slug=values["slug"],
            title=values["title"],
            attribution=values["attribution"],
            tiles=reverse("tiles:basemap", args=[values["slug"], 0, 0, 0]).removesuffix("0/0/0")
            + "{z}/{x}/{y}",
            tile_size=str(values["tile_size"]),
            min_zoom=str(values["min_zoom"]),
            max_zoom=str(values["max_zoom"]),
            bounds=",".join(str(value) for value in values["bounds"] or ()),
        )
        for values in settings.PORTAL_BASEMAPS
    ]


@register.simple_tag
def basemap_of(slug: str) -> BasemapOption | None:
    """Return the basemap that an address names, or else the backdrop, without tiles; None where there is none."""
    chosen = next((option for option in basemaps() if option.slug == slug), None)
    if chosen is not None or slug == NO_BASEMAP or not (credit := backdrop_credit()):
        return chosen
    return BasemapOption("", gettext("Fond du portail"), credit, "", "", "", "", "")


@register.simple_tag
def backdrop_credit() -> str:
    """Return whose the portal's own backdrop is, and how exact; empty where there is none."""
    credit = backdrop().attribution
    return gettext(credit) if credit else ""


@register.simple_tag
def filters_address(query: MapQuery, slug: str) -> str:
    """Return the address of the filters of a layer; the map that nobody changed has no parameters."""
    address = address_of("explorer:filters", slug)
    return f"{address}?{query.link}" if query.pairs() or not query.is_default else address


@register.simple_tag
def legend_of(result: LayerResult, query: MapQuery) -> list[LegendLine]:
    """Return the lines of a layer's legend."""
    return legend(result, query)


@register.filter
def has_legend(scope: Scope) -> bool:
    """Whether a layer is drawn by values that the visitor reads."""
    return has_classes(scope)


@register.filter
def folds_classes(scope: Scope) -> bool:
    """Whether the panel folds the classes of a layer: many, or those of points, which a map from afar only counts."""
    is_long = len(scope.style.categories) > _MANY_CLASSES
    return has_classes(scope) and (is_long or scope.definition.geometry.is_point)


@register.filter
def count_words(result: LayerResult) -> str:
    """Word how many features of a layer answer, and out of how many when it is not all of them."""
    total = wording.number(result.total)
    if result.matched == result.total:
        return total
    return _("%(matched)s sur %(total)s") % {"matched": wording.number(result.matched), "total": total}


@register.simple_tag(takes_context=True)
def layer_row(context: Context, result: LayerResult, parts: RowParts) -> SafeString:
    """Write the row of a layer in the panel: once in the process for what it shows."""
    query: MapQuery = context["view"].query
    lines = legend(result, query) if result.is_on else []
    filters = filters_address(query, result.scope.slug) if result.is_on else ""
    key = (*row_key(result), parts.numbers[result.scope.slug], filters, *lines_key(lines))
    row = {"result": result, "lines": lines, "filters": filters, "parts": parts.numbers[result.scope.slug]}
    return remembered_part(context, (_ROW, *key), lambda page: _written_row(page, row))


@register.simple_tag(takes_context=True)
def layer_rows(context: Context, results: Sequence[LayerResult], parts: RowParts) -> SafeString:
    """Write the rows of layers that are off: once in the process for all that they show."""
    key = tuple((*row_key(result), parts.numbers[result.scope.slug]) for result in results)
    return remembered_part(
        context,
        (_ROW, key),
        lambda page: SafeString("".join(layer_row(page, result, parts) for result in results)),
    )


_ROW = "explorer/layer_panel/row_body.html"


def _written_row(page: Context, row: Mapping[str, Any]) -> SafeString:
    scope = row["result"].scope
    sheets = {name: page[name] for name in ("icons", "symbols") if name in page}
    context = Context({**row, **sheets, "layer": scope.layer, "style": scope.style})
    return SafeString(Engine.get_default().get_template(_ROW).render(context))


def row_key(result: LayerResult) -> tuple[Hashable, ...]:
    """Return what the row of a layer shows of it, but the lines of its legend."""
    scope, style = result.scope, result.scope.style
    layer = scope.layer
    facts = (layer.slug, layer.title, layer.theme.title, style.token, style.icon, scope.is_open)
    legend_shape = (has_classes(scope), folds_classes(scope), scope.definition.geometry)
    drawn = (scope.key, style_digest(style)) if result.is_on else ()
    return (*facts, *legend_shape, result.question.drawn_query, result.matched, result.total, *drawn)


def lines_key(lines: Sequence[LegendLine]) -> tuple[Hashable, ...]:
    """Return what the lines of a legend show, beside what ``style_digest`` tells of their classes."""
    return tuple((class_key(line.style_class), line.count, line.is_selected, line.address) for line in lines)


@register.filter
def entry_key(entry: LayerLegend) -> tuple[Hashable, ...]:
    """Return what a layer shows in the legend of the map, but what is beyond the question and around its objects."""
    scope, result = entry.scope, entry.result
    counts = (result.matched, result.total, *(line.count for line in entry.overlays))
    return (
        *(scope.key, style_digest(scope.style), str(scope.layer.title), result.question.drawn_query),
        *(entry.state, entry.has_rest, entry.scale, entry.scale_words),
        *(lines_key(entry.lines), tuple(line.overlay.values for line in entry.overlays), counts),
    )


@register.simple_tag
def filter_count_of(query: MapQuery, slug: str) -> int:
    """Return how many filters a layer has of its own."""
    return filter_counts(query).get(slug, 0)


@register.simple_tag
def legend_of_map(view: MapResult) -> MapLegend:
    """Return the legend of the layers that are on."""
    return map_legend(view)


@register.simple_tag
def surroundings_of(view: MapResult) -> tuple[BufferLegendLine, ...]:
    """Return the lines of what is drawn around the objects of other layers."""
    return surroundings(view)


@register.simple_tag
def entry_of(result: LayerResult, query: MapQuery) -> LayerLegend:
    """Return the legend of one layer."""
    return legend_entry(result, query)


@register.simple_tag
def cluster_picture(is_pie: bool) -> SafeString:
    """Draw what stands for several points, decorative."""
    return inline(drawn_cluster(is_pie=is_pie), "symbol")


@register.simple_tag
def out_of_zooms(scope: Scope) -> SafeString:
    """Say where a zoom shows nothing of a layer; ``explorer/legend/legend.js`` shows the words of the present one."""
    zooms = scope.style.zooms
    low, high = zooms if zooms != ALL_ZOOMS else (scope.definition.min_zoom, ALL_ZOOMS[1])
    texts = [(ALL_ZOOMS[0], low, _("visible de plus près")), (high, ALL_ZOOMS[1], _("visible de plus loin"))]
    return format_html_join(
        "",
        '<span class="map-legend-far" data-zooms="{} {}" hidden>{}</span>',
        ((f"{start:g}", f"{end:g}", words) for start, end, words in texts if start < end),
    )


@register.filter
def short_count(entry: LayerLegend) -> str:
    """Write how many features answer, out of how many: « 5 / 11 »."""
    layer_result = entry.result
    total = wording.number(layer_result.total)
    return (
        total
        if layer_result.matched == layer_result.total
        else f"{wording.number(layer_result.matched)}\u00a0/\u00a0{total}"
    )


@register.filter
def spoken_count(entry: LayerLegend) -> str:
    """Word the same for who hears it: « 5 sur 11 »."""
    return count_words(entry.result)


@register.simple_tag
def nearest_words(
    scope: Scope, title: str, metres: float, error: float | None = None, *, is_sure: bool = True
) -> str:
    """Say which is the nearest: « La plus proche : Square de Weiden, à 352 m, à 20 m près ».

    Where another may be nearer, it is one of the nearest.
    """
    noun = scope.definition.noun
    words = {
        True: _("La plus proche : %(title)s, à %(distance)s"),
        False: _("Le plus proche : %(title)s, à %(distance)s"),
    }
    neutral = _("Au plus près : %(title)s, à %(distance)s")
    parts = {"title": title, "distance": wording.sure_distance(metres, error)}
    if not is_sure:
        return _("Parmi les plus proches : %(title)s, à %(distance)s") % parts
    return (words[noun.is_feminine] if noun else neutral) % parts


@register.simple_tag
def nearby_sureness(query: MapQuery, row: NearbyRow, *, is_first: bool) -> str:
    """Word how sure the distance of a row is, unless the title says it, and the limit that it may be beyond."""
    near = query.features.near
    error = "" if row.error is None or is_first else wording.error(row.error)
    limit = wording.near_limit(near.radius_m) if near and row.is_near_limit else ""
    return " · ".join(filter(None, (error, limit)))


@register.simple_tag
def nearby_facts(scope: Scope, row: NearbyRow) -> str:
    """Return whom a row is kept for, else its address or its first key facts."""
    if warning := restriction_of(scope, row.row):
        return warning
    address = str(row.row.get(scope.definition.address_field) or "")
    return Truncator(address or row_facts(scope, row.row)).chars(_LENGTH)


@register.simple_tag
def radii(radius: float) -> list[int]:
    """Return the radii to choose from, in metres, with the present one."""
    return sorted({*RADII_M, round(radius)})


@register.simple_tag
def menu_address(query: MapQuery, name: str) -> str:
    """Return the address of a menu of the question."""
    return f"{address_of('explorer:question-menu', name)}?{query.link}"


@register.simple_tag(takes_context=True)
def own_views(context: Mapping[str, Any]) -> SafeString:
    """Return the list of the person's saved views, or its place on a page that many people share."""
    return mark_of(Placeholder.SAVED_VIEWS) or saved_view_list(context["request"])


def saved_view_list(request: HttpRequest) -> SafeString:
    """Return the list of the saved views of who asks."""
    context = {"saved": saved_views(visitor_of(request))}
    return render_to_string("explorer/saved_views/list.html", context, request=request)


def beyond_words(count: int, place: str) -> str:
    """Word where what the answers are near to is: in the place of the question, and how many beyond it."""
    if not count:
        return _("dans la question, %(place)s") % {"place": place}
    return _("%(place)s, et %(n)s au-delà") % {"place": place, "n": wording.number(count)}


@register.simple_tag
def beyond_of(entry: LayerLegend, question: MapAnswer | str) -> str:
    """Say how many objects of a layer make answers from beyond the place of the question; empty for none."""
    if not isinstance(question, MapAnswer) or not (count := question.beyond.get(entry.scope.slug, 0)):
        return ""
    return _("et %s au-delà") % wording.number(count)


@register.filter
def other_layer_text(result: LayerResult, question: MapAnswer) -> str:
    """Say what a layer that is not the subject is to the question.

    A commune selects its own features; the nearest of an answer may be beyond the border.
    """
    if result.scope.slug not in question.related:
        return _("hors question")
    if question.is_measured and COMMUNE in dict(question.sentence.query.shared):
        place = area_text(question.sentence.query).within
        if result.scope.slug in question.beyond:
            return beyond_words(question.beyond[result.scope.slug], place)
        return _("dans la question, %(place)s ; au-delà, les plus proches répondent aussi") % {"place": place}
    return _("dans la question")
