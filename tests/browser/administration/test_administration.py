"""The position of a feature in the administration: drawn, moved, removed, typed; under the strict content policy."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from amenities.models import Playground
from tests.browser import town
from tests.browser.tour import EVERYWHERE, LIGHT_DESK, LIGHT_PHONE, Tour
from tests.browser.visit import Visit, resize
from tests.people import ADMINISTRATOR

ADD = "/administration/amenities/playground/add/"


def change() -> str:
    return f"/administration/amenities/playground/{town.garden().pk}/change/"


def opened(visit: Visit, address: str) -> Page:
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    page.goto(address)
    page.wait_for_selector(".geometry-editor-map canvas")
    return page


def typed(page: Page) -> Locator:
    return page.get_by_label("Position")


def middle(page: Page) -> tuple[float, float]:
    """Return the middle of the map, on screen."""
    page.locator(".geometry-editor-map").scroll_into_view_if_needed()
    box = page.locator(".geometry-editor-map").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag_right(page: Page, pixels: int) -> None:
    """Take what is in the middle of the map some pixels to the right."""
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + pixels, y, steps=5)
    page.mouse.up()


def test_a_point_is_drawn_and_saved(visit: Visit) -> None:
    page = opened(visit, ADD)
    page.get_by_label("Nom :").fill("Nouvelle aire")
    page.get_by_role("button", name="Dessiner").click()
    page.mouse.click(*middle(page))
    expect(page.get_by_role("status")).to_contain_text("Faites glisser")
    page.get_by_role("button", name="Enregistrer", exact=True).first.click()
    page.wait_for_url("**/administration/amenities/playground/")
    assert Playground.objects.get(nom="Nouvelle aire").geom.srid == 4326


def test_a_point_is_dragged_removed_and_typed(visit: Visit, subtests: pytest.Subtests) -> None:
    page = opened(visit, change())
    with subtests.test("it is dragged"):
        drag_right(page, 40)
        longitude, latitude = json.loads(typed(page).input_value())["coordinates"]
        assert longitude > town.GARDEN_PLACE[0]
        assert latitude == pytest.approx(town.GARDEN_PLACE[1], abs=1e-4)
    with subtests.test("it is removed"):
        page.get_by_role("button", name="Effacer").click()
        expect(typed(page)).to_have_value("")
        expect(page.get_by_role("status")).to_contain_text("Aucune position")
    with subtests.test("a typed position moves the map"):
        typed(page).fill("POINT (2.19 48.82)")
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Déplacer").click()
        drag_right(page, 2)
        found = json.loads(typed(page).input_value())["coordinates"]
        assert found == pytest.approx([2.19, 48.82], abs=1e-3)
    with subtests.test("text that is not readable is said"):
        typed(page).fill("POINT (2.19")
        page.keyboard.press("Tab")
        expect(page.get_by_role("status")).to_contain_text("n’est pas lisible")


PAPER = """() => {
  const paper = getComputedStyle(document.documentElement).getPropertyValue("--paper-2");
  const seen = [...document.querySelectorAll(".geometry-editor-map canvas")].map((canvas) => {
    const [red, green, blue] = canvas.getContext("2d").getImageData(canvas.width / 3, canvas.height / 3, 1, 1).data;
    return "#" + [red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("");
  });
  return seen.includes(paper);
}"""


def test_the_form_is_clean_and_its_map_has_the_colours_of_the_scheme(visit: Visit, axe: str) -> None:
    page = opened(visit, change())
    tour = Tour(page, axe, (LIGHT_DESK, LIGHT_PHONE))
    for scheme, colour in (("dark", "rgb(33, 48, 55)"), ("light", "rgb(231, 236, 234)")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a literal type that Playwright does not export
        page.reload()
        page.wait_for_function(PAPER)
        expect(page.locator(".geometry-editor-map")).to_have_css("background-color", colour)
    assert visit.watch.faults == []
    tour.see("the form")
    assert tour.faults == {}
    visit.watch.faults.clear()  # axe copies elements that OpenLayers styled, which the content policy reports


def test_a_long_history_is_paged_by_keyboard_and_clean(
    visit: Visit, axe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("administration.feature_admin.HISTORY_PAGE", 2)
    for name in ("Un", "Deux", "Trois"):
        Playground.objects.filter(pk=town.garden().pk).update(exploitant=name)
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    page.goto(change().replace("/change/", "/history/"))
    page.get_by_role("link", name="Plus anciennes").press("Enter")
    expect(page.get_by_role("link", name="2", exact=True)).to_have_attribute("aria-current", "page")
    tour = Tour(page, axe, (*EVERYWHERE, LIGHT_PHONE))
    tour.see("the second page of a history")
    assert tour.faults == {}


def test_a_wide_list_scrolls_in_its_own_box_by_keyboard(
    visit: Visit, axe: str, subtests: pytest.Subtests
) -> None:
    page = visit.page(width=1200)
    visit.sign_in(page, ADMINISTRATOR)
    page.goto("/administration/layers/layer/")
    rows, last = page.get_by_role("region", name="Couches"), page.locator("#result_list thead th").last
    title = page.locator("#result_list tbody th").first
    with subtests.test("the last column is out of sight at first"):
        assert rows.evaluate("box => box.scrollWidth > box.clientWidth")
        expect(last).not_to_be_in_viewport()
    with subtests.test("its bars are on screen"):
        box = rows.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900
    with subtests.test("arrows show the last column, and titles stay"):
        rows.focus()
        for _press in range(30):
            page.keyboard.press("ArrowRight")
        expect(last).to_be_in_viewport(ratio=1)
        expect(title).to_be_in_viewport()
    with subtests.test("the page is no wider than its window"):
        for width in (375, 768, 1440):
            resize(page, width)
            assert page.evaluate("document.documentElement.scrollWidth") == width
    with subtests.test("it is clean"):
        tour = Tour(page, axe, (LIGHT_DESK,))
        tour.see("the list of layers")
        assert tour.faults == {}
