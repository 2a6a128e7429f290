"""A planner asks the map: a category of the legend, a range, another layer; orders the layers; keeps the view."""

from __future__ import annotations

import re

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import Page, Route, expect

from heritage.models import RemarkableTree
from plui.models import ZoneUrba
from tests.browser import town
from tests.browser.visit import Visit
from tests.waiting import settled

BOTH = "/carte/?couches=arbres-remarquables&couches=plui-zones"
SUMMARY = "#map-summary"
# How many lines chips, their buttons and the count take.
LINES = """() => new Set([...document.querySelectorAll(".map-top > *, #map-chips > *")]
  .filter((one) => one.checkVisibility() && one.offsetHeight > 20).map((one) => one.offsetTop)).size"""
CUT_CHIPS = """() => {
  const list = document.querySelector(".chip-list").getBoundingClientRect();
  const over = [...document.querySelectorAll("#map-chips > a, .chips-more, .summary")]
    .filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect());
  return [...document.querySelectorAll(".chip-list li")].filter((one) => {
    if (getComputedStyle(one).opacity === "0") return false;
    const box = one.getBoundingClientRect();
    return box.left < list.left - 1 || box.right > list.right + 1 || over.some((other) => box.left < other.right
      && other.left < box.right && box.top < other.bottom && other.top < box.bottom);
  }).map((one) => one.textContent.trim());
}"""


def test_a_category_of_the_legend_filters_the_map_and_is_offered_again(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, "/carte/?couches=plui-zones")
    page.locator("#legend-plui-zones").get_by_role("link", name=re.compile("^Zone naturelle")).click()
    page.wait_for_url(re.compile(r"plui-zones\.typezone=N"))
    expect(page.locator("#count-plui-zones")).to_have_text("1 sur 2")
    page.goto("/catalogue/")
    visit.map(page, "/carte/")
    assert "typezone" not in page.url  # who opens the map has the map
    page.get_by_role("link", name="Reprendre votre question").click()
    page.wait_for_url(re.compile(r"couches=plui-zones&plui-zones\.typezone=N"))


def test_layers_are_combined_by_space(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, f"{BOTH}&plui-zones.typezone=N&arbres-remarquables.touching=plui-zones@50")
    count, chips = page.locator("#count-arbres-remarquables"), page.locator("#map-chips")
    with subtests.test("a combination is taken back by its chip"):
        chips.get_by_role("link", name=re.compile("à moins de")).click()
        expect(count).to_have_text("31")
    with subtests.test("with the objects asked of another layer"):
        page.get_by_role("tab", name="Question").click()
        page.get_by_text("Tous les critères, couche par couche").click()
        page.get_by_label("Près de, ou dans").select_option("plui-zones")
        page.get_by_label("En tenant compte des critères de cette autre couche").check()
        page.get_by_role("button", name="Croiser", exact=True).click()
        expect(count).to_have_text("1 sur 31")
        expect(chips.get_by_role("link", name=re.compile("dans une zone N"))).to_be_visible()


def test_chips_are_whole_on_a_phone(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page(width=375, touch=True)
    visit.map(
        page, f"{BOTH}&plui-zones.typezone=N&commune={town.MEUDON}&arbres-remarquables.touching=plui-zones"
    )
    with subtests.test("no chip is cut by an edge, or under a button"):
        assert settled(lambda: page.evaluate(CUT_CHIPS), []) == []
    with subtests.test("they take one line, their buttons and the count another"):
        assert settled(lambda: page.evaluate(LINES), 3) == 3
    with subtests.test("the last one comes whole"):
        last = page.locator("#map-chips li").last
        last.get_by_role("link").focus()
        expect(last).to_have_css("opacity", "1")
        assert settled(lambda: page.evaluate(CUT_CHIPS), []) == []
    with subtests.test("all of them unfold"):
        page.get_by_role("button", name="autres conditions").press("Enter")
        expect(last).to_be_in_viewport(ratio=0.99)
        expect(page.get_by_role("link", name="Tout effacer")).to_be_visible()


def test_filters_are_cleared_at_once_then_asked_again(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, f"{BOTH}&q=cedre&plui-zones.typezone=N&commune={town.MEUDON}")
    summary, trees = page.locator(SUMMARY), page.locator("#count-arbres-remarquables")
    with subtests.test("the number of filters stands in the tab"):
        expect(page.get_by_role("tab", name="Question (3)")).to_be_visible()
    page.get_by_role("link", name="Tout effacer").click()
    with subtests.test("everything is cleared"):
        expect(summary).to_have_text("33 objets · 2 couches")
    with subtests.test("a new count is said aloud"):
        expect(page.locator("[data-message]")).to_have_text("33 objets · 2 couches")
    with subtests.test("words are looked for in every layer that is on"):
        page.get_by_role("tab", name="Question").click()
        page.get_by_text("Tous les critères, couche par couche").click()
        page.get_by_label("Mots, dans toutes les couches").fill("cedre")
        expect(summary).to_have_text("1 objet sur 33 · 2 couches")
    with subtests.test("a slider narrows a range by keyboard"):
        page.get_by_label("Mots, dans toutes les couches").fill("")
        expect(trees).to_have_text("31")
        page.locator("#filter-hauteur > summary").press("Enter")
        slider = page.get_by_role("slider", name="hauteur : minimum")
        slider.focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(re.compile(r"arbres-remarquables\.hauteur="))
        expect(trees).to_have_text("1 sur 31")
        expect(slider).to_be_focused()
    with subtests.test("zooming to a layer frames what answers"):
        page.get_by_role("tab", name="Couches").click()
        page.locator('[data-layer="arbres-remarquables"] .layer-more > summary').click()
        page.get_by_role("button", name=re.compile("^Zoomer : ")).click()
        page.wait_for_url(re.compile(r"#17\.00/48\.80"))


OPEN_ANOTHER = """() => document.addEventListener("htmx:before:swap", () => {
  document.querySelector("#filter-date_plantation").open = true;
  document.querySelector("#filter-nom_vernaculaire").open = false;
}, { capture: true, once: true })"""


def test_a_field_opened_or_closed_while_an_answer_comes_stays_so(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, "/carte/?couches=arbres-remarquables")
    page.get_by_role("tab", name="Question").click()
    page.get_by_text("Tous les critères, couche par couche").click()
    page.locator("#filter-nom_vernaculaire > summary").click()
    expect(page.locator("#filter-nom_vernaculaire fieldset")).to_be_visible()
    page.evaluate(OPEN_ANOTHER)
    page.locator("#filter-hauteur > summary").click()
    for field in ("hauteur", "date_plantation"):
        expect(page.locator(f"#filter-{field} fieldset")).to_be_visible()
    expect(page.locator("#filter-nom_vernaculaire")).not_to_have_attribute("open", "")


def press(page: Page, field: str) -> tuple[float, float]:
    """Press the button of the mouse on the title of a field, and return where."""
    box = page.locator(f"#filter-{field} > summary").bounding_box()
    assert box is not None
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*place)
    page.mouse.down()
    return place


@pytest.mark.parametrize(("moves", "is_open"), [(0, True), (60, False)], ids=["still", "leaves the title"])
def test_a_field_that_an_answer_moves_under_the_pointer_opens(
    visit: Visit, moves: int, is_open: bool
) -> None:
    page = visit.page()
    visit.map(page, "/carte/?couches=arbres-remarquables")
    page.get_by_role("tab", name="Question").click()
    page.get_by_text("Tous les critères, couche par couche").click()
    expect(page.locator("#filter-genre fieldset")).to_be_visible()
    answers: list[Route] = []
    with page.expect_request("**/carte/filtres/**"):
        page.route("**/carte/filtres/**", lambda route: answers.append(route), times=1)
        page.locator("#filter-hauteur > summary").click()
    x, y = press(page, "date_plantation")
    answers.pop().continue_()
    expect(page.locator("#filter-hauteur fieldset")).to_be_visible()
    page.mouse.move(x + moves, y)
    page.mouse.up()
    page.locator("#filter-remarquable > summary").click()
    expect(page.locator("#filter-remarquable fieldset")).to_be_visible()
    expect(page.locator("#filter-date_plantation fieldset")).to_have_count(int(is_open))


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


def test_layers_are_found_ordered_faded_and_switched_off(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, BOTH)
    with subtests.test("they are found without accents"):
        sought = page.get_by_role("searchbox", name="Chercher une couche")
        sought.fill("amenagement aire")
        expect(page.locator("[data-layer]:visible")).to_have_count(0)
        sought.fill("REMARQUÀBLES")
        expect(page.locator("[data-layer]:visible")).to_have_count(1)
        sought.fill("")
    page.get_by_text("Ordre des couches").click()
    with subtests.test("escape leaves them in their order"):
        drag_up(page, "plui-zones")
        page.keyboard.press("Escape")
        page.mouse.up()
        order = page.locator("[data-order] li").evaluate_all("all => all.map((row) => row.dataset.slug)")
        assert order == ["arbres-remarquables", "plui-zones"]
    with subtests.test("they are ordered by keyboard"):
        page.get_by_role("button", name="Monter PLUi : zones").press("Enter")
        page.wait_for_url(re.compile(r"\?couches=plui-zones&couches=arbres-remarquables"))
        expect(page.get_by_role("button", name="Descendre PLUi : zones")).to_be_focused()
        expect(page.locator("[data-order-message]")).to_have_text("PLUi : zones : position 1 sur 2")
    with subtests.test("they are ordered by dragging them"):
        drag_up(page, "arbres-remarquables")
        page.mouse.up()
        page.wait_for_url(re.compile(r"\?couches=arbres-remarquables&couches=plui-zones"))
        said = "Arbres remarquables : position 1 sur 2"
        expect(page.locator("[data-order-message]")).to_have_text(said)
    with subtests.test("opacity is in the address"):
        page.locator('[data-layer="plui-zones"] .layer-more > summary').click()
        page.get_by_role("slider", name=re.compile("Opacité de PLUi")).fill("60")
        page.wait_for_url(re.compile("opacite=plui-zones:60"))
    with subtests.test("an object is asked of the other layers that are on"):
        wood = ZoneUrba.objects.get(typezone="N").pk
        detail = f"{{ layer: 'plui-zones', id: {wood}, metres: 0 }}"
        page.evaluate(f"document.dispatchEvent(new CustomEvent('portal:combine', {{ detail: {detail} }}))")
        page.wait_for_url(re.compile(rf"arbres-remarquables\.touching=plui-zones/{wood}"))
        expect(page.locator("#count-arbres-remarquables")).to_have_text("1 sur 31")
        expect(page.locator("#count-plui-zones")).to_have_text(
            "1 sur 2"
        )  # that object alone is in the question
    with subtests.test("everything goes off at once"):
        page.get_by_role("button", name="Tout éteindre").click()
        expect(page.locator(SUMMARY)).to_have_text(re.compile("^0 objet"))


def test_a_finger_orders_the_layers_and_the_panel_of_a_phone_has_heights(visit: Visit) -> None:
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
    grip = page.get_by_role("button", name="Changer la hauteur du panneau")
    grip.tap()
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
    page.get_by_text("Tous les critères, couche par couche").click()
    page.locator("#filter-genre").evaluate("one => { one.open = true }")
    page.get_by_role("searchbox", name="Chercher une valeur de genre").fill("zelk")
    expect(page.locator("#filter-genre [data-options-message]")).to_have_text(re.compile("1 valeur contient"))
    page.get_by_role("checkbox", name=re.compile("Zelkova")).check()
    page.wait_for_url(re.compile(r"arbres-remarquables\.genre=Zelkova"))
    expect(page.locator("#count-arbres-remarquables")).to_have_text(re.compile("^1 sur"))
    expect(page.get_by_role("checkbox", name=re.compile("Zelkova"))).to_be_checked()
