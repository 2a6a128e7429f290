"""The tag of pages that others add parts to: see ``interface.page_parts``."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from interface import page_parts as parts
from layers.visitor import visitor_of

register = template.Library()


@register.simple_tag(takes_context=True)
def page_parts(context: Context, page: str, subject: Any = None) -> SafeString:
    """Render what other applications add to a page; nothing when there is nothing."""
    request = context["request"]
    found = parts.page_parts(page, visitor_of(request), subject)
    return format_html_join(
        "", "{}", ((render_to_string(part.template, dict(part.context), request),) for part in found)
    )
