"""Nothing is lost to who reads large, narrow, spaced out, in the system's colours, or without motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import town
from tests.browser.site.test_accessibility import API_PAGES, PAGES
from tests.browser.tour import DESK, Tour, excess_width
from tests.browser.visit import Visit

TREES, GARDENS, ZONES = "arbres-remarquables", "aires-de-jeux", "plui-zones"
BOTH = f"/carte/?couches={TREES}&couches={ZONES}"
MANY = f"{BOTH}&commune={town.MEUDON},92072&q=tilleul&{ZONES}.typezone=N&{TREES}.touching={ZONES}"
TABLE = f"/carte/?couches={TREES}&tableau={TREES}"
NARROW = ViewportSize(width=320, height=640)
WIDTHS = [NARROW, ViewportSize(width=768, height=900)]
ZOOMED = ViewportSize(width=720, height=450)  # 1440 x 900 px at 200 %
# WCAG 1.4.12. A sheet of rules made by script, which the policy of the site allows as it does any script of its own.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
# Words that a box of fixed size would cut. Cells of tables end with an ellipsis: their sheet has the words.
CUT = """() => [...document.querySelectorAll("a, button, summary, label, legend, h1, h2, h3, p, dt, dd, .badge, .chip")]
  .filter((e) => e.checkVisibility() && !e.closest(".visually-hidden, .grid, .suggestions, .maplibregl-map")
    && /hidden|clip/.test(getComputedStyle(e).overflow)
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
  .map((e) => e.outerHTML.slice(0, 100))"""
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


def wide(visit: Visit, page: Page, addresses: list[str]) -> dict[tuple[str, int], int]:
    """Return the pages that are wider than a phone or a tablet, and by how many pixels."""
    found = {}
    for address in addresses:
        if address.startswith("/carte/?"):
            visit.map(page, address)
        else:
            page.goto(address)
        page.evaluate("document.fonts.ready.then(() => true)")  # words of another font have another width
        for size in WIDTHS if page.evaluate("innerWidth") == WIDTHS[0]["width"] else WIDTHS[::-1]:
            page.set_viewport_size(size)
            found[address, size["width"]] = excess_width(page)
    return {where: excess for where, excess in found.items() if excess > 0}


def test_no_page_is_wider_than_the_screen(visit: Visit) -> None:
    page = visit.page(width=320)
    garden = f"/catalogue/{GARDENS}/{town.garden().pk}/"
    assert wide(visit, page, [*PAGES, *API_PAGES, garden, f"{garden}signaler/", MANY, TABLE]) == {}


@pytest.mark.parametrize("size", [NARROW, ZOOMED], ids=["320", "200 %"])
def test_every_tool_stays_in_reach(visit: Visit, size: ViewportSize) -> None:
    page = visit.page()
    page.set_viewport_size(size)
    found = {}
    for address in (BOTH, MANY, TABLE):
        visit.map(page, address)
        found[address] = page.evaluate(OUT_OF_REACH)
    assert {address: lost for address, lost in found.items() if lost} == {}


def test_a_table_moves_nothing_and_its_menus_stay_on_screen(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, TABLE)
    longest = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('*')].flatMap((e) => [getComputedStyle(e).transitionDuration,"
        " getComputedStyle(e).animationDuration].map(Number.parseFloat)))"
    )
    assert longest < 0.01, "something moves though motion is reduced"
    page.get_by_role("separator", name="Hauteur du tableau").focus()
    page.keyboard.press("End")
    expect(page.locator("[data-downloads]")).to_be_visible()
    page.locator("[data-downloads] > summary").click()
    box = page.locator("[data-downloads] > .drop-body").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 900


def test_chips_never_cover_more_than_two_rows_of_the_map_and_are_scrolled_to(visit: Visit) -> None:
    page = visit.page(width=375)
    visit.map(page, MANY)
    page.locator("#chip-4").focus()
    expect(page.locator("#chip-4")).to_be_in_viewport()
    page.set_viewport_size({"width": 1024, "height": 900})
    box = page.locator(".chip-list").bounding_box()
    assert box is not None
    assert box["height"] <= 110


def test_spaced_text_is_not_cut(visit: Visit) -> None:
    page = visit.page(width=375)
    found = {}
    for address in (
        "/",
        "/catalogue/",
        f"/catalogue/{TREES}/",
        "/compte/connexion/",
        "/recherche/?q=tilleul",
        MANY,
    ):
        if address.startswith("/carte/?"):
            visit.map(page, address)
        else:
            page.goto(address)
        page.evaluate(SPACED)
        for width in (375, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            found[address, width] = page.evaluate(CUT)
    assert {where: cut for where, cut in found.items() if cut} == {}


def test_the_colours_of_the_system_leave_everything_clean(visit: Visit, axe: str) -> None:
    page = visit.page()
    page.emulate_media(forced_colors="active")
    tour = Tour(page, axe, DESK)
    for address in ("/", "/catalogue/", f"/catalogue/{TREES}/", "/compte/connexion/"):
        tour.go(address)
    for address in (MANY, TABLE, f"{BOTH}&objet={GARDENS}/{town.garden().pk}"):
        visit.map(page, address)
        tour.see(address)
        if address == MANY:
            chosen = page.locator(f"#legend-{ZONES} [aria-current=true]")
            assert chosen.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert tour.faults == {}


@pytest.mark.parametrize("width", [375, 1440])
def test_a_sheet_opened_by_its_address_leaves_the_focus_to_the_map(visit: Visit, width: int) -> None:
    page = visit.page(width=width)
    visit.map(page, f"{BOTH}&objet={GARDENS}/{town.garden().pk}")
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_focused()
    page.get_by_role("button", name="Fermer la fiche").press("Enter")
    expect(page.locator("[data-map] canvas")).to_be_focused()
