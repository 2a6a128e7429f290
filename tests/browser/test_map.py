"""A visitor opens the map, asks for a commune, clicks a feature and reads its sheet."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.chromium import READY
from tests.browser.conftest import Visit, on_screen


def ask_meudon(page: Page) -> None:
    """Choose Meudon in the panel and wait until the map has moved."""
    page.get_by_text("Toutes les communes").click()
    page.get_by_label("Meudon", exact=True).check()
    page.wait_for_url(re.compile(r"commune=92048"))
    expect(page.locator("#count-arbres-remarquables")).to_have_text("1 sur 31")
    page.wait_for_selector(READY)


def test_clicking_a_tree_opens_its_sheet(visit: Visit) -> None:
    page = visit.page()
    visit.map(page)
    ask_meudon(page)
    page.mouse.click(*on_screen(page, *town.CEDAR_PLACE))
    expect(page.get_by_role("heading", name=town.CEDAR)).to_be_visible()


def test_the_sheet_speaks_french_titles_and_units(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, f"/carte/?objet=arbres-remarquables/{town.cedar().pk}")
    fact = page.locator(".fact-grid div").filter(has_text="Hauteur")
    expect(fact).to_contain_text("24,5\u00a0m")


def test_the_list_says_what_the_commune_holds(visit: Visit) -> None:
    page = visit.page()
    visit.map(page)
    ask_meudon(page)
    page.get_by_role("tab", name="Liste").click()
    shown = page.get_by_role("tabpanel", name="Liste")
    expect(shown.locator(".shown-name")).to_have_text([town.CEDAR, town.GARDEN])


def test_counts_in_the_panel_follow_the_commune(visit: Visit) -> None:
    page = visit.page()
    visit.map(page)
    ask_meudon(page)
    expect(page.locator("#count-arbres-remarquables")).to_have_text("1 sur 31")


def test_removing_the_chip_shows_the_whole_territory_again(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, f"/carte/?commune={town.MEUDON}")
    page.get_by_role("link", name="Retirer ce filtre").click()
    expect(page.get_by_text("Toutes les communes")).to_be_visible()


def test_an_address_opens_the_same_view_again(visit: Visit) -> None:
    page = visit.page()
    address = f"/carte/?couches=aires-de-jeux&commune={town.MEUDON}#14.00/48.81250/2.23650"
    visit.map(page, address)
    assert page.url == visit.site + address


def test_switching_a_layer_off_takes_it_out_of_the_address(visit: Visit) -> None:
    page = visit.page()
    visit.map(page)
    page.get_by_role("switch", name="Arbres remarquables").set_checked(False, force=True)
    page.wait_for_url(re.compile(r"\?couches=aires-de-jeux#"))


def test_several_features_under_the_pointer_offer_a_choice(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, f"/carte/?couches=plui-zones&couches=arbres-remarquables&commune={town.MEUDON}")
    page.mouse.click(*on_screen(page, *town.CEDAR_PLACE))
    page.get_by_role("button", name=town.CEDAR).click()
    expect(page.get_by_role("heading", name=town.CEDAR)).to_be_visible()


def test_a_feature_that_is_gone_says_so_in_the_sheet(visit: Visit) -> None:
    visit.watch.expected.add(404)
    page = visit.page()
    visit.map(page, "/carte/?objet=arbres-remarquables/999999")
    expect(page.get_by_role("heading", name="Fiche indisponible")).to_be_visible()


def test_on_a_phone_the_sheet_leaves_the_feature_in_sight(visit: Visit) -> None:
    page = visit.page(width=375)
    visit.map(page, f"/carte/?objet=aires-de-jeux/{town.garden().pk}")
    sheet = page.get_by_role("complementary", name="Fiche").bounding_box()
    assert sheet is not None
    assert on_screen(page, *town.GARDEN_PLACE)[1] < sheet["y"]


def test_a_photo_leads_to_its_full_size(visit: Visit) -> None:
    page = visit.page()
    page.goto(f"/catalogue/aires-de-jeux/{town.garden().pk}/")
    address = page.get_by_role("link", name="L’entrée du jardin").get_attribute("href")
    assert page.request.get(address or "").headers["content-type"] == "image/jpeg"


def test_thumbnails_are_drawn(visit: Visit) -> None:
    page = visit.page()
    page.goto(f"/catalogue/aires-de-jeux/{town.garden().pk}/")
    picture = page.get_by_role("img", name="L’entrée du jardin")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") == 480


def test_without_webgl_the_list_still_opens_sheets(visit: Visit) -> None:
    page = visit.page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto("/carte/?couches=aires-de-jeux")
    expect(page.get_by_role("alert")).to_contain_text("La liste reste juste")
    page.get_by_role("tab", name="Liste").click()
    page.get_by_role("link", name=town.GARDEN).click()
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_visible()
