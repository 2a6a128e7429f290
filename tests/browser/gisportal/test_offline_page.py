"""Without network a page says so, in the portal's own words; nothing else of the portal is kept on the device."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.visit import Visit

IN_CHARGE = """() => new Promise((done) => {
  if (navigator.serviceWorker.controller) done();
  else navigator.serviceWorker.addEventListener("controllerchange", () => done());
})"""
KEPT = """async () => {
  const names = await caches.keys();
  const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return requests.flat().map(({ url }) => new URL(url).pathname);
}"""


def visited(visit: Visit) -> Page:
    """Open the home page and wait until its worker is in charge."""
    page = visit.page(worker=True)
    page.goto("/")
    page.evaluate(IN_CHARGE)
    return page


def test_without_network_a_page_says_so(visit: Visit) -> None:
    page = visited(visit)
    page.context.set_offline(True)
    page.goto("/catalogue/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes hors ligne")


def test_the_page_without_network_keeps_its_look(visit: Visit) -> None:
    page = visited(visit)
    page.context.set_offline(True)
    page.goto("/catalogue/")
    expect(page.locator("body")).to_have_css(
        "font-family", re.compile('^"Atkinson Hyperlegible Next Variable", .*sans-serif$')
    )
    assert page.evaluate("document.fonts.check('1rem \"Atkinson Hyperlegible Next Variable\"')")


def test_with_the_network_back_the_page_asked_is_shown(visit: Visit) -> None:
    page = visited(visit)
    page.context.set_offline(True)
    page.goto("/catalogue/")
    page.context.set_offline(False)
    page.get_by_role("link", name="Recharger la page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Catalogue")


def test_no_data_is_kept(visit: Visit) -> None:
    page = visited(visit)
    page.goto("/catalogue/arbres-remarquables/")
    kept = page.evaluate(KEPT)
    assert [path for path in kept if not path.startswith("/static/")] == ["/hors-ligne/"]
