"""A sheet on screen: photos by keyboard, the neighbourhood, coordinates to copy, a report that loses nothing."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from explorer.models import FeatureReport
from tests.browser import town
from tests.browser.clipboard import clipboard_text
from tests.browser.tour import EVERYWHERE, LIGHT_PHONE, Tour
from tests.browser.visit import Visit
from tests.people import ADMINISTRATOR


def sheet_page(visit: Visit, *, script: bool = True) -> Page:
    page = visit.page(script=script)
    page.goto(f"/catalogue/aires-de-jeux/{town.garden().pk}/")
    return page


def panel(visit: Visit) -> Page:
    page = visit.page()
    visit.map(page, f"/carte/?objet=aires-de-jeux/{town.garden().pk}")
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_visible()
    return page


def open_viewer(page: Page) -> None:
    page.get_by_role("link", name="L’entrée du jardin").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Photo 1 sur 2")


def open_around(page: Page) -> None:
    page.get_by_role("tab", name="Voisinage").click()
    expect(page.get_by_role("heading", name="Ici")).to_be_visible()


def open_report(page: Page) -> None:
    page.get_by_role("link", name="Signaler un problème").click()
    expect(page.get_by_role("heading", name="Signaler un problème")).to_be_focused()


def fill_report(page: Page) -> None:
    page.get_by_label("Nature du problème").select_option("danger")
    page.get_by_role("textbox", name="Description").fill("Le toboggan est fendu.")


def test_arrows_turn_the_photos(visit: Visit) -> None:
    page = sheet_page(visit)
    open_viewer(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog")).to_contain_text("Photo 2 sur 2")
    expect(page.get_by_role("dialog").get_by_role("img", name="Le toboggan")).to_be_visible()


def test_escape_closes_the_viewer_and_gives_the_focus_back_to_the_photo_seen(visit: Visit) -> None:
    page = sheet_page(visit)
    open_viewer(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Le toboggan")).to_be_focused()


def test_escape_in_the_viewer_leaves_the_panel_open(visit: Visit) -> None:
    page = panel(visit)
    open_viewer(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_visible()


def test_the_viewer_keeps_the_focus_inside(visit: Visit) -> None:
    page = sheet_page(visit)
    open_viewer(page)
    for _press in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )


def test_a_position_is_copied(visit: Visit) -> None:
    page = sheet_page(visit)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="WGS 84, degrés").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert clipboard_text(page) == "48.81250, 2.23650"


def test_a_neighbour_opens_its_own_sheet_in_the_panel(visit: Visit) -> None:
    page = visit.page()
    visit.map(
        page, f"/carte/?couches=plui-zones&couches=aires-de-jeux&objet=aires-de-jeux/{town.garden().pk}"
    )
    open_around(page)
    page.get_by_role("link", name="N Meudon").click()
    expect(page.get_by_role("heading", name="N Meudon")).to_be_focused()
    assert "objet=plui-zones/" in page.url


def test_arrows_move_between_the_tabs_of_a_sheet(visit: Visit) -> None:
    page = panel(visit)
    page.get_by_role("tab", name="Fiche").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Voisinage")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Voisinage")).to_contain_text("Meudon")


def test_the_internal_layer_is_not_around_for_the_public(visit: Visit) -> None:
    page = panel(visit)
    open_around(page)
    expect(page.get_by_role("tabpanel", name="Voisinage")).not_to_contain_text("Hangar Y")


def test_a_report_is_sent_from_the_panel(visit: Visit) -> None:
    page = panel(visit)
    open_report(page)
    fill_report(page)
    page.get_by_role("button", name="Envoyer le signalement").click()
    expect(page.locator("[data-report-sent]")).to_be_focused()
    assert FeatureReport.objects.get().message == "Le toboggan est fendu."


def test_a_faulty_report_takes_the_focus_to_what_is_wrong(visit: Visit) -> None:
    visit.watch.expected.add(422)
    page = panel(visit)
    open_report(page)
    page.get_by_role("textbox", name="Description").fill("Le toboggan est fendu.")
    page.get_by_role("button", name="Envoyer le signalement").click()
    expect(page.get_by_role("alert").filter(has_text="Corrigez")).to_be_focused()
    expect(page.get_by_role("textbox", name="Description")).to_have_value("Le toboggan est fendu.")


def test_a_lost_connection_loses_nothing(visit: Visit) -> None:
    page = panel(visit)
    open_report(page)
    fill_report(page)

    def refuse(route: Route) -> None:
        route.fulfill(status=503, body="")

    visit.watch.expected.add(503)
    page.route("**/signaler/", refuse)
    page.get_by_role("button", name="Envoyer le signalement").click()
    expect(page.get_by_role("alert").filter(has_text="Rien n’est perdu")).to_be_visible()
    expect(page.get_by_role("textbox", name="Description")).to_have_value("Le toboggan est fendu.")


def test_what_was_typed_comes_back_when_the_sheet_is_opened_again(visit: Visit) -> None:
    page = panel(visit)
    open_report(page)
    fill_report(page)
    page.reload()
    open_report(page)
    expect(page.get_by_role("textbox", name="Description")).to_have_value("Le toboggan est fendu.")


def test_without_script_a_report_is_sent_from_its_page(visit: Visit) -> None:
    page = sheet_page(visit, script=False)
    page.get_by_role("link", name="Signaler un problème").click()
    fill_report(page)
    page.get_by_role("button", name="Envoyer le signalement").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Signalement transmis")


def test_without_script_the_page_has_the_neighbourhood(visit: Visit) -> None:
    page = sheet_page(visit, script=False)
    expect(page.get_by_role("link", name="N Meudon")).to_be_visible()


def test_several_features_are_chosen_with_the_arrows(visit: Visit) -> None:
    page = visit.page()
    longitude, latitude = town.CEDAR_PLACE
    visit.map(
        page, f"/carte/?couches=plui-zones&couches=arbres-remarquables#15.00/{latitude:.5f}/{longitude:.5f}"
    )
    page.locator("canvas").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Plusieurs objets ici")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name=town.CEDAR)).to_be_focused()


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
    tour = Tour(visit.page(), axe, (*EVERYWHERE, LIGHT_PHONE))
    visit.sign_in(tour.page, ADMINISTRATOR)
    tour.page.goto(f"/catalogue/aires-de-jeux/{town.garden().pk}/")
    expect(tour.page.get_by_role("heading", name="Contrôles")).to_be_visible()
    tour.see("the page of a sheet")
    assert tour.faults == {}


def test_a_slow_sheet_asks_for_patience_then_shows(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, "/carte/?couches=arbres-remarquables")
    held: list[Route] = []
    page.route(f"**/catalogue/arbres-remarquables/{town.cedar().pk}/", lambda route: held.append(route))
    page.get_by_role("tab", name="Liste").click()
    page.locator("#pane-list a[data-feature]", has_text=town.CEDAR).click()
    expect(page.locator("[data-sheet]")).to_contain_text("Chargement de la fiche")
    held.pop().continue_()
    expect(page.locator("[data-sheet]").get_by_role("heading", name=town.CEDAR)).to_be_visible()
