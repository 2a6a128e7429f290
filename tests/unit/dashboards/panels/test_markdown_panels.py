"""Markdown of authors becomes words, and nothing that runs or asks another site."""

from __future__ import annotations

import pytest

from dashboards.panels.markdown import rendered

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "<iframe src=https://example.org></iframe>",
    "<a href='java&#x09;script:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_leaves_no_live_markup(text: str) -> None:
    written = str(rendered(text)).lower()
    assert not any(
        word in written for word in ("<script", "<img src=", 'href="j', 'href="d', "<iframe", "<style")
    )


def test_a_picture_of_another_site_is_never_asked() -> None:
    assert "example.org" not in rendered("![logo](https://example.org/logo.png)")


def test_headings_come_under_that_of_the_panel() -> None:
    assert rendered("# Titre") == "<h4>Titre</h4>\n"


def test_tables_of_a_text_are_kept() -> None:
    assert "<td>1</td>" in rendered("| a |\n|---|\n| 1 |")
