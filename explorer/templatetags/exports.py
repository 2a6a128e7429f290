"""The files a layer can be taken in, for the pages that offer them."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.formats.exports import Format, formats_of

register = template.Library()


@register.filter
def export_formats(scope: Scope) -> list[Format]:
    """List the formats of a layer's exports, none for who may not download it."""
    return formats_of(scope.definition) if scope.can_download else []


@register.filter
def untold(formats: Iterable[Format]) -> str:
    """Name the formats that have no place for the notice."""
    return get_text_list([kind.title for kind in formats if not kind.is_told], _("et"))
