"""What any document on paper is made of: the letters of the portal and its tokens, inside the page itself."""

from __future__ import annotations

import base64
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.html import escape
from django.utils.translation import get_language

_FONTS = {"normal": "latin-wght-normal", "italic": "latin-wght-italic"}
_FONT_FOLDER = "vendor/atkinson/files/atkinson-hyperlegible-next-"


@lru_cache(maxsize=1)
def light_tokens() -> str:
    """Return the tokens in the light: those of the dark follow the first condition of the sheet."""
    return static_text("interface/design/tokens.css").partition("@media")[0]


@lru_cache(maxsize=1)
def font_rules() -> str:
    """Return the type of the portal with its letters in it."""
    rules = []
    for style, name in _FONTS.items():
        path = finders.find(f"{_FONT_FOLDER}{name}.woff2")
        assert isinstance(path, str)
        letters = base64.b64encode(Path(path).read_bytes()).decode()
        rules.append(
            f'@font-face {{ font-family: "Atkinson Hyperlegible Next Variable"; font-style: {style}; '
            f'font-weight: 200 800; src: url("data:font/woff2;base64,{letters}") format("woff2") }}'
        )
    return "\n".join(rules)


def static_text(name: str) -> str:
    """Return a static file as text, by its name."""
    path = finders.find(name)
    assert isinstance(path, str), name
    return Path(path).read_text("utf-8")


def paper_document(title: str, body: str, *, style_sheet: str) -> str:
    """Return a whole page with its style and its letters inside: the program that makes the PDF fetches nothing.

    ``body`` is a rendered template, with its ``<body>``; ``style_sheet`` the name of a static file.
    """
    style = "\n".join((font_rules(), light_tokens(), static_text(style_sheet)))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(get_language() or settings.LANGUAGE_CODE)}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n{body}</html>\n'
    )
