"""A visitor without a mouse goes from the home page to a sheet, reads all of it, and comes back where they were."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.chromium import READY
from tests.browser.site.test_keyboard import tab_to
from tests.browser.visit import Visit

FOCUS_IS_SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
}"""


def open_the_map(page: Page) -> None:
    """From the home page, open and close the menu, skip to the content, then follow the first link to the map."""
    page.goto("/")
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    expect(page.locator("details.drop[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("details.drop[open]")).to_have_count(0)
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, "main a[href^='/carte/']")
    page.keyboard.press("Enter")
    page.wait_for_selector(READY)


def open_the_garden(page: Page) -> None:
    """Skip the header, open the list, and the sheet of the garden from it."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, "[role=tab]")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Question")).to_be_focused()
    tab_to(page, "a[data-feature^='aires-de-jeux/']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_focused()


def test_the_keyboard_goes_from_the_skip_link_to_a_sheet_back_and_to_its_neighbours(visit: Visit) -> None:
    page = visit.page()
    open_the_map(page)
    open_the_garden(page)
    tab_to(page, "[data-sheet] a[data-photo], [data-sheet] .gallery a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Photo 1 sur 2")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("a[data-feature^='aires-de-jeux/']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_focused()
    tab_to(page, "[data-sheet] [role=tab]")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="Voisinage")).to_contain_text("N Meudon")
    # Escape closes the sheet and leaves the panel of a desk open.
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Question").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("tab", name="Question")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Question")).to_be_visible()


def draw_the_list_again(page: Page) -> None:
    """Come nearer without the keyboard, and wait until the list of what is in view is there."""
    with page.expect_response(lambda response: "hx-request" in response.request.headers):
        page.locator("[data-zoom-in]").dispatch_event("click")
    expect(page.locator("#pane-list")).to_have_attribute("aria-busy", "false")


def test_a_list_that_is_drawn_again_leaves_the_focus_on_its_row(
    visit: Visit, subtests: pytest.Subtests
) -> None:
    page = visit.page()
    visit.map(page, "/carte/?couches=aires-de-jeux&onglet=filtres")
    row = page.locator("#pane-list a[data-feature^='aires-de-jeux/']")
    with subtests.test("while a row has the focus"):
        row.focus()
        draw_the_list_again(page)
        expect(row).to_be_focused()
    with subtests.test("while the sheet of the row is open"):
        row.press("Enter")
        expect(page.get_by_role("heading", name=town.GARDEN)).to_be_focused()
        draw_the_list_again(page)
        page.keyboard.press("Escape")
        expect(row).to_be_focused()


def test_what_has_the_focus_is_seen_at_every_step(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, f"/carte/?objet=aires-de-jeux/{town.garden().pk}")
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_visible()
    unseen = []
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        if not page.evaluate(FOCUS_IS_SEEN):
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    assert unseen == []


def test_who_follows_the_address_of_a_sheet_reads_the_same_page_by_keyboard(visit: Visit) -> None:
    page = visit.page()
    page.goto(f"/catalogue/aires-de-jeux/{town.garden().pk}/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, "main a[href*='/carte/']")
    page.keyboard.press("Enter")
    page.wait_for_selector(READY)
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_visible()
