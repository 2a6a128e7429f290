"""Results by keyboard: from the load of a page, each is at most twelve keys away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from explorer.nearby.queries import MAX_ROWS
from tests import factories
from tests.browser.visit import Visit

MOST_KEYS = 12
TREES = 34
PAGES = {
    "catalogue": ("/catalogue/", ".layer-item h3 a"),
    "search": ("/recherche/?q=tilleul", ".results .result-words > a:first-of-type"),
}


def focused_result(page: Page, selector: str) -> int:
    return int(
        page.evaluate(
            "selector => [...document.querySelectorAll(selector)].indexOf(document.activeElement)", selector
        )
    )


def keys_to_results(page: Page) -> int:
    """Press Tab up to the link that skips to the results, then Enter; return how many keys that took."""
    for count in range(1, MOST_KEYS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hash") == "#resultats":
            page.keyboard.press("Enter")
            return count + 1
    raise AssertionError("no link skips to the results")


def keys_to(page: Page, selector: str, index: int, count: int) -> int:
    """Go from the container to a result by the shortest way of a person; return how many keys that took."""
    used = 1
    page.keyboard.press("End" if count - 1 - index < index else "Home")
    while (place := focused_result(page, selector)) != index and used <= MOST_KEYS:
        away = index - place
        if abs(away) > 5:
            page.keyboard.press("PageDown" if away > 0 else "PageUp")
        else:
            page.keyboard.press("ArrowDown" if away > 0 else "ArrowUp")
        used += 1
    return used


@pytest.mark.parametrize("name", PAGES)
def test_each_result_is_at_most_twelve_keys_away(visit: Visit, name: str) -> None:
    with factories.in_bulk():
        for number in range(TREES):
            factories.tree(f"Tilleul argenté {number}")
    address, selector = PAGES[name]
    page = visit.page()
    page.goto(address)
    count = page.locator(selector).count()
    assert count > 5
    first = keys_to_results(page)
    keys = {index: first + keys_to(page, selector, index, count) for index in range(count)}
    assert {index: used for index, used in keys.items() if used > MOST_KEYS} == {}


def test_each_of_the_nearest_is_at_most_twelve_keys_away(visit: Visit) -> None:
    longitude, latitude = factories.MIDDLES[factories.MEUDON]
    with factories.in_bulk():
        for number in range(TREES):
            factories.tree(f"Tilleul argenté {number}", at=(longitude + number / 10_000, latitude))
    page = visit.page(width=375)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": longitude, "latitude": latitude, "accuracy": 12})
    page.goto("/carte/?couches=arbres-remarquables&near=moi&radius=600&onglet=autour")
    expect(page.locator(".nearby-title")).to_be_focused()
    selector = ".nearby-rows a"
    count = page.locator(selector).count()
    assert count == MAX_ROWS
    keys = {index: keys_to(page, selector, index, count) for index in range(count)}
    assert {index: used for index, used in keys.items() if used > MOST_KEYS} == {}
