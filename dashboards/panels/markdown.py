"""Markdown of an author as HTML that holds nothing but words: no script, no style, no picture of another site."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_TEXT = 20_000
_TAGS = {
    "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "img",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt"}, "ol": {"start"}}
_SCHEMES = {"https", "http", "mailto", "tel"}
_FIRST_LEVEL = 3  # a panel has a title of its own, of the third level

_reader = MarkdownIt("commonmark", {"html": False}).enable("table")


def rendered(text: str) -> SafeString:
    """Return the HTML of a text; its headings come under that of the panel."""
    tokens = _reader.parse(text[:MAX_TEXT])
    for token in tokens:
        _lower(token)
    written = _reader.renderer.render(tokens, _reader.options, {})
    clean = nh3.clean(
        written,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_local_pictures,
        url_schemes=_SCHEMES,
        link_rel="noopener",
    )
    return mark_safe(clean)  # noqa: S308  (nh3 has just cleaned it)


def _lower(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(int(token.tag[1]) + _FIRST_LEVEL, 6)}"


def _local_pictures(tag: str, name: str, value: str) -> str | None:
    """Allow pictures of this site only; others are replaced by their words, since a page contacts no other site."""
    if (tag, name) == ("img", "src") and (not value.startswith("/") or value.startswith("//")):
        return None
    return value
