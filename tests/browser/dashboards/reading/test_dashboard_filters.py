"""A reader filters a dashboard by what they click on, goes back, and takes filters off: by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import dashboards
from tests.browser.site.spacing import CUT, SPACED
from tests.browser.site.test_accessibility_reading import NARROW, TABLET, ZOOMED
from tests.browser.tour import DARK_DESK, DESK, LIGHT_DESK, LIGHT_PHONE, Tour, excess_width
from tests.browser.visit import Visit, resize

TREES, GARDENS, ZONES = "arbres-remarquables", "aires-de-jeux", "plui-zones"
PAGE = "/tableaux-de-bord/arbres/"
PANELS: list[dict[str, Any]] = [
    {
        "id": "nombre",
        "kind": "figure",
        "title": "Arbres",
        "width": 3,
        "height": 2,
        "question": {"layer": TREES, "measures": ["count"]},
    },
    {
        "id": "communes",
        "kind": "table",
        "title": "Les arbres par commune",
        "width": 5,
        "height": 4,
        "question": {"layer": TREES, "by": ["commune"], "measures": ["count"]},
    },
    {
        "id": "genres",
        "kind": "bar",
        "title": "Les arbres par genre",
        "width": 4,
        "height": 4,
        "question": {"layer": TREES, "by": ["genre"], "measures": ["count"]},
    },
    {
        "id": "jeux",
        "kind": "table",
        "title": "Les aires par état",
        "width": 4,
        "height": 3,
        "question": {"layer": GARDENS, "by": ["etat"], "measures": ["count"]},
    },
    {
        "id": "mots",
        "kind": "text",
        "title": "À lire",
        "width": 4,
        "height": 3,
        "options": {"text": "Un **mot**."},
    },
]
FILTERS = [
    {"field": "commune", "kind": "commune"},
    {"field": "periode", "kind": "period"},
    {"field": "genre", "kind": "values", "title": "Genre"},
]
MEUDON = "92048"
# Panels that hold more than they show, in nothing that scrolls.
CUT_PANELS = """() => [...document.querySelectorAll(".panel, .kind-figure > .panel-body")]
  .filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.id || e.className)"""


@pytest.fixture
def board(site: str) -> None:
    """A public dashboard over the trees and the gardens of the small town."""
    dashboards.dashboard(
        "arbres",
        sections=[{"id": "tout", "title": "Tous", "panels": PANELS}],
        filters=FILTERS,
        is_public=True,
    )


def opened(visit: Visit, address: str = PAGE, **how: Any) -> Page:
    """Return the page of the dashboard, every panel read."""
    page = visit.page(**how)
    page.goto(address)
    settled(page)
    return page


def settled(page: Page) -> None:
    """Wait until no panel in sight is being read."""
    expect(page.locator("[data-panel][aria-busy]")).to_have_count(0)


# Every chart is drawn for the width that its panel has now.
FITTED = """() => [...document.querySelectorAll(".panel-stage")]
  .every((stage) => Number(stage.dataset.width) === Math.floor(stage.parentElement.clientWidth))"""


def resized(page: Page, width: int, height: int) -> None:
    """Give the page a size, and wait until its charts have followed."""
    resize(page, width, height)
    settled(page)
    page.wait_for_function(FITTED)
    page.wait_for_function(f"() => ({CUT_PANELS})().length === 0")


def figure_says(page: Page, text: str) -> None:
    """Wait until the key figure is a text."""
    expect(page.locator("#panneau-nombre .panel-value strong")).to_have_text(text)


def test_a_mark_a_menu_or_a_row_filters_the_page_and_a_second_click_a_chip_or_the_back_button_undo_it(
    visit: Visit, board: None
) -> None:
    page = opened(visit)
    bar = page.locator("#panneau-genres").get_by_role("button", name="Cedrus")
    bar.click()
    expect(page).to_have_url(f"{visit.site}{PAGE}?genre=Cedrus")
    figure_says(page, "1")
    settled(page)
    expect(bar).to_have_attribute("aria-pressed", "true")
    bar.click()
    figure_says(page, "31")
    settled(page)
    page.locator("summary", has_text="Genre").click()
    page.get_by_role("checkbox", name="Cedrus").check()
    page.get_by_role("button", name="Appliquer").click()
    figure_says(page, "1")
    expect(page).to_have_url(f"{visit.site}{PAGE}?genre=Cedrus")
    expect(page.locator("#panneau-jeux")).to_contain_text("Sans effet ici")
    page.locator("#barre").get_by_role("link", name="Retirer ce filtre").click()
    figure_says(page, "31")
    settled(page)
    meudon = page.locator("#panneau-communes").get_by_role("link", name="Meudon")
    meudon.click()
    expect(page).to_have_url(f"{visit.site}{PAGE}?commune={MEUDON}")
    figure_says(page, "1")
    expect(page.locator("#barre")).to_contain_text("1 objet sur 31")
    expect(meudon).to_have_attribute("aria-current", "true")
    meudon.click()
    expect(page).to_have_url(f"{visit.site}{PAGE}")
    figure_says(page, "31")
    page.go_back()
    figure_says(page, "1")
    expect(page.locator("#barre .chip")).to_contain_text("Meudon")


def test_the_keyboard_alone_filters_undoes_and_shows_a_table(visit: Visit, board: None) -> None:
    page = opened(visit)
    page.locator("#panneau-communes").get_by_role("link", name="Meudon").focus()
    page.keyboard.press("Enter")
    figure_says(page, "1")
    settled(page)
    expect(page.locator("#panneau-communes").get_by_role("link", name="Meudon")).to_be_focused()
    page.keyboard.press("Escape")
    figure_says(page, "31")
    expect(page).to_have_url(f"{visit.site}{PAGE}")
    settled(page)
    cedar = page.locator("#panneau-genres").get_by_role("button", name="Cedrus")
    cedar.focus()
    page.keyboard.press("Enter")
    figure_says(page, "1")
    expect(page.locator("#barre .chip")).to_contain_text("Cedrus")
    expect(cedar).to_be_focused()
    expect(cedar).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    figure_says(page, "31")
    expect(page.locator("#barre .chip")).to_have_count(0)
    settled(page)
    page.locator("#panneau-genres").get_by_role("link", name="Lien vers").focus()
    page.keyboard.press("t")
    expect(page.locator("#panneau-genres details.panel-data")).to_have_attribute("open", "")


def test_a_dashboard_is_accessible_on_a_desk_and_a_phone(visit: Visit, board: None, axe: str) -> None:
    page = opened(visit, f"{PAGE}?commune={MEUDON}")
    tour = Tour(page, axe, modes=(LIGHT_DESK, DARK_DESK, LIGHT_PHONE))
    tour.see("filtered")
    page.locator("#panneau-genres summary", has_text="Tableau").click()
    tour.modes = DESK
    tour.see("a table in the place of its chart")
    for address in (f"{PAGE}ecran/", f"{PAGE}genres/", f"{PAGE}filtres/", f"{PAGE}imprimer/"):
        tour.go(address)
    page.goto("/tableaux-de-bord/")
    expect(page.locator(".miniature.is-live")).to_be_visible()
    tour.see("miniatures")
    assert tour.faults == {}


def test_a_dashboard_is_read_narrow_large_and_spaced_out(visit: Visit, board: None) -> None:
    """WCAG 1.4.4, 1.4.10 and 1.4.12: nothing is cut, nothing makes the page slide."""
    page = opened(visit)
    found: dict[str, Any] = {}
    for name, size in {"320": NARROW, "200 %": ZOOMED, "768": TABLET}.items():
        resized(page, **size)
        found[name] = [excess_width(page), *page.evaluate(CUT), *page.evaluate(CUT_PANELS)]
    page.evaluate(SPACED)
    for width in (375, 1440):
        resized(page, width, 900)
        found[f"spaced, {width}"] = [*page.evaluate(CUT), *page.evaluate(CUT_PANELS)]
    assert {where: cut for where, cut in found.items() if cut not in ([], [0])} == {}


def test_the_print_page_gives_the_file_of_what_is_asked(visit: Visit, board: None) -> None:
    page = visit.page()
    page.goto(f"{PAGE}imprimer/?commune={MEUDON}")
    expect(page.get_by_role("main")).to_contain_text("Meudon")
    page.get_by_label("Type de fichier").first.select_option("html")
    with page.expect_download() as download:
        page.get_by_role("button", name="Obtenir le fichier").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert "Les arbres par commune" in text
    assert "Sèvres" not in text


def test_a_screen_in_a_hall_shows_one_section_and_is_still_for_who_asks_no_motion(
    visit: Visit, board: None
) -> None:
    page = visit.page()
    dashboards.dashboard(
        "hall",
        sections=[
            {"id": name, "title": name, "panels": [{**PANELS[4], "id": f"mots-{name}"}]} for name in "ab"
        ],
        is_public=True,
    )
    page.goto("/tableaux-de-bord/hall/ecran/")
    expect(page.get_by_role("heading", name="a", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Reprendre")).to_be_visible()
    page.get_by_role("button", name="Suivante").click()
    expect(page.get_by_role("heading", name="b", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="a", exact=True)).to_be_hidden()


def test_a_panel_that_fails_says_so_and_the_others_go_on(visit: Visit, board: None) -> None:
    visit.watch.expected.add(503)
    page = visit.page()
    page.route("**/arbres/communes/**", lambda route: route.fulfill(status=503, body="Indisponible"))
    page.goto(PAGE)
    figure_says(page, "31")
    expect(page.locator("#panneau-communes").get_by_role("alert")).to_contain_text("n’a pas pu être chargé")
    page.unroute("**/arbres/communes/**")
    page.locator("#panneau-communes").get_by_role("button", name="Réessayer").click()
    expect(page.locator("#panneau-communes").get_by_role("link", name="Meudon")).to_be_visible()
