"""The first pages people open are light, still and readable, at any width."""

from __future__ import annotations

import pytest
from playwright.sync_api import Response, expect

from tests.browser import town
from tests.browser.visit import Visit

ADDRESSES = ["/", "/catalogue/", "/catalogue/arbres-remarquables/", "/recherche/?q=arbre"]
MAX_REQUESTS, MAX_BYTES, MAX_SHIFT = 40, 1_500_000, 0.05
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.hadRecentInput ? 0 : entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_light_and_stays_where_it_is(visit: Visit, address: str, subtests: pytest.Subtests) -> None:
    for width in (375, 1440):
        page = visit.page(width=width, worker=True)
        seen: list[Response] = []
        page.on("response", lambda response, seen=seen: seen.append(response))
        page.goto(address, wait_until="networkidle")
        with subtests.test("few requests", width=width):
            assert len(seen) <= MAX_REQUESTS
        with subtests.test("few bytes", width=width):
            assert sum(len(response.body()) for response in seen if response.ok) <= MAX_BYTES
        with subtests.test("what is read stays where it is", width=width):
            assert page.evaluate(SHIFT) <= MAX_SHIFT


def test_the_home_page_finds_a_thing_by_its_name(visit: Visit) -> None:
    page = visit.page()
    page.goto("/")
    page.locator("#home-q").press_sequentially("observatoire")
    page.locator("#home-q-list").get_by_role("option", name=town.CEDAR).click()
    expect(page.get_by_role("heading", level=1, name=town.CEDAR)).to_be_visible()
