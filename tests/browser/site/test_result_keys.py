"""Results by keyboard: from the load of a page, each is at most twelve keys away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from explorer.map_state.parsing import LAYERS_LIST_LIMIT
from explorer.nearby.queries import MAX_ROWS
from tests import factories
from tests.browser.visit import Visit

MOST_KEYS = 12
TREES = 34
PAGES = {
    "catalogue": ("/catalogue/", ".layer-item h3 a"),
    "search": ("/recherche/?q=tilleul", ".results .result-words > a:first-of-type"),
}


def focused_result(page: Page, selector: str) -> int:
    return int(
        page.evaluate(
            "selector => [...document.querySelectorAll(selector)].indexOf(document.activeElement)", selector
        )
    )


def keys_to_results(page: Page) -> int:
    """Press Tab up to the link that skips to the results, then Enter; return how many keys that took."""
    for count in range(1, MOST_KEYS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hash") == "#resultats":
            page.keyboard.press("Enter")
            return count + 1
    raise AssertionError("no link skips to the results")


def keys_to(page: Page, selector: str, index: int, count: int) -> int:
    """Go from the container to a result by the shortest way of a person; return how many keys that took."""
    used = 1
    page.keyboard.press("End" if count - 1 - index < index else "Home")
    while (place := focused_result(page, selector)) != index and used <= MOST_KEYS:
        away = index - place
        if abs(away) > 5:
            page.keyboard.press("PageDown" if away > 0 else "PageUp")
        else:
            page.keyboard.press("ArrowDown" if away > 0 else "ArrowUp")
        used += 1
    return used


@pytest.mark.parametrize("name", PAGES)
def test_each_result_is_at_most_twelve_keys_away(visit: Visit, name: str) -> None:
    with factories.in_bulk():
        for number in range(TREES):
            factories.tree(f"Tilleul argenté {number}")
    address, selector = PAGES[name]
    page = visit.page()
    page.goto(address)
    count = page.locator(selector).count()
    assert count > 5
    first = keys_to_results(page)
    keys = {index: first + keys_to(page, selector, index, count) for index in range(count)}
    assert {index: used for index, used in keys.items() if used > MOST_KEYS} == {}


def test_each_of_the_nearest_is_at_most_twelve_keys_away(visit: Visit) -> None:
    longitude, latitude = factories.MIDDLES[factories.MEUDON]
    with factories.in_bulk():
        for number in range(TREES):
            factories.tree(f"Tilleul argenté {number}", at=(longitude + number / 10_000, latitude))
    page = visit.page(width=375)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": longitude, "latitude": latitude, "accuracy": 12})
    page.goto("/carte/?couches=arbres-remarquables&near=moi&radius=600&onglet=autour")
    expect(page.locator(".nearby-title")).to_be_focused()
    selector = ".nearby-rows a"
    expect(page.locator(selector)).to_have_count(count := MAX_ROWS)
    keys = {index: keys_to(page, selector, index, count) for index in range(count)}
    assert {index: used for index, used in keys.items() if used > MOST_KEYS} == {}


def keys_to_link(page: Page, name: str) -> int:
    """Press Tab up to a link that skips, then Enter; return how many keys that took."""
    for count in range(1, MOST_KEYS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            return count + 1
    raise AssertionError(f"no link « {name} »")


def keys_in_lists(page: Page, selector: str, index: int, starts: list[int], count: int) -> int:
    """Go from the container of several lists to a result by a short way; return how many keys that took."""
    used = 0
    nearest = min([*starts, count - 1], key=lambda start: abs(start - index))
    if nearest == count - 1:
        page.keyboard.press("End")
        used += 1
    while focused_result(page, selector) < nearest and used <= MOST_KEYS:
        page.keyboard.press("ArrowRight")
        used += 1
    while (place := focused_result(page, selector)) != index and used <= MOST_KEYS:
        away = index - place
        page.keyboard.press(
            ("PageDown" if away > 0 else "PageUp")
            if abs(away) > 4
            else ("ArrowDown" if away > 0 else "ArrowUp")
        )
        used += 1
    return used


def crowd() -> None:
    """Fill three layers of the map beyond what its list shows of each."""
    longitude, latitude = factories.MIDDLES[factories.MEUDON]
    with factories.in_bulk():
        for number in range(LAYERS_LIST_LIMIT + 1):
            place = (longitude + number / 10_000, latitude)
            factories.tree(f"Tilleul argenté {number}", at=place)
            factories.station(f"Station {number}", at=place)
            factories.playground(f"Square {number}", at=place)


def test_each_result_of_the_list_of_the_map_is_at_most_twelve_keys_away(visit: Visit) -> None:
    crowd()
    page = visit.page()
    visit.map(
        page,
        f"/carte/?commune={factories.MEUDON}&couches=arbres-remarquables&couches=bornes-de-recharge&couches=aires-de-jeux",
    )
    first = keys_to_link(page, "Aller à la liste")
    expect(page.locator("#pane-list")).to_be_focused()
    # A list that is cut ends with a link to the rows that it leaves out.
    rows, following = "#pane-list .results-rows a", "#pane-list .results-next"
    selector = f"{rows}, {following}"
    expect(page.locator(rows)).to_have_count(3 * LAYERS_LIST_LIMIT)
    count = 3 * LAYERS_LIST_LIMIT + page.locator(following).count()
    starts = page.locator(selector).evaluate_all(
        """all => all.map((one) => one.closest("ul")).flatMap((own, at, lists) =>
            own && own !== lists[at - 1] ? [at] : [])"""
    )
    keys = {}
    for index in range(0, count, 7):
        page.locator("#pane-list").focus()
        keys[index] = first + keys_in_lists(page, selector, index, starts, count)
    assert {index: used for index, used in keys.items() if used > MOST_KEYS} == {}


def test_each_row_of_the_table_is_at_most_twelve_keys_away(visit: Visit) -> None:
    with factories.in_bulk():
        for number in range(TREES):
            factories.tree(f"Tilleul argenté {number}")
    page = visit.page()
    visit.map(page, "/carte/?couches=arbres-remarquables")
    first = keys_to_link(page, "Aller au tableau")
    grid = page.locator("[data-grid]")
    expect(grid).to_be_focused()
    expect(page.locator(".grid-row:not(.is-loading) .is-active")).to_have_count(1)
    rows = int(grid.get_attribute("aria-rowcount") or 0) - 2
    assert rows > TREES

    def active() -> int:
        return int(page.locator(".is-active").locator("..").get_attribute("aria-rowindex") or 0) - 2

    page.keyboard.press("PageDown")
    a_page, a_quarter = active(), round(rows / 4)
    keys = {}
    for index in range(0, rows, 5):
        page.keyboard.press("Control+End" if index > rows / 2 else "Control+Home")
        used = 1
        while (place := active()) != index and used <= MOST_KEYS:
            away = abs(index - place)
            far = "Shift+Page" if 2 * away > a_quarter else "Page" if 2 * away > a_page else "Arrow"
            page.keyboard.press(f"{far}{'Down' if index > place else 'Up'}")
            used += 1
        keys[index] = first + used
    assert {index: used for index, used in keys.items() if used > MOST_KEYS} == {}


@pytest.mark.parametrize("address", ["/", "/carte/", "/catalogue/"])
def test_each_suggestion_is_at_most_twelve_keys_away(visit: Visit, address: str) -> None:
    crowd()
    page = visit.page()
    page.goto(address)
    first = keys_to_link(page, "Aller à la recherche")
    box = page.locator("#bar-q")
    expect(box).to_be_focused()
    page.keyboard.type("sq")
    options = page.locator("#bar-q-list [role=option]")
    expect(options.first).to_be_visible()
    count = options.count()
    assert count >= 4
    for index in range(count):
        page.keyboard.press("Escape")
        key, presses = min((("ArrowDown", index + 1), ("ArrowUp", count - index)), key=lambda way: way[1])
        for _press in range(presses):
            page.keyboard.press(key)
        expect(options.nth(index)).to_have_attribute("aria-selected", "true")
        assert first + presses <= MOST_KEYS
