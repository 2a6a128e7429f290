"""The first pages people open are light, still and readable, at any width."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Response, expect

from tests.browser import town
from tests.browser.tour import excess_width
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


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_light_and_stays_where_it_is(visit: Visit, address: str, width: int) -> None:
    page = visit.page(width=width, worker=True)
    seen: list[Response] = []
    page.on("response", lambda response: seen.append(response))
    page.goto(address, wait_until="networkidle")
    assert len(seen) <= MAX_REQUESTS, "too many requests"
    assert sum(len(response.body()) for response in seen if response.ok) <= MAX_BYTES, "too many bytes"
    assert page.evaluate(SHIFT) <= MAX_SHIFT, "what is read moves"


def test_pages_read_at_320_pixels(visit: Visit) -> None:
    visit.watch.expected.add(404)
    page = visit.page(width=320)
    excess = {}
    for address in [*ADDRESSES, "/accessibilite/", "/nulle-part/", "/hors-ligne/"]:
        page.goto(address)
        excess[address] = excess_width(page)
    assert {address: pixels for address, pixels in excess.items() if pixels > 0} == {}


def test_the_headings_of_a_page_are_one_outline(visit: Visit) -> None:
    page = visit.page()
    faults = {}
    for address in [*ADDRESSES, "/accessibilite/", "/style/"]:
        page.goto(address)
        levels = page.evaluate(
            "[...document.querySelectorAll('h1, h2, h3, h4')].map((h) => Number(h.tagName[1]))"
        )
        jumps = [step for step in itertools.pairwise(levels) if step[1] > step[0] + 1]
        if levels.count(1) != 1 or jumps:
            faults[address] = f"{levels.count(1)} titles of the first level, jumps: {jumps}"
    assert faults == {}


def test_the_home_page_finds_a_thing_by_its_name(visit: Visit) -> None:
    page = visit.page()
    page.goto("/")
    page.locator("#home-q").press_sequentially("observatoire")
    page.locator("#home-q-list").get_by_role("option", name=town.CEDAR).click()
    expect(page.get_by_role("heading", level=1, name=town.CEDAR)).to_be_visible()
