"""Tags of the metadata of a layer."""

from __future__ import annotations

import html

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from metadata.linked_data import JsonText, dataset
from metadata.records import Record

register = template.Library()


@register.simple_tag(takes_context=True)
def linked_data(context: Context, record: Record) -> SafeString:
    """Write a record as schema.org ``Dataset`` in JSON-LD."""
    name = render_to_string("interface/includes/site_name.html", {"portal": context.get("portal")})
    document = dataset(
        record,
        absolute=context["request"].build_absolute_uri,
        catalogue=html.unescape(" ".join(name.split())),
    )
    return format_html('<script type="application/ld+json">{}</script>', JsonText(document))
