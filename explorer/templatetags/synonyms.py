"""Tag that says what else a layer, a field or a value is called."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.definitions import Field
from layers.queries import synonyms

register = template.Library()


@register.simple_tag
def also_called(scope: Scope, field: Field | None = None, code: str = "") -> SafeString | str:
    """Render « aussi appelé : … » for a layer, one of its fields, or a value of a field; nothing when it has none."""
    called = synonyms(scope)
    if field is None:
        words = called.layer
    else:
        words = called.of_value(field.name, str(code)) if code else called.of_field(field.name)
    if not words:
        return ""
    text = _("aussi appelé : %s") % ", ".join(words)
    return format_html(
        '<p class="muted small">{}</p>' if field is None else ' <small class="muted">{}</small>', text
    )
