"""Drawings as parts of one document: SVG whose names are its own, with a title that says what is seen."""

from __future__ import annotations

import re
from html import escape

from django.utils.safestring import SafeString, mark_safe

_PROLOGUE = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_ROOT = re.compile(r"<svg\b([^>]*)>")
_OWN = re.compile(r"""\s(?:role|aria-[a-z]+|class|id|width|height|style)=(?:"[^"]*"|'[^']*')""")
_BOX = re.compile(r'\bviewBox="0 0 ([\d.]+) ([\d.]+)"')
_NAME = re.compile(r'\bid="([^"]+)"')
_USE = re.compile(r"url\(['\"]?#([^)'\"]+)['\"]?\)")
_LINK = re.compile(r"""\s(?:xlink:)?href=(?:"(?!#)[^"]*"|'(?!#)[^']*')""")
_LOCAL = re.compile(r'\s((?:xlink:)?href)="#([^"]*)"')


def inline_svg(drawing: str, *, name: str, alternative: str) -> SafeString:
    """Return a drawing as a part of a document.

    ``name`` is put before its ids, which two drawings may share; ``alternative`` is read instead of it. It is as large
    as its own coordinates say; addresses that lead out of it are left out.

    Raises:
        ValueError: ``drawing`` is no SVG.
    """
    text = _PROLOGUE.sub("", drawing, count=1)
    root = _ROOT.match(text)
    if root is None:
        raise ValueError("no <svg> in the drawing")
    body = _LINK.sub("", text[root.end() :])
    body = _NAME.sub(lambda found: f'id="{name}-{found[1]}"', body)
    body = _USE.sub(lambda found: f"url(#{name}-{found[1]})", body)
    body = _LOCAL.sub(lambda found: f' {found[1]}="#{name}-{found[2]}"', body)
    words, box = escape(alternative), _BOX.search(root[1])
    size = f' width="{box[1]}" height="{box[2]}"' if box else ""
    head = f'<svg{_OWN.sub("", root[1])} {size} class="drawing" role="img" aria-label="{words}"><title>{words}</title>'
    return mark_safe(head + body)  # noqa: S308  (drawn by our own programs; its addresses are out)
