"""A planner asks the map: a category of the legend, a range, another layer; orders the layers; keeps the view."""

from __future__ import annotations

import re

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import Page, expect

from heritage.models import RemarkableTree
from plui.models import ZoneUrba
from tests.browser import town
from tests.browser.visit import Visit
from tests.people import OUTSIDER

BOTH = "/carte/?couches=arbres-remarquables&couches=plui-zones"
SUMMARY = "#map-summary"


def filters(visit: Visit, page: Page, address: str = BOTH) -> None:
    """Open the map on the tab of filters."""
    visit.map(page, address)
    page.get_by_role("tab", name="Filtres").click()
    expect(page.locator("#filters-title")).to_be_visible()


def test_a_category_of_the_legend_filters_the_map(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, "/carte/?couches=plui-zones")
    page.locator("#legend-plui-zones").get_by_role("link", name=re.compile("^Zone naturelle")).click()
    page.wait_for_url(re.compile(r"plui-zones\.typezone=N"))
    expect(page.locator("#count-plui-zones")).to_have_text("1 sur 2")


def test_a_slider_narrows_a_range_by_keyboard(visit: Visit) -> None:
    page = visit.page()
    filters(visit, page)
    page.locator("#filter-hauteur > summary").press("Enter")
    slider = page.get_by_role("slider", name="hauteur : minimum")
    slider.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(r"arbres-remarquables\.hauteur="))
    expect(page.locator("#count-arbres-remarquables")).to_have_text("1 sur 31")
    expect(slider).to_be_focused()


def test_layers_are_combined_by_space(visit: Visit) -> None:
    page = visit.page()
    filters(visit, page, f"{BOTH}&plui-zones.typezone=N")
    page.get_by_label("Ne garder que les objets proches de").select_option("plui-zones")
    page.get_by_label("Seulement ses objets demandés par les filtres").check()
    page.get_by_role("button", name="Croiser", exact=True).click()
    expect(page.locator("#count-arbres-remarquables")).to_have_text("1 sur 31")
    chip = page.locator("#map-chips").get_by_role("link", name=re.compile("touchent"))
    expect(chip).to_contain_text("PLUi : zones (objets demandés)")


def test_a_combination_is_taken_back_by_its_chip(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, f"{BOTH}&arbres-remarquables.touching=plui-zones@50")
    page.locator("#map-chips").get_by_role("link", name=re.compile("à moins de")).click()
    expect(page.locator("#count-arbres-remarquables")).to_have_text("31")


def test_an_object_is_asked_of_the_other_layers_that_are_on(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, BOTH)
    wood = ZoneUrba.objects.get(typezone="N").pk
    detail = f"{{ layer: 'plui-zones', id: {wood}, metres: 0 }}"
    page.evaluate(f"document.dispatchEvent(new CustomEvent('portal:combine', {{ detail: {detail} }}))")
    page.wait_for_url(re.compile(rf"arbres-remarquables\.touching=plui-zones/{wood}"))
    expect(page.locator("#count-arbres-remarquables")).to_have_text("1 sur 31")
    expect(page.locator("#count-plui-zones")).to_have_text("2")


def test_words_are_looked_for_in_every_layer_that_is_on(visit: Visit) -> None:
    page = visit.page()
    filters(visit, page)
    page.get_by_label("Mots, dans toutes les couches").fill("cedre")
    expect(page.locator(SUMMARY)).to_have_text("1 objet sur 33 · 2 couches")


def test_filters_are_counted_and_cleared_at_once(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, f"{BOTH}&q=cedre&plui-zones.typezone=N&commune={town.MEUDON}")
    with subtests.test("the number of filters stands in the tab"):
        expect(page.get_by_role("tab", name="Filtres (3)")).to_be_visible()
    page.get_by_role("link", name="Tout effacer").click()
    with subtests.test("everything is cleared"):
        expect(page.locator(SUMMARY)).to_have_text("33 objets · 2 couches")
    with subtests.test("a new count is said aloud"):
        expect(page.locator("[data-said]")).to_have_text("33 objets · 2 couches")


def handle_of(page: Page, layer: str) -> tuple[float, float]:
    """Return the middle of the handle of a layer in the list of their order."""
    box = page.locator(f'[data-order] li[data-slug="{layer}"] [data-handle]').bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag_up(page: Page, layer: str) -> None:
    """Take a layer by its handle above the others, without letting it go."""
    x, y = handle_of(page, layer)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 80, steps=4)


def test_layers_are_ordered(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, BOTH)
    page.get_by_text("Ordre des couches").click()
    with subtests.test("escape leaves them in their order"):
        drag_up(page, "plui-zones")
        page.keyboard.press("Escape")
        page.mouse.up()
        order = page.locator("[data-order] li").evaluate_all("all => all.map((row) => row.dataset.slug)")
        assert order == ["arbres-remarquables", "plui-zones"]
    with subtests.test("by keyboard"):
        page.get_by_role("button", name="Monter PLUi : zones").press("Enter")
        page.wait_for_url(re.compile(r"\?couches=plui-zones&couches=arbres-remarquables"))
        expect(page.get_by_role("button", name="Descendre PLUi : zones")).to_be_focused()
        expect(page.locator("[data-order-said]")).to_have_text("PLUi : zones : position 1 sur 2")
    with subtests.test("by dragging them"):
        drag_up(page, "arbres-remarquables")
        page.mouse.up()
        page.wait_for_url(re.compile(r"\?couches=arbres-remarquables&couches=plui-zones"))
        said = "Arbres remarquables : position 1 sur 2"
        expect(page.locator("[data-order-said]")).to_have_text(said)


def test_a_finger_orders_the_layers(visit: Visit) -> None:
    page = visit.page(width=375, touch=True)
    visit.map(page, f"{BOTH}&onglet=couches")
    page.get_by_text("Ordre des couches").tap()
    page.locator("[data-order]").scroll_into_view_if_needed()
    x, y = handle_of(page, "arbres-remarquables")
    touch = page.context.new_cdp_session(page)
    for kind, down in (("touchStart", 0), ("touchMove", 30), ("touchMove", 70)):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y + down}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_url(re.compile(r"\?couches=plui-zones&couches=arbres-remarquables"))


def test_layers_are_found_without_accents(visit: Visit) -> None:
    page = visit.page()
    visit.map(page)
    page.get_by_role("searchbox", name="Chercher une couche").fill("amenagement aire")
    expect(page.locator("[data-layer]:visible")).to_have_count(0)
    page.get_by_role("searchbox", name="Chercher une couche").fill("REMARQUÀBLES")
    expect(page.locator("[data-layer]:visible")).to_have_count(1)


def test_a_layer_is_faded_and_all_go_off_at_once(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, BOTH)
    with subtests.test("opacity is in the address"):
        page.locator('[data-layer="plui-zones"] .layer-more > summary').click()
        page.get_by_role("slider", name=re.compile("Opacité de PLUi")).fill("60")
        page.wait_for_url(re.compile("opacite=plui-zones:60"))
    with subtests.test("everything goes off at once"):
        page.get_by_role("button", name="Tout éteindre").click()
        expect(page.locator(SUMMARY)).to_have_text(re.compile("^0 objet"))


def test_zooming_to_a_layer_frames_what_answers(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, "/carte/?couches=arbres-remarquables&q=cedre")
    page.locator('[data-layer="arbres-remarquables"] .layer-more > summary').click()
    page.get_by_role("button", name=re.compile("^Zoomer : ")).click()
    page.wait_for_url(re.compile(r"#17\.00/48\.805"))


def test_who_comes_back_finds_the_last_view(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, f"/carte/?couches=plui-zones&commune={town.MEUDON}")
    page.goto("/catalogue/")
    visit.map(page, "/carte/")
    assert f"couches=plui-zones&commune={town.MEUDON}" in page.url


def test_a_view_is_kept_and_its_link_opens_the_same(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, OUTSIDER)
    visit.map(page, f"/carte/?couches=plui-zones&commune={town.MEUDON}#13.00/48.80000/2.24000")
    page.get_by_role("tab", name="Vues").click()
    page.get_by_label("Enregistrer la vue actuelle sous le nom").fill("Zones de Meudon")
    page.get_by_role("button", name="Enregistrer").click()
    view = page.get_by_role("link", name="Zones de Meudon")
    expect(view).to_be_visible()
    visitor = visit.page()
    visit.map(visitor, view.get_attribute("href") or "")
    assert visitor.url.endswith(f"?couches=plui-zones&commune={town.MEUDON}#13.00/48.80000/2.24000")


def test_filters_work_without_script(visit: Visit) -> None:
    page = visit.page(script=False)
    page.goto("/carte/filtres/arbres-remarquables/?couches=arbres-remarquables")
    page.locator("#filter-hauteur > summary").click()
    page.get_by_label("De", exact=True).first.fill("20")
    page.get_by_role("button", name="Appliquer les filtres").click()
    expect(page.locator(".shown-name")).to_have_text([town.CEDAR])


def test_the_sheet_of_a_phone_has_three_heights(visit: Visit) -> None:
    page = visit.page(width=360)
    visit.map(page)
    page.get_by_role("button", name="Couches", exact=True).click()
    grip = page.get_by_role("button", name="Changer la hauteur du panneau")
    grip.click()
    expect(page.locator(".panel")).to_have_attribute("data-height", "full")
    grip.press("ArrowDown")
    expect(page.locator(".panel")).to_have_attribute("data-height", "half")


def test_a_rare_value_of_a_long_list_is_sought_on_the_server(visit: Visit) -> None:
    for number in range(202):  # twice each of a hundred and one: more than the list shows
        place = Point(2.2200, 48.8100, srid=4326)
        RemarkableTree.objects.create(nom_vernaculaire="A", genre=f"Genre {number % 101}", geom=place)
    RemarkableTree.objects.create(nom_vernaculaire="Le rare", genre="Zelkova", geom=place)
    page = visit.page()
    visit.map(page, "/carte/?couches=arbres-remarquables&onglet=filtres")
    page.locator("#filter-genre").evaluate("one => { one.open = true }")
    page.get_by_role("searchbox", name="Chercher une valeur de genre").fill("zelk")
    expect(page.locator("#filter-genre [data-options-said]")).to_have_text(re.compile("1 valeur contient"))
    page.get_by_role("checkbox", name=re.compile("Zelkova")).check()
    page.wait_for_url(re.compile(r"arbres-remarquables\.genre=Zelkova"))
    expect(page.locator("#count-arbres-remarquables")).to_have_text(re.compile("^1 sur"))
    expect(page.get_by_role("checkbox", name=re.compile("Zelkova"))).to_be_checked()
