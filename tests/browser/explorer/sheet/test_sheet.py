"""A sheet on screen: photos by keyboard, the neighbourhood, coordinates to copy, a report that loses nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from explorer.models import FeatureReport
from tests.browser import town
from tests.browser.clipboard import clipboard_text
from tests.browser.tour import ANY_WIDTH, DARK_DESK, LIGHT_PHONE, Tour
from tests.browser.visit import Visit, resize
from tests.people import ADMINISTRATOR

MESSAGE = "Le toboggan est fendu."


def sheet_page(visit: Visit) -> Page:
    page = visit.page()
    page.goto(f"/catalogue/aires-de-jeux/{town.garden().pk}/")
    return page


def panel(visit: Visit) -> Page:
    page = visit.page()
    visit.map(
        page, f"/carte/?couches=plui-zones&couches=aires-de-jeux&objet=aires-de-jeux/{town.garden().pk}"
    )
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_visible()
    return page


def test_escape_closes_the_list_of_suggestions_and_leaves_the_sheet(visit: Visit) -> None:
    page = panel(visit)
    field, suggestions, sheet = (page.locator(name) for name in ("#bar-q", "#bar-q-list", "[data-sheet]"))
    field.press_sequentially("cedr")
    expect(suggestions).to_be_visible()
    page.keyboard.press("Escape")
    expect(suggestions).to_be_hidden()
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def open_viewer(page: Page) -> None:
    page.get_by_role("link", name="L’entrée du jardin").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Photo 1 sur 2")


def close_viewer(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def open_report(page: Page) -> None:
    page.get_by_role("link", name="Signaler un problème").click()
    expect(page.get_by_role("heading", name="Signaler un problème")).to_be_focused()


def fill_report(page: Page) -> None:
    page.get_by_label("Nature du problème").select_option("danger")
    page.get_by_role("textbox", name="Description").fill(MESSAGE)


def test_the_page_shows_its_photos_and_gives_its_position(visit: Visit, subtests: pytest.Subtests) -> None:
    page = sheet_page(visit)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with subtests.test("thumbnails are drawn"):
        picture = page.get_by_role("img", name="L’entrée du jardin")
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") == 480
    with subtests.test("the viewer keeps the focus inside"):
        open_viewer(page)
        for _press in range(4):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            )
        close_viewer(page)
    with subtests.test("arrows turn the photos"):
        open_viewer(page)
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("dialog")).to_contain_text("Photo 2 sur 2")
        expect(page.get_by_role("dialog").get_by_role("img", name="Le toboggan")).to_be_visible()
        close_viewer(page)
    with subtests.test("escape closes the viewer and gives the focus back to the photo seen"):
        open_viewer(page)
        page.keyboard.press("ArrowLeft")
        close_viewer(page)
        expect(page.get_by_role("link", name="Le toboggan")).to_be_focused()
    with subtests.test("a position is copied"):
        page.get_by_role("button", name="WGS 84, degrés").click()
        expect(page.get_by_role("button", name="Copié")).to_be_visible()
        assert clipboard_text(page) == "48.81250, 2.23650"


# The blank at the right of the last of so many facts.
FACTS = """(grid, count) => {
  const [first] = grid.children;
  grid.replaceChildren(...Array.from({ length: count }, () => first.cloneNode(true)));
  return grid.getBoundingClientRect().right - grid.lastElementChild.getBoundingClientRect().right;
}"""


def test_one_photo_reaches_the_edge_of_the_sheet(visit: Visit, subtests: pytest.Subtests) -> None:
    town.garden().photos.filter(legende="Le toboggan").delete()
    page = sheet_page(visit)
    picture = page.get_by_role("img", name="L’entrée du jardin")
    for width in (375, 768, 1440):
        with subtests.test(f"at {width} pixels"):
            resize(page, width)
            expect(picture).to_have_js_property("complete", True)
            image, sheet, title = (
                place.evaluate("element => element.getBoundingClientRect().toJSON()")
                for place in (picture, page.locator(".sheet-page"), page.locator(".sheet-title"))
            )
            assert abs(image["right"] - sheet["right"]) <= 2, "there is a blank at the right of the photo"
            if width == 1440:
                assert title["right"] <= image["left"], "the title is not at the left of the photo"
            else:
                assert image["bottom"] <= title["top"], "the title is not under the photo"
    for count in (5, 4, 2):
        with subtests.test(f"the last row of {count} facts is filled on a phone"):
            page.set_viewport_size({"width": 375, "height": 900})
            assert page.locator(".fact-grid").evaluate(FACTS, count) <= 2


def test_the_panel_shows_the_neighbourhood(visit: Visit, subtests: pytest.Subtests) -> None:
    page = panel(visit)
    with subtests.test("escape in the viewer leaves the panel open"):
        open_viewer(page)
        close_viewer(page)
        expect(page.get_by_role("heading", name=town.GARDEN)).to_be_visible()
    with subtests.test("arrows move between the tabs of a sheet"):
        page.get_by_role("tab", name="Fiche").focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name="Voisinage")).to_be_focused()
        expect(page.get_by_role("tabpanel", name="Voisinage")).to_contain_text("Meudon")
    with subtests.test("the internal layer is not around for the public"):
        expect(page.get_by_role("heading", name="Ici")).to_be_visible()
        expect(page.get_by_role("tabpanel", name="Voisinage")).not_to_contain_text("Hangar Y")
    with subtests.test("a neighbour opens its own sheet"):
        page.get_by_role("link", name="N Meudon").click()
        expect(page.get_by_role("heading", name="N Meudon")).to_be_focused()
        assert "objet=plui-zones/" in page.url


def test_a_report_loses_nothing_until_it_is_sent(visit: Visit, subtests: pytest.Subtests) -> None:
    visit.watch.expected.update({422, 503})
    page = panel(visit)
    description = page.get_by_role("textbox", name="Description")
    send = page.get_by_role("button", name="Envoyer le signalement")
    open_report(page)
    with subtests.test("a faulty report takes the focus to what is wrong"):
        description.fill(MESSAGE)
        send.click()
        expect(page.get_by_role("alert").filter(has_text="Corrigez")).to_be_focused()
        expect(description).to_have_value(MESSAGE)
    with subtests.test("a lost connection loses nothing"):
        fill_report(page)
        page.route("**/signaler/", lambda route: route.fulfill(status=503, body=""))
        send.click()
        expect(page.get_by_role("alert").filter(has_text="Rien n’est perdu")).to_be_visible()
        expect(description).to_have_value(MESSAGE)
        page.unroute("**/signaler/")
    with subtests.test("what was typed comes back when the sheet is opened again"):
        page.reload()
        open_report(page)
        expect(description).to_have_value(MESSAGE)
        expect(page.get_by_label("Nature du problème")).to_have_value("danger")
    with subtests.test("it is sent from the panel"):
        send.click()
        expect(page.locator("[data-report-sent]")).to_be_focused()
        assert FeatureReport.objects.get().message == MESSAGE


def test_a_sheet_is_chosen_then_awaited(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    longitude, latitude = town.CEDAR_PLACE
    visit.map(
        page, f"/carte/?couches=plui-zones&couches=arbres-remarquables#15.00/{latitude:.5f}/{longitude:.5f}"
    )
    with subtests.test("several features are chosen with the arrows"):
        page.locator("canvas").first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Plusieurs objets ici")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("button", name=town.CEDAR)).to_be_focused()
    with subtests.test("a slow sheet asks for patience, then shows"):
        sheet = page.locator("[data-sheet]")

        def answer_late(route: Route) -> None:
            expect(sheet).to_contain_text("Chargement de la fiche")
            route.continue_()

        page.route(f"**/catalogue/arbres-remarquables/{town.cedar().pk}/", answer_late)
        page.keyboard.press("Enter")
        expect(sheet.get_by_role("heading", name=town.CEDAR)).to_be_visible()


def test_a_portal_that_does_not_answer_may_be_asked_again(visit: Visit) -> None:
    visit.watch.expected.add(503)
    page = visit.page()
    page.route("**/catalogue/aires-de-jeux/*/", lambda route: route.fulfill(status=503, body=""))
    visit.map(page, f"/carte/?objet=aires-de-jeux/{town.garden().pk}")
    expect(page.get_by_role("heading", name="Le portail ne répond pas")).to_be_focused()
    page.unroute("**/catalogue/aires-de-jeux/*/")
    page.get_by_role("button", name="Réessayer").click()
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_focused()


def test_the_page_of_a_sheet_is_clean(visit: Visit, axe: str) -> None:
    tour = Tour(visit.page(), axe, (DARK_DESK, *ANY_WIDTH, LIGHT_PHONE))
    visit.sign_in(tour.page, ADMINISTRATOR)
    tour.page.goto(f"/catalogue/aires-de-jeux/{town.garden().pk}/")
    expect(tour.page.get_by_role("heading", name="Contrôles")).to_be_visible()
    tour.see("the page of a sheet")
    assert tour.faults == {}
