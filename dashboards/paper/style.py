"""The style of a file of a dashboard, in its page: tokens, type, colours, widths, and the policy that allows them."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import get_language

from dashboards.paper.layout import PaperLayout
from interface.palette import colour, palette, token
from interface.paper import font_rules, light_tokens, static_text

_SHEET = "dashboards/paper/paper.css"
CLOSE_MARGINS = "\n@page { margin: 8mm 11mm 11mm }"
_WIDTH = re.compile(r"\bwidth-(\d{1,4})\b")
_HUE = re.compile(r"hue-([a-z0-9-]+)(?:\s+strength-(\d{1,3}))?")


def assembled(title: str, body: str, layout: PaperLayout, *, letters: float, is_close: bool = False) -> str:
    """Return a whole page; its letters are so many points high on paper, its titles beside their texts if close."""
    rules = (_page_rule(layout), _sheet(), _letters_rule(letters), widths(body), hues(body))
    style = "\n".join((font_rules(), light_tokens(), *rules))
    name = ' class="is-close"' if is_close else ""
    style += CLOSE_MARGINS if is_close else ""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    language = get_language() or settings.LANGUAGE_CODE
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy(digest))}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body{name}>\n{body}</body>\n</html>\n"
    )


def policy(digest: str) -> str:
    """Return the Content-Security-Policy of the page, which it says itself: nothing is fetched, nothing runs."""
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; font-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


def hues(body: str) -> str:
    """Return the colours that a page names by classes, mixed with the paper as its style sheets would."""
    rules = []
    for name, strength in sorted(set(_HUE.findall(body))):
        if name in palette():
            selector = f".hue-{name}" + (f".strength-{strength}" if strength else "")
            rules.append(f"{selector}{{--hue:{colour(token(name, int(strength or 100) / 100), palette())}}}")
    return "\n".join(rules)


def widths(body: str) -> str:
    """Return the widths of columns, in thousandths of the sheet, that a page names by classes."""
    names = sorted(map(int, set(_WIDTH.findall(body))))
    return "\n".join(f".width-{name}{{width:{name / 10}%}}" for name in names)


def _letters_rule(letters: float) -> str:
    return f"@media print {{ body {{ font-size: {letters}pt }} }}"


@lru_cache(maxsize=1)
def _sheet() -> str:
    return static_text(_SHEET)


def _page_rule(layout: PaperLayout) -> str:
    return f"@page {{ size: {layout.page_size} }}"
