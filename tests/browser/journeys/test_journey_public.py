"""The public walks through the whole portal: nothing it is shown or sent says that the internal layer exists.

Every answer that a page asks for is read, whatever it is for: fragments, suggestions, tiles, tables, files. Pages by
themselves are asked in ``tests/http/access/test_hidden_on_pages.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import town
from tests.browser.visit import Visit

SECRETS = [town.INTERNAL, "Bâtiments patrimoniaux", "Hangar Y", "9 avenue de Trivaux"]
LON, LAT = 2.2340, 48.7990  # where the building stands
OPEN = "couches=arbres-remarquables&couches=aires-de-jeux&couches=plui-zones"


@dataclass
class Ear:
    """Reads every answer that is not a file of the portal's own code; ``told`` says where a secret was found."""

    told: list[str] = field(default_factory=list)
    heard: int = 0

    def listen(self, page: Page) -> None:
        """Read what the page is sent from now on."""
        page.route(lambda address: "/static/" not in address, self._read)

    def _read(self, route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        text = answer.body().decode("utf-8", "replace")
        self.heard += 1
        self.told += [f"{urlsplit(route.request.url).path}: {one}" for one in SECRETS if one in text]
        route.fulfill(response=answer)


@pytest.fixture
def ear(visit: Visit) -> Ear:
    """An ear, and a tree beside the building so that there is a sheet whose neighbourhood could tell."""
    town.heritage_trees()
    return Ear()


def listened(visit: Visit, ear: Ear) -> Page:
    """Return a page of the public whose every answer is read."""
    page = visit.page()
    ear.listen(page)
    return page


def see(page: Page, ear: Ear) -> None:
    """Check that nothing was told, in what was sent as in what is on the page."""
    page.unroute_all(behavior="wait")
    text = page.content()
    assert ear.heard > 0
    assert ear.told + [one for one in SECRETS if one in text] == []


def test_no_part_of_the_map_holds_it(visit: Visit, ear: Ear, subtests: pytest.Subtests) -> None:
    page = listened(visit, ear)
    visit.map(page, f"/carte/?{OPEN}#17.00/{LAT}/{LON}")
    with subtests.test("no layer of the panel"):
        page.get_by_role("searchbox", name="Chercher une couche").fill("batiments")
        expect(page.locator("[data-layer]:visible")).to_have_count(0)
        page.get_by_role("searchbox", name="Chercher une couche").fill("")
    with subtests.test("no layer to combine with"):
        page.locator("#filters-of-arbres-remarquables").dispatch_event("click")
        expect(page.locator("#combine-layer option[value=aires-de-jeux]")).to_have_count(1)
    with subtests.test("a click where it stands opens what is open"):
        box = page.locator("[data-map]").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.get_by_role("heading", name="N Meudon")).to_be_visible()
    with subtests.test("no neighbour of a sheet"):
        page.get_by_role("tab", name=re.compile("^Question")).click()
        expect(page).to_have_url(re.compile(rf"#17\.00/{LAT}0*/{LON}0*$"))  # a click does not move the map
        page.get_by_role("link", name="Séquoia du Hangar").click()
        page.get_by_role("tab", name="Voisinage").click()
        expect(page.get_by_role("tabpanel", name="Voisinage")).to_contain_text("Hêtre du Hangar")
    with subtests.test("no table, statistics nor file"):
        page.get_by_role("button", name="Tableau", exact=True).click()
        expect(page.get_by_label("Couche du tableau").locator("option")).to_have_count(3)
        page.get_by_label("Couche du tableau").select_option("arbres-remarquables")
        page.get_by_role("tab", name="Statistiques").click()
        expect(page.get_by_role("tabpanel", name="Statistiques")).to_contain_text(
            re.compile(r"Sur\s\d+\sobjet")
        )
        page.locator("[data-downloads] > summary").click()
    with subtests.test("nothing that was sent"):
        see(page, ear)


def test_no_suggestion_leads_to_it_and_no_sheet_of_paper_names_it(
    visit: Visit, ear: Ear, subtests: pytest.Subtests
) -> None:
    page = listened(visit, ear)
    with subtests.test("suggestions and results"):
        page.goto("/catalogue/")
        page.locator("#bar-q").press_sequentially("trivaux")
        expect(page.locator("#bar-q-list [role=option]")).to_have_count(2)  # a tree, and every result
        page.keyboard.press("Enter")
        tree = page.get_by_role("main").get_by_role("link", name="Chêne de Trivaux", exact=True)
        expect(tree).to_be_visible()
    with subtests.test("paper"):
        page.goto(f"/carte/imprimer/?{OPEN}&vue=14.00/{LAT}/{LON}")
        page.wait_for_selector("[data-desk][data-state=ready]")
    see(page, ear)
