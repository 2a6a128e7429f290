"""The design system as template tags: pictograms, badges, colours and values as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from interface import wording
from layers.definitions import Field, FieldType
from layers.styles.colours import COLOUR_TOKENS, NEUTRAL_TOKENS
from styles.pictures import pictogram_or_fallback

register = template.Library()

TOKENS = frozenset({*COLOUR_TOKENS, *NEUTRAL_TOKENS}) | frozenset(
    {"brand", "signal", "open", "internal", "ok", "warn", "bad"}
)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a decorative icon. A name an administrator mistyped gives a neutral pictogram, never a broken page."""
    return _drawn_icon(str(name))


@lru_cache(maxsize=512)
def _drawn_icon(name: str) -> SafeString:
    drawn = pictogram_or_fallback(name)
    return format_html(
        '<svg class="icon{}" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>',
        " is-filled" if drawn.is_filled else "",
        drawn.side,
        drawn.side,
        mark_safe(drawn.shapes),  # noqa: S308 (rebuilt by styles.pictures)
    )


@register.inclusion_tag("interface/includes/visibility.html")
def visibility(is_open: bool) -> dict[str, bool]:
    """Say whether a layer is open or internal: colour, padlock and word together."""
    return {"is_open": is_open}


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


@register.filter
def hue(token: str) -> str:
    """Return the class that carries the token of a colour, the territory's for an unknown or a literal one."""
    name = token.partition("/")[0]
    return f"hue-{name}" if name in TOKENS else "hue-t-territory"


@register.filter
def strength(share: float) -> str:
    """Return the class that mixes a colour with the paper, in steps of five hundredths."""
    return f"strength-{min(max(round(share * 20) * 5, 5), 100)}"


@register.simple_tag
def value(field: Field, row: object) -> SafeString | str:
    """Write the value of a published field as a person reads it: label of a code, French date, unit, link."""
    return wording.words(field, row)


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
