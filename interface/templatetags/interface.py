"""The design system as template tags: pictures, colours, badges, values as people read them, rasters, page parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString

from interface import addresses, pictures, raster_words, template_nodes, wording
from interface.page_parts import FeatureSubject, page_parts
from interface.shared_pages import Placeholder, mark_of
from layers.access import RasterScope, Scope
from layers.definitions import Field, FieldType
from layers.queries.rasters import BandValue, RasterStatistics
from layers.styles.definitions import Category, NumberInterval, Overlay, Style
from layers.visitor import visitor_of

register = template.Library()

for picture in (
    pictures.scope_icon,
    pictures.swatch,
    pictures.colour_swatch,
):
    register.simple_tag(picture)
register.simple_tag(addresses.address)
for tag in (template_nodes.translate, template_nodes.url, template_nodes.remembered):
    register.tag(tag.__name__, tag)
for attribute in (pictures.hue, pictures.strength, pictures.painted):
    register.filter(attribute)


@register.simple_tag(takes_context=True)
def icon(context: Context, name: str) -> SafeString:
    """Draw a decorative icon, from the sheet ``icons`` of a page that has one."""
    return pictures.icon(name, context.get("icons"))


@register.simple_tag(takes_context=True)
def style_icon(context: Context, style: Style, more: str = "", *, is_hued: bool = True) -> SafeString:
    """Draw the face of a layer, decorative, from the sheet ``icons`` of a page that has one; ``more`` are classes."""
    return pictures.style_icon(style, more, context.get("icons"), is_hued=is_hued)


@register.simple_tag(takes_context=True)
def zoom_swatch(
    context: Context, scope: Scope, legend_class: Category | NumberInterval | Overlay | None = None
) -> SafeString:
    """Draw the symbol of a class at each zoom, from the sheet ``symbols`` of a page that has one."""
    return pictures.zoom_swatch(scope, legend_class, context.get("symbols"))


@register.inclusion_tag("interface/includes/visibility.html")
def visibility(is_open: bool, icons: pictures.SymbolSheet | None = None) -> dict[str, Any]:
    """Say whether a layer is open or internal: colour, padlock and word; ``icons`` is the sheet of the page."""
    return {"is_open": is_open, "icons": icons}


@register.simple_tag(takes_context=True)
def form_token(context: Mapping[str, Any]) -> SafeString:
    """Return the hidden field of a form that Django checks, or its place on a page that many people share."""
    field = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    return mark_of(Placeholder.TOKEN) or format_html(field, context["csrf_token"])


@register.simple_tag(takes_context=True)
def account_menu(context: Mapping[str, Any]) -> SafeString:
    """Return the menu of the person's account, or its place on a page that many people share."""
    template = "interface/includes/account_menu.html"
    return mark_of(Placeholder.ACCOUNT) or render_to_string(template, request=context["request"])


@register.simple_tag(takes_context=True)
def management_link(context: Mapping[str, Any]) -> SafeString:
    """Return the link to the pages of management, empty for who has none, or its place on a page that many share."""
    template = "interface/includes/management_link.html"
    return mark_of(Placeholder.MANAGEMENT) or render_to_string(template, request=context["request"])


@register.simple_tag(takes_context=True)
def waiting_count(context: Mapping[str, Any]) -> SafeString:
    """Return the number of what waits for a person who manages, or its place on a page that many people share."""
    template = "interface/includes/waiting_count.html"
    return mark_of(Placeholder.WAITING) or render_to_string(template, request=context["request"])


@register.simple_tag(takes_context=True)
def greeting(context: Mapping[str, Any]) -> SafeString:
    """Return the greeting of the person, or its place on a page that many people share."""
    template = "interface/includes/greeting.html"
    return mark_of(Placeholder.GREETING) or render_to_string(template, request=context["request"])


@register.simple_tag(takes_context=True)
def home_of_account(context: Mapping[str, Any]) -> SafeString:
    """Return the part of the home page that is of one account, or its place on a page that many people share."""
    template = "interface/includes/home_of_account.html"
    return mark_of(Placeholder.HOME) or render_to_string(template, request=context["request"])


@register.simple_tag
def has_addresses() -> bool:
    """Whether the search finds addresses: without a geocoder no page speaks of them."""
    return bool(settings.PORTAL_GEOCODER_URL)


@register.simple_tag
def contact_address() -> str:
    """Return where people write about the portal itself; empty when nobody said."""
    return str(settings.PORTAL_CONTACT)


@register.simple_tag(takes_context=True)
def querystring_without(context: Mapping[str, Any], name: str) -> str:
    """Return the query string of the page without one parameter, whose name is only known here."""
    parameters: QueryDict = context["request"].GET.copy()
    parameters.pop(name, None)
    return f"?{parameters.urlencode()}"


@register.simple_tag
def value(field: Field, row: object) -> SafeString | str:
    """Write the value of a published field as a person reads it: label of a code, French date, unit, link."""
    return wording.words(field, row)


@register.filter
def compact_json(value: object, element_id: str) -> SafeString:
    """Write a value as Django's ``json_script`` does, in UTF-8 without spaces: a seventh less of a long one."""
    return json_script(value, element_id, _CompactEncoder)


class _CompactEncoder(DjangoJSONEncoder):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False, "separators": (",", ":")})


@register.filter
def number(amount: float | None) -> str:
    """Write a number the French way; nothing for none."""
    return "" if amount is None else wording.number(amount)


@register.filter
def first_words(text: str, count: int) -> str:
    """Return the first words of a text, its no-break spaces kept."""
    return wording.first_words(text, count)


@register.filter
def day(date: object) -> str:
    """Write a date, from a date, an instant or their ISO text."""
    return wording.day(date)


@register.filter
def moment(instant: object) -> str:
    """Write an instant in the portal's time zone, from an instant or its ISO text."""
    return wording.instant(instant)


@register.filter
def until(end: dt.datetime) -> str:
    """Write an end, excluded, by the last day or the instant."""
    return wording.until(end)


@register.filter
def unit(name: str) -> str:
    """Write a unit for people."""
    return wording.unit(name)


@register.filter
def is_number(field: Field) -> bool:
    """Whether the values of a field are amounts, to be aligned on the right."""
    return field.type in {FieldType.INTEGER, FieldType.NUMBER} and not field.choices


@register.filter
def item(mapping: Mapping[str, object], key: str) -> object:
    """Look a key up in a mapping: keys of standards hold characters a template cannot write."""
    return mapping.get(key)


@register.filter
def distance(metres: float) -> str:
    """Write a length in metres or kilometres."""
    return wording.distance(metres)


@register.filter
def area(square_metres: float) -> str:
    """Write an area in square metres or hectares."""
    return wording.area(square_metres)


@register.filter
def size(amount: int) -> str:
    """Write the size of a file."""
    return wording.size(amount)


@register.filter
def degrees(angle: float) -> str:
    """Write a coordinate in degrees."""
    return wording.degrees(angle)


@register.filter
def metres(amount: float) -> str:
    """Write a coordinate in metres, to the metre."""
    return wording.number(round(amount))


@register.inclusion_tag("interface/rasters/legend.html")
def raster_legend(scope: RasterScope, prefix: str = "legend") -> dict[str, Any]:
    """Draw the legend of a raster; ``prefix`` makes its ids unique in the page."""
    return {"legend": raster_words.legend_words(scope), "id": f"{prefix}-{scope.slug}", "scope": scope}


@register.filter
def resolution(scope: RasterScope) -> str:
    """Say how large a cell is."""
    return raster_words.resolution_text(scope)


@register.filter
def crs_name(scope: RasterScope) -> str:
    """Name the CRS of a raster, with its code."""
    return raster_words.crs_text(scope)


@register.simple_tag(name="raster_words")
def raster_legend_text(scope: RasterScope) -> str:
    """Say the legend of a raster without colours."""
    return raster_words.legend_words(scope).text


@register.simple_tag
def raster_facts(scope: RasterScope, statistics: RasterStatistics) -> list[tuple[str, str]]:
    """Return the statistics of a raster in a surface, as titles and texts."""
    return raster_words.statistics_facts(scope, statistics)


@register.simple_tag
def raster_value(scope: RasterScope, values: Sequence[BandValue]) -> str:
    """Return the value of a cell in words."""
    return raster_words.reading_text(scope, values)


@register.simple_tag
def plan_query(scope: Scope, mark: str = "?") -> str:
    """Return the end of an address about a layer at another day than today, after a mark; empty for today."""
    return f"{mark}{urlencode(scope.plan_parameters, doseq=True)}" if scope.plan_parameters else ""


@register.simple_tag(takes_context=True)
def address_query(context: Context, **changes: str | int | None) -> str:
    """Return the query string of the page with other parameters, None leaving one out; at the same day of plans."""
    request = context["request"]
    query = request.GET.copy()
    for name, values in visitor_of(request).plan_parameters.items():
        query.setlist(name, values)
    for name, value in changes.items():
        query.setlist(name, [] if value is None else [str(value)])
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def feature_parts(context: Context, scope: Scope, pk: int) -> SafeString:
    """Render the parts that other applications add to the sheet of a feature; empty without any."""
    return rendered_page_parts(context, "feature", FeatureSubject(scope, pk))


@register.simple_tag(takes_context=True)
def feature_head(context: Context, scope: Scope, pk: int) -> SafeString:
    """Render the parts that other applications add under the name of a feature, above all else; empty without any."""
    return rendered_page_parts(context, "feature-head", FeatureSubject(scope, pk))


@register.simple_tag(takes_context=True, name="page_parts")
def rendered_page_parts(context: Context, page: str, subject: Any = None) -> SafeString:
    """Render the parts that other applications add to a page, with its sheets of symbols; empty without any."""
    request, sheets = (
        context["request"],
        {name: context[name] for name in ("icons", "symbols") if name in context},
    )
    parts = page_parts(page, visitor_of(request), subject)
    return format_html_join(
        "", "{}", ((render_to_string(part.template, sheets | dict(part.context), request),) for part in parts)
    )
