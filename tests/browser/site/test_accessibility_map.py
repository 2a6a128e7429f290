"""axe-core finds nothing in any state of the map: panel, filters, chips, table, sheet, tools, paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.tour import DESK, EACH_SCREEN, PHONE, Mode, Tour
from tests.browser.visit import Visit

TREES, GARDENS, ZONES = "arbres-remarquables", "aires-de-jeux", "plui-zones"
LON, LAT = town.CEDAR_PLACE
BOTH = f"/carte/?couches={TREES}&couches={ZONES}"
MANY = (
    f"{BOTH}&couches={GARDENS}&commune={town.MEUDON},92072&q=tilleul&{ZONES}.typezone=N"
    f"&{TREES}.hauteur.de=10&{TREES}.touching={ZONES}"
)

# What a phone shows is reached by other buttons: it is another visit.
screens = pytest.mark.parametrize("modes", [DESK, PHONE], ids=["desk", "phone"])


def first_page(visit: Visit, modes: tuple[Mode, ...]) -> Page:
    """Return a page of a new browser profile in the first of the modes."""
    return visit.page(width=modes[0].width, scheme=modes[0].scheme)


def tour_of(visit: Visit, axe: str, modes: tuple[Mode, ...]) -> Tour:
    """Return a tour in a new browser profile."""
    return Tour(first_page(visit, modes), axe, modes)


def open_tab(page: Page, name: str) -> None:
    """Show a tab of the panel, which a phone opens first."""
    tab = page.get_by_role("tab", name=re.compile(f"^{name}"))
    if not tab.is_visible():
        page.locator(".bottom-bar").get_by_role("button", name="Couches").click()
    tab.click()


def open_menu(page: Page, name: str) -> None:
    """Open a menu of the tools, which a phone unfolds first."""
    button = page.get_by_role("button", name=name, exact=True)
    if not button.is_visible():
        page.get_by_role("button", name="Outils", exact=True).click()
    button.click()


def take(page: Page, menu: str, tool: str) -> None:
    """Take a tool from one of the menus, and wait for its bar."""
    open_menu(page, menu)
    page.get_by_role("button", name=tool, exact=True).click()
    expect(page.locator("[data-bar]")).to_be_visible()


@screens
def test_the_panel_of_layers_is_clean(visit: Visit, axe: str, modes: tuple[Mode, ...]) -> None:
    tour = tour_of(visit, axe, modes)
    visit.map(tour.page, f"{BOTH}#15.00/{LAT:.5f}/{LON:.5f}")
    tour.see("the map")
    tour.page.locator("canvas").first.focus()
    tour.page.keyboard.press("Enter")
    expect(tour.page.get_by_role("heading", name="Plusieurs objets ici")).to_be_focused()
    tour.see("the choice between several features")
    tour.page.keyboard.press("Escape")
    expect(tour.page.get_by_role("heading", name="Plusieurs objets ici")).to_be_hidden()
    open_tab(tour.page, "Couches")
    tour.page.locator(f'[data-layer="{ZONES}"] .layer-more > summary').click()
    tour.page.locator(".layer-order > summary").click()
    tour.page.locator(".communes > summary").click()
    for opened in (".layer-more[open]", ".layer-order[open]", ".communes[open]"):
        expect(tour.page.locator(opened)).to_be_visible()
    tour.see("the layers and their legends, the settings of one, the order, the communes")
    open_tab(tour.page, "Question")
    tour.see("the question and the list")
    open_tab(tour.page, "Vues")
    tour.see("the views of who is not signed in")
    assert tour.faults == {}


@screens
def test_every_kind_of_filter_is_clean(visit: Visit, axe: str, modes: tuple[Mode, ...]) -> None:
    tour = tour_of(visit, axe, modes)
    page = tour.page
    visit.map(page, BOTH)
    open_tab(page, "Question")
    page.get_by_text("Tous les critères, couche par couche").click()
    for field in ("nom_vernaculaire", "hauteur", "date_plantation", "remarquable"):
        page.locator(f"#filter-{field} > summary").click()
        expect(page.locator(f"#filter-{field} fieldset")).to_be_visible()  # its answer moves the fields below
    page.locator("#combine-layer").select_option(ZONES)
    for field in ("genre", "nom_vernaculaire", "hauteur", "date_plantation", "remarquable"):
        expect(page.locator(f"#filter-{field} fieldset")).to_be_visible()
    tour.see("the filters of a layer, one of each kind open, and a layer to combine with")
    assert tour.faults == {}


@screens
def test_many_chips_and_missing_layers_are_clean(visit: Visit, axe: str, modes: tuple[Mode, ...]) -> None:
    tour = tour_of(visit, axe, modes)
    visit.map(tour.page, f"{MANY}&couches=absente&{ZONES}.touching=disparue&disparue.etat=x")
    expect(tour.page.locator("#chip-5")).to_be_attached()
    if modes == PHONE:
        tour.see("five chips, and what is missing")
    if modes == DESK:
        tour.see_in_the_colours_of_the_system("five chips")
        tour.page.emulate_media(forced_colors="active")
        chosen = tour.page.locator(f"#legend-{ZONES} [aria-current=true]")
        assert chosen.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
        tour.page.emulate_media(forced_colors="none")
    if modes == PHONE:  # the panel covers the notice
        tour.page.get_by_role("button", name="Fermer ce message").click()
    open_tab(tour.page, "Question")
    tour.page.get_by_text("Tous les critères, couche par couche").click()
    expect(tour.page.locator("#filters-title")).to_be_visible()
    tour.see("five chips and the filters")
    assert tour.faults == {}


@screens
def test_the_table_and_its_menus_are_clean(visit: Visit, axe: str, modes: tuple[Mode, ...]) -> None:
    tour = tour_of(visit, axe, modes)
    page = tour.page
    visit.map(page, f"/carte/?couches={TREES}&tableau={TREES}")
    expect(page.locator("[aria-rowindex='2'] [role=rowheader]")).to_have_text(re.compile(r"\w"))
    expect(page.locator("[data-downloads]")).to_be_visible()
    if modes == DESK:
        tour.see_in_the_colours_of_the_system("the rows")
    for menu in ("[data-columns]", "[data-downloads]"):
        page.locator(f"{menu} > summary").click()
        tour.see(f"the rows, and the menu {menu}")
        page.locator(f"{menu} > summary").click()
    page.get_by_role("tab", name="Statistiques").click()
    expect(page.get_by_role("combobox", name="Nombre par")).to_be_visible()
    tour.see("the statistics")
    assert tour.faults == {}


@screens
def test_the_sheet_in_the_panel_is_clean(visit: Visit, axe: str, modes: tuple[Mode, ...]) -> None:
    visit.watch.expected.add(422)
    tour = tour_of(visit, axe, modes)
    page = tour.page
    visit.map(page, f"/carte/?couches={GARDENS}&objet={GARDENS}/{town.garden().pk}")
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_focused()
    tour.see("the sheet")
    if modes == DESK:
        tour.see_in_the_colours_of_the_system("the sheet")
    page.get_by_role("link", name="L’entrée du jardin").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    tour.see("the viewer of photos")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Signaler un problème").click()
    page.get_by_role("button", name="Envoyer le signalement").click()
    expect(page.get_by_role("alert").filter(has_text="Corrigez")).to_be_focused()
    tour.see("a report with faults")
    page.get_by_role("tab", name="Voisinage").click()
    expect(page.get_by_role("heading", name="Ici")).to_be_visible()
    tour.see("the neighbourhood")
    page.get_by_role("button", name="Fermer la fiche").press("Enter")
    expect(page.locator("[data-map] canvas")).to_be_focused()
    assert tour.faults == {}


@screens
def test_the_tools_are_clean(visit: Visit, axe: str, modes: tuple[Mode, ...]) -> None:
    visit.has_backdrop = True  # one of the menus credits it
    tour = tour_of(visit, axe, modes)
    page = tour.page
    visit.map(page, BOTH)
    for menu in ("Chercher dans une zone", "Mesurer", "Autres outils"):
        open_menu(page, menu)
        tour.see(f"the menu {menu}")
        page.keyboard.press("Escape")
    take(page, "Mesurer", "Une distance")
    page.keyboard.press("Enter")
    tour.see("a measure begun")
    page.keyboard.press("Escape")
    take(page, "Autres outils", "Aller à des coordonnées")
    page.get_by_role("textbox", name="Coordonnées").fill("Meudon")
    page.get_by_role("button", name="Placer").click()
    expect(page.locator("[data-bar-read]")).to_contain_text("Exemples")
    tour.see("coordinates that mean nothing")
    assert tour.faults == {}


def test_the_print_page_is_clean(visit: Visit, axe: str) -> None:
    tour = Tour(visit.page(), axe, EACH_SCREEN)
    tour.page.goto(f"/carte/imprimer/?couches={TREES}&vue=14.00/{LAT}/{LON}&liste=1")
    tour.page.wait_for_selector("[data-desk][data-state=ready]")
    tour.see("the paper")
    assert tour.faults == {}
