"""Every state of the map is a link: each thing a person opens is in the address, and the address opens it again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import town
from tests.browser.visit import Visit
from tests.people import PASSWORD, PLANNER

SCREEN = """() => ({
  layers: [...document.querySelectorAll("[name=couches]:checked")].map((box) => box.value),
  order: [...document.querySelectorAll("[data-order] li")].map((item) => item.dataset.slug),
  chips: [...document.querySelectorAll("#map-chips .chip")].map((chip) => chip.textContent.trim()),
  opacity: document.querySelector('[data-layer="plui-zones"] [data-opacity]').value,
  panel: document.querySelector('.panel [role=tab][aria-selected=true]').id,
  filters: document.querySelector("#filters-form")?.dataset.slug,
  sheet: document.querySelector("[data-sheet] .sheet-title")?.textContent.trim(),
  sheetTab: document.querySelector('[data-sheet] [role=tab][aria-selected=true]')?.id,
  drawer: document.querySelector("[data-drawer]").dataset.open,
  drawerTab: document.querySelector('[data-drawer] [role=tab][aria-selected=true]').id,
  counted: document.querySelector("#counted-by")?.value,
  figures: [...document.querySelectorAll(".counted tr")].map((row) => row.textContent.trim()),
  sorted: [...document.querySelectorAll("[data-grid] [aria-sort]")].map((one) => one.ariaSort + one.textContent),
})"""
TREES, ZONES = "arbres-remarquables", "plui-zones"


def open_everything(visit: Visit) -> Page:
    """Open the three panels, each on another tab than its first, over a map that is asked something."""
    page = visit.page()
    shape = "POLYGON((2.19 48.79,2.26 48.79,2.26 48.83,2.19 48.83,2.19 48.79))".replace(" ", "%20")
    visit.map(
        page, f"/carte/?couches={ZONES}&couches={TREES}&within={shape}&opacite={ZONES}:60#13.00/48.81/2.22"
    )
    page.get_by_role("button", name="Tableau", exact=True).click()
    page.get_by_label("Couche du tableau").select_option(TREES)
    page.get_by_role("columnheader", name="Hauteur (m)").get_by_role("button").click()
    page.get_by_role("tab", name="Statistiques").click()
    page.get_by_label("Nombre par").select_option("genre")
    page.wait_for_url(re.compile("reponse=statistiques&par=genre"))
    page.get_by_role("tab", name="Question").click()
    page.get_by_role("link", name=town.CEDAR).click()
    page.get_by_role("tab", name="Voisinage").click()
    page.get_by_role("tab", name=re.compile("^Question")).click()
    page.get_by_text("Tous les critères, couche par couche").click()
    page.locator(f"#filters-of-{TREES}").click()
    expect(page.locator(f"#filters-form[data-slug={TREES}]")).to_be_attached()
    return page


def settled(page: Page) -> None:
    """Wait until everything that reads the server has answered."""
    expect(page.get_by_role("tabpanel", name="Voisinage")).to_contain_text("N Meudon")
    expect(page.locator(".counted tbody tr")).to_have_count(2)
    expect(page.locator("[data-grid] [aria-sort=ascending]")).to_have_count(1)
    expect(page.locator(f"#filters-form[data-slug={TREES}]")).to_be_attached()


def test_the_address_holds_every_panel_as_it_is(visit: Visit, subtests: pytest.Subtests) -> None:
    mine = open_everything(visit)
    settled(mine)
    with subtests.test("a link opens every panel as it was"):
        theirs = visit.page()
        visit.map(theirs, mine.url)
        settled(theirs)
        assert theirs.evaluate(SCREEN) == mine.evaluate(SCREEN)
        assert theirs.url == mine.url
    with subtests.test("the first tabs leave the address alone"):
        mine.get_by_role("tab", name="Couches").click()
        mine.get_by_role("tab", name="Lignes").click()
        mine.locator("#tab-sheet").click()
        mine.wait_for_url(lambda address: not re.search("onglet|reponse|par=|volet", address))


def test_a_phone_opens_the_panel_that_the_link_shows_and_forgets_it_once_closed(visit: Visit) -> None:
    page = visit.page(width=375, touch=True)
    visit.map(page, f"/carte/?couches={TREES}&onglet=liste")
    expect(page.get_by_role("tabpanel", name="Question")).to_be_visible()
    page.get_by_role("button", name="Fermer le panneau").click()
    page.wait_for_url(lambda address: "onglet" not in address)


def test_what_a_sheet_leads_to_is_switched_on(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, f"/carte/?couches={TREES}&objet={TREES}/{town.cedar().pk}&volet=voisinage")
    page.get_by_role("tabpanel", name="Voisinage").get_by_role("link", name="N Meudon").click()
    expect(page.locator("[data-sheet]").get_by_role("heading", name="N Meudon")).to_be_visible()
    expect(page.locator(f"input[type=checkbox][name=couches][value={ZONES}]")).to_be_checked()
    expect(page.locator("[data-toasts]")).to_contain_text("Couche allumée : PLUi : zones")
    page.wait_for_url(re.compile(f"couches={TREES}&couches={ZONES}.*objet={ZONES}/"))
    expect(page.locator(f"#count-{ZONES}")).not_to_be_empty()


def test_a_link_that_counts_by_no_field_counts_by_the_layers_own(visit: Visit) -> None:
    visit.watch.expected.add(400)
    page = visit.page()
    visit.map(page, f"/carte/?couches={TREES}&tableau={TREES}&reponse=statistiques&par=inexistant")
    expect(page.locator("[data-toasts]")).to_contain_text("un champ qui n’existe pas")
    expect(page.get_by_role("tabpanel", name="Statistiques")).to_contain_text("31 objets")
    page.wait_for_url(lambda address: "par=" not in address)


def missing(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="ne vous est pas ouverte")


def test_a_link_that_names_a_missing_layer_says_so(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    asked = f"{ZONES}.touching=absente@300*&absente.etat=x&tableau=absente&tri=-nom&objet=absente/3"
    visit.map(page, f"/carte/?couches=absente&couches={ZONES}&{asked}&opacite=absente:40")
    with subtests.test("the others are open"):
        expect(missing(page)).to_be_visible()
        expect(page.locator("[data-layers-on]")).to_have_text("1 couche allumée")
        page.wait_for_url(lambda address: f"couches={ZONES}#" in address and "absente" not in address)
    with subtests.test("what is said is closed by keyboard"):
        page.get_by_role("button", name="Fermer ce message").press("Enter")
        expect(missing(page)).to_have_count(0)
        expect(page.locator("#contenu")).to_be_focused()


def test_a_link_whose_table_cannot_be_sorted_says_so_and_shows_it(
    visit: Visit, subtests: pytest.Subtests
) -> None:
    page = visit.page()
    visit.map(page, "/carte/?couches=arbres-remarquables&tableau=arbres-remarquables&tri=-absent")
    with subtests.test("the notice of the page names the parameter"):
        expect(page.get_by_role("status").filter(has_text="Le tableau ne suit pas")).to_contain_text(
            "tri=-absent"
        )
    with subtests.test("the table is read in its own order"):
        expect(page.locator("[data-drawer-message]")).to_contain_text("triés par nom")
        expect(page.locator("[data-downloads]")).to_be_visible()
        page.wait_for_url(lambda address: "tableau=" in address and "tri=" not in address)


def test_who_signs_in_from_a_link_comes_back_to_all_of_it(visit: Visit) -> None:
    PLANNER.account()
    page = visit.page()
    visit.map(page, f"/carte/?couches={town.INTERNAL}&couches={ZONES}#13.00/48.81/2.22")
    missing(page).get_by_role("link", name="Se connecter").click()
    page.get_by_label("Identifiant ou courriel").fill(PLANNER.name)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.locator(f"input[type=checkbox][name=couches][value={town.INTERNAL}]")).to_be_checked()
    page.wait_for_url(re.compile(f"couches={town.INTERNAL}&couches={ZONES}#13.00/48.81"))
