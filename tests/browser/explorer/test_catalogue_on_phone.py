"""The catalogue on a phone: its filters leave the first layer on the screen."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.browser.visit import Visit


def top_of(target: Locator) -> float:
    """Return how far an element is from the top, in pixels."""
    box = target.bounding_box()
    assert box is not None
    return box["y"]


def test_lists_of_filters_stand_two_by_two_above_the_first_layer(visit: Visit) -> None:
    page = visit.page(width=375, height=812, touch=True)
    page.goto("/catalogue/")
    lists = page.locator(".filters select").all()
    tops = [top_of(each) for each in lists]
    assert len(set(tops)) == (len(tops) + 1) // 2
    assert top_of(page.locator(".layer-item").first) < 812
