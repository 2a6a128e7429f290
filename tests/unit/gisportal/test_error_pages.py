"""Error pages answer in French, and the last one needs nothing that may be down."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

PORTAL_TITLE = "Seine Ouest, ses données"


def test_the_page_of_a_breakdown_asks_nothing_of_the_database() -> None:
    page = render_to_string("500.html", request=RequestFactory().get("/"))
    assert PORTAL_TITLE in page


def test_the_page_of_a_breakdown_needs_no_request() -> None:
    assert "panne" in render_to_string("500.html")


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "429.html", "500.html", "503.html"])
def test_an_error_page_says_its_status(template: str) -> None:
    assert template.removesuffix(".html") in render_to_string(template)
