"""A visitor shares what is on the screen: whoever opens the link, in any browser, sees the same view."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.clipboard import clipboard_text
from tests.browser.visit import Visit

SHOWN = """() => ({
  layers: [...document.querySelectorAll("[name=couches]:checked")].map((box) => box.value),
  chips: [...document.querySelectorAll("#map-chips .chip")].map((chip) => chip.textContent.trim()),
  counts: [...document.querySelectorAll("[id^=count-]")].map((count) => count.textContent.trim()),
  opacity: document.querySelector('[data-layer="plui-zones"] [data-opacity]').value,
  list: [...document.querySelectorAll("#pane-list a[data-feature]")].map((link) => link.dataset.feature),
  sheet: document.querySelector("[data-sheet] h2")?.innerText,
})"""


def compose(visit: Visit, page: Page) -> None:
    """Ask something of everything: a commune, a legend, an opacity, what is looked for, a sheet."""
    visit.map(page, "/carte/?couches=arbres-remarquables&couches=plui-zones")
    page.get_by_text("Toutes les communes").click()
    page.get_by_label("Meudon", exact=True).check()
    page.wait_for_url(re.compile("commune=92048"))
    page.locator("#legend-plui-zones").get_by_role("link", name=re.compile("^Zone naturelle")).click()
    page.wait_for_url(re.compile(r"plui-zones\.typezone=N"))
    page.locator('[data-layer="plui-zones"] .layer-more > summary').click()
    page.get_by_role("slider", name=re.compile("Opacité de PLUi")).fill("60")
    page.wait_for_url(re.compile("opacite=plui-zones:60"))
    page.get_by_role("tab", name="Question").click()
    page.locator("#question .part").filter(has_text="PLUi : zones").click()
    page.get_by_role("dialog").get_by_role("link", name=re.compile("^Arbres remarquables")).click()
    page.wait_for_url(re.compile("sujet=arbres-remarquables"))
    page.get_by_role("link", name=town.CEDAR).click()
    expect(page.get_by_role("heading", name=town.CEDAR)).to_be_visible()
    expect(page.locator("#count-arbres-remarquables")).to_have_text("1 sur 31")


def copied_link(page: Page) -> str:
    """Copy the link of the view with its button."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Partager", exact=True).click()
    page.get_by_role("button", name="Copier le lien").click()
    expect(page.get_by_role("button", name="Lien copié")).to_be_visible()
    page.keyboard.press("Escape")
    return clipboard_text(page)


def opens(visit: Visit, theirs: Page, link: str) -> dict[str, object]:
    """Open the link in another profile; return what the screen shows once it has the sheet."""
    visit.map(theirs, link)
    expect(theirs.get_by_role("heading", name=town.CEDAR)).to_be_visible()
    shown: dict[str, object] = theirs.evaluate(SHOWN)
    return shown


def test_a_copied_link_opens_the_same_view(visit: Visit, subtests: pytest.Subtests) -> None:
    mine = visit.page()
    compose(visit, mine)
    link, shown = copied_link(mine), mine.evaluate(SHOWN)
    with subtests.test("in another profile"):
        theirs = visit.page()
        assert opens(visit, theirs, link) == shown
        assert theirs.url == re.sub(
            "&retrait=[^&#]*", "", mine.url
        )  # what the question set aside is not shared
    with subtests.test("on a phone, with the same answer"):
        assert opens(visit, visit.page(width=375, touch=True), link) == shown
    with subtests.test("without script"):
        theirs = visit.page(script=False)
        theirs.goto(link)
        expect(theirs.locator("#count-arbres-remarquables")).to_have_text("1 sur 31")
        expect(theirs.locator("#pane-list .results-name").filter(has_text=town.CEDAR)).to_have_count(1)
