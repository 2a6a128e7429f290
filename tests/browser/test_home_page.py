"""The first pages people open are light, still and readable, at any width."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Response, expect

from tests.browser import town
from tests.browser.conftest import Visit

ADDRESSES = ["/", "/catalogue/", "/catalogue/arbres-remarquables/", "/recherche/?q=arbre"]
MOST_REQUESTS, MOST_BYTES, MOST_SHIFT = 40, 1_500_000, 0.05
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.hadRecentInput ? 0 : entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_light(visit: Visit, address: str) -> None:
    page = visit.page()
    seen: list[Response] = []
    page.on("response", lambda response: seen.append(response))
    page.goto(address, wait_until="networkidle")
    weight = sum(len(response.body()) for response in seen if response.ok)
    assert (len(seen) <= MOST_REQUESTS, weight <= MOST_BYTES) == (True, True)


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_stays_where_it_is(visit: Visit, address: str, width: int) -> None:
    page = visit.page(width=width)
    page.goto(address, wait_until="networkidle")
    assert page.evaluate(SHIFT) <= MOST_SHIFT


@pytest.mark.parametrize("address", [*ADDRESSES, "/accessibilite/", "/nulle-part/", "/hors-ligne/"])
def test_a_page_reads_at_320_pixels(visit: Visit, address: str) -> None:
    visit.watch.expected.add(404)
    page = visit.page(width=320)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("address", [*ADDRESSES, "/accessibilite/", "/style/"])
def test_the_headings_of_a_page_are_one_outline(visit: Visit, address: str) -> None:
    page = visit.page()
    page.goto(address)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].map((h) => Number(h.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert [step for step in itertools.pairwise(levels) if step[1] > step[0] + 1] == []


def test_the_home_page_finds_a_thing_by_its_name(visit: Visit) -> None:
    page = visit.page()
    page.goto("/")
    page.locator("#home-q").press_sequentially("observatoire")
    page.locator("#home-q-list").get_by_role("option", name=town.CEDAR).click()
    expect(page.get_by_role("heading", level=1, name=town.CEDAR)).to_be_visible()
