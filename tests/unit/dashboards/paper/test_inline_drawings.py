"""Drawings that stand in one document: their names do not meet, and words stand for them."""

from __future__ import annotations

import pytest

from dashboards.paper.html import inline_svg

DRAWN = (
    '<?xml version="1.0"?>\n<svg class="marks" width="90" height="40" viewBox="0 0 90 40" xmlns="http://www.w3.org/2000/svg">'
    '<defs><clipPath id="clip0"><rect width="90"/></clipPath></defs><g clip-path="url(#clip0)"><path d="M0 0"/></g>'
    '<use xlink:href="#clip0"/><image href="https://x.example/a.png"/></svg>'
)


def test_a_drawing_begins_with_its_own_element() -> None:
    assert inline_svg(DRAWN, name="a", alternative="").startswith("<svg")


def test_two_drawings_share_no_name() -> None:
    assert 'id="p-1-clip0"' in inline_svg(DRAWN, name="p-1", alternative="")


def test_a_drawing_uses_its_own_names() -> None:
    found = inline_svg(DRAWN, name="p-1", alternative="")
    assert ("url(#p-1-clip0)" in found, 'href="#p-1-clip0"' in found) == (True, True)


def test_a_drawing_leads_nowhere() -> None:
    assert "x.example" not in inline_svg(DRAWN, name="a", alternative="")


def test_a_drawing_is_as_large_as_its_coordinates_say() -> None:
    head = inline_svg(DRAWN.replace('width="90"', 'width="9"', 1), name="a", alternative="").partition(">")[0]
    assert (' width="90" height="40"' in head, 'width="9"' in head) == (True, False)


def test_words_stand_for_a_drawing() -> None:
    assert "<title>Jeux &lt;2&gt;</title>" in inline_svg(DRAWN, name="a", alternative="Jeux <2>")


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="svg"):
        inline_svg("<html></html>", name="a", alternative="")
