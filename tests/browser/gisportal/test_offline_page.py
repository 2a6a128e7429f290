"""Without network a page says so, in the portal's own words; nothing else of the portal is kept on the device."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

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


def test_without_network_a_page_says_so_and_keeps_its_look(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page(worker=True)
    page.goto("/")
    page.evaluate(IN_CHARGE)
    page.goto("/catalogue/arbres-remarquables/")
    with subtests.test("no data is kept"):
        kept = page.evaluate(KEPT)
        assert [path for path in kept if not path.startswith("/static/")] == ["/hors-ligne/"]
    page.context.set_offline(True)
    page.goto("/catalogue/")
    with subtests.test("it says so"):
        expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes hors ligne")
    with subtests.test("it has the look of the portal"):
        expect(page.locator("body")).to_have_css(
            "font-family", re.compile('^"Atkinson Hyperlegible Next Variable", .*sans-serif$')
        )
        assert page.evaluate("document.fonts.check('1rem \"Atkinson Hyperlegible Next Variable\"')")
    with subtests.test("with the network back, the page asked is shown"):
        page.context.set_offline(False)
        page.get_by_role("link", name="Recharger la page").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Catalogue")
