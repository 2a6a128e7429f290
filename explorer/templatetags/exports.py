"""The files a layer can be taken in, for the pages that offer them."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from export_formats import HEADINGS, LABELS, Format, page_formats
from layers.access import Scope

register = template.Library()


@register.filter
def export_formats(scope: Scope) -> list[Format]:
    """List the formats that a page offers of a layer, none for who may not download it."""
    return page_formats(scope.definition) if scope.can_download else []


@register.filter
def headings_query(kind: Format) -> str:
    """Return the parameter of an export that asks for the form for people, empty for the other."""
    return f"{HEADINGS}={LABELS}" if kind.is_for_people else ""


@register.filter
def readable(formats: Iterable[Format]) -> str:
    """Name the formats that are in the form for people."""
    return get_text_list([kind.title for kind in formats if kind.is_for_people], _("et"))


@register.filter
def untold(formats: Iterable[Format]) -> str:
    """Name the formats that have no place for the notice."""
    return get_text_list([kind.title for kind in formats if not kind.embeds_notice], _("et"))
