"""The public walks through the whole portal: nothing it is shown or sent says that the internal layer exists.

Every answer of the server is read, whatever it is for: pages, fragments, suggestions, tiles, tables, files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from heritage.models import HeritageBuilding
from tests.browser import town
from tests.browser.visit import Visit
from tests.people import OUTSIDER

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


PAGES = [
    "/",
    "/catalogue/",
    "/catalogue/arbres-remarquables/",
    "/connecter/",
    "/accessibilite/",
    "/api/collections?f=html",
    f"/carte/telecharger/?{OPEN}",
    f"/carte/filtres/arbres-remarquables/?{OPEN}&valeurs=genre&debut=hangar",
    "/recherche/?q=monument",
    "/catalogue/?q=monument&visibilite=internal",
]


def test_no_page_names_it(visit: Visit, ear: Ear) -> None:
    page = listened(visit, ear)
    for address in PAGES:
        page.goto(address, wait_until="networkidle")
        text = page.content()
        ear.told += [f"the page {address}: {one}" for one in SECRETS if one in text]
    see(page, ear)


def test_no_panel_nor_tile_of_the_map_holds_it(visit: Visit, ear: Ear) -> None:
    page = listened(visit, ear)
    visit.map(page, f"/carte/?{OPEN}#14.00/{LAT}/{LON}")
    for tab in ("Question", "Vues", "Couches"):
        page.get_by_role("tab", name=tab).click()
    page.get_by_role("searchbox", name="Chercher une couche").fill("batiments")
    expect(page.locator("[data-layer]:visible")).to_have_count(0)
    page.locator("#filters-of-arbres-remarquables").dispatch_event("click")
    expect(page.locator("#combine-layer option[value=aires-de-jeux]")).to_have_count(1)
    see(page, ear)


def test_no_table_statistics_nor_file_counts_it(visit: Visit, ear: Ear) -> None:
    page = listened(visit, ear)
    visit.map(page, f"/carte/?{OPEN}&tableau=arbres-remarquables")
    expect(page.get_by_label("Couche du tableau").locator("option")).to_have_count(3)
    page.get_by_role("tab", name="Statistiques").click()
    expect(page.get_by_role("tabpanel", name="Statistiques")).to_contain_text("34")
    page.locator("[data-downloads] > summary").click()
    see(page, ear)


def test_no_suggestion_nor_result_leads_to_it(visit: Visit, ear: Ear) -> None:
    page = listened(visit, ear)
    page.goto("/catalogue/")
    page.locator("#bar-q").press_sequentially("trivaux")
    expect(page.locator("#bar-q-list [role=option]")).to_have_count(2)  # a tree, and every result
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_role("link", name="Chêne de Trivaux", exact=True)).to_be_visible()
    see(page, ear)


def test_no_neighbourhood_tells_it(visit: Visit, ear: Ear) -> None:
    page = listened(visit, ear)
    visit.map(page, f"/carte/?{OPEN}#17.00/{LAT}/{LON + 0.001}")
    page.get_by_role("tab", name="Question").click()
    page.get_by_role("link", name="Séquoia du Hangar").click()
    page.get_by_role("tab", name="Voisinage").click()
    expect(page.get_by_role("tabpanel", name="Voisinage")).to_contain_text("Hêtre du Hangar")
    see(page, ear)


def test_a_click_where_it_stands_opens_what_is_open(visit: Visit, ear: Ear) -> None:
    page = listened(visit, ear)
    visit.map(page, f"/carte/?couches=plui-zones#17.00/{LAT}/{LON}")
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("heading", name="N Meudon")).to_be_visible()
    see(page, ear)


def test_no_sheet_of_paper_names_it(visit: Visit, ear: Ear) -> None:
    page = listened(visit, ear)
    page.goto(f"/carte/imprimer/?{OPEN}&vue=14.00/{LAT}/{LON}")
    page.wait_for_selector("[data-desk][data-state=ready]")
    see(page, ear)


def test_who_signs_in_without_the_right_is_told_no_more(visit: Visit, ear: Ear) -> None:
    page = visit.page()
    visit.sign_in(page, OUTSIDER)
    ear.listen(page)
    visit.map(page, f"/carte/?{OPEN}&commune={town.MEUDON}")
    page.goto("/catalogue/", wait_until="networkidle")
    page.goto("/compte/", wait_until="networkidle")
    see(page, ear)


def test_an_address_of_it_is_that_of_a_layer_that_does_not_exist(
    visit: Visit, ear: Ear, subtests: pytest.Subtests
) -> None:
    visit.watch.expected.add(404)
    page = visit.page()
    for name in ("catalogue", "carte/filtres", "carte/tableau", "carte/statistiques", "connecter"):
        with subtests.test(name):
            slugs = (town.INTERNAL, "couche-inventee")
            answers = [page.request.get(f"/{name}/{slug}/") for slug in slugs]
            said = [re.sub("|".join(slugs), "…", answer.text()) for answer in answers]
            assert [answer.status for answer in answers] == [404, 404]
            assert nameless(said[0]) == nameless(said[1])


def test_a_sheet_of_it_is_that_of_nothing(visit: Visit, ear: Ear, subtests: pytest.Subtests) -> None:
    page = visit.page()
    asked = (HeritageBuilding.objects.get(denomination="Hangar Y").pk, 999_999)
    for path in ("", "signaler/", "voisinage/"):
        with subtests.test(f"the page {path}"):
            answers = [page.request.get(f"/catalogue/{town.INTERNAL}/{pk}/{path}") for pk in asked]
            # Each answer without its own address, and only there: the digits of an id may stand in a token.
            said = [
                nameless(one.text()).replace(f"/{pk}/", "/…/") for one, pk in zip(answers, asked, strict=True)
            ]
            assert [answer.status for answer in answers] == [404, 404]
            assert said[0] == said[1]


def nameless(text: str) -> str:
    """Leave out what is drawn anew for each answer: the token of forms and the name of the request."""
    return re.sub(r'(value|content|nonce)="[\w-]{16,}"|[0-9a-f]{32}|[0-9a-f-]{36}', "", text)
