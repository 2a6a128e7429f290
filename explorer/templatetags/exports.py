"""The files a layer can be taken in, for the pages that offer them."""

from __future__ import annotations

from django import template

from layers.access import Scope
from layers.formats.exports import Format, formats_of

register = template.Library()


@register.filter
def export_formats(scope: Scope) -> list[Format]:
    """List the formats of a layer's exports, none for who may not download it."""
    return formats_of(scope.definition.geometry.is_located) if scope.can_download else []
