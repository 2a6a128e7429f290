"""Nothing of the map is lost to who reads large, narrow, spaced out, or without motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import town
from tests.browser.site.spacing import cut_words
from tests.browser.tour import excess_width
from tests.browser.visit import Visit, resize
from tests.waiting import settled

TREES, GARDENS, ZONES = "arbres-remarquables", "aires-de-jeux", "plui-zones"
BOTH = f"/carte/?couches={TREES}&couches={ZONES}"
MANY = f"{BOTH}&commune={town.MEUDON},92072&q=tilleul&{ZONES}.typezone=N&{TREES}.touching={ZONES}"
TABLE = f"/carte/?couches={TREES}&tableau={TREES}"
NARROW, TABLET = ViewportSize(width=320, height=640), ViewportSize(width=768, height=900)
ZOOMED = ViewportSize(width=720, height=450)  # 1440 x 900 px at 200 %
LONGEST_MOTION = """() => Math.max(...[...document.querySelectorAll("*")].map((e) => getComputedStyle(e))
  .flatMap((style) => [style.transitionDuration, style.animationDuration].map(Number.parseFloat)))"""
# What may be pressed and is out of reach: outside the screen or under something else, in nothing that scrolls.
OUT_OF_REACH = """() => [...document.querySelectorAll(".explorer :is(a, button, summary, select, input)")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
  .filter((e) => {
    for (let box = e.parentElement; box; box = box.parentElement)
      if (/auto|scroll/.test(getComputedStyle(box).overflow)) return false;
    const { x, y, width, height } = e.getBoundingClientRect();
    const seen = document.elementFromPoint(x + width / 2, y + height / 2);
    return width > 1 && !(seen && (e.contains(seen) || seen.contains(e)));
  })
  .map((e) => e.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("address", [BOTH, MANY, TABLE], ids=["layers", "chips", "table"])
def test_the_map_is_read_and_used_in_any_size(visit: Visit, address: str, subtests: pytest.Subtests) -> None:
    page = visit.page(**NARROW)
    visit.map(page, address)
    with subtests.test("nothing slides sideways on the narrowest screen"):
        page.evaluate("document.fonts.ready.then(() => true)")  # words of another font have another width
        assert excess_width(page) <= 0
    with subtests.test("every tool is in reach on the narrowest screen"):
        assert settled(lambda: page.evaluate(OUT_OF_REACH), []) == []
    with subtests.test("nothing slides sideways on a tablet"):
        resize(page, **TABLET)
        assert excess_width(page) <= 0
    with subtests.test("every tool is in reach at 200 %"):
        resize(page, **ZOOMED)
        assert settled(lambda: page.evaluate(OUT_OF_REACH), []) == []  # what changes size comes to rest
    if address == MANY:
        see_chips(page, subtests)
    if address == TABLE:
        see_table(page, subtests)


def see_chips(page: Page, subtests: pytest.Subtests) -> None:
    """Look at the chips of a map, then at its text spaced out."""
    with subtests.test("chips are scrolled to on a phone"):
        resize(page, 375)
        page.locator("#chip-4").focus()
        expect(page.locator("#chip-4")).to_be_in_viewport()
    with subtests.test("chips never cover more than two rows of the map"):
        resize(page, 1024)
        expect(page.locator(".chip-list")).to_be_visible()
        page.wait_for_function("() => document.querySelector('.chip-list').offsetHeight <= 110")
    with subtests.test("spaced text is not cut"):
        assert cut_words(page, "the map") == {}


def see_table(page: Page, subtests: pytest.Subtests) -> None:
    """Look at the table on a desk."""
    resize(page, 1440)
    with subtests.test("nothing moves for who asks for less motion"):
        assert page.evaluate(LONGEST_MOTION) < 0.01
    with subtests.test("menus of the table stay on screen"):
        page.get_by_role("separator", name="Hauteur du tableau").focus()
        page.keyboard.press("End")
        expect(page.locator("[data-downloads]")).to_be_visible()
        page.locator("[data-downloads] > summary").click()
        box = page.locator("[data-downloads] > .drop-body").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900
