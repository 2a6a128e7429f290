"""A board of scooters from an imported table is made in a few actions: each click, choice and typed field is one."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests import dashboards
from tests.browser.visit import Visit
from tests.people import PLANNER
from tests.scooters import SCOOTERS, scooters

MOST_ACTIONS = 30
BOARD = ["nombre", "moyenne", "bas", "recents", "densite", "communes", "carte", "etats", "jours"]


class Actions:
    """What somebody does on a page, counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def click(self, role: str, name: str) -> None:
        """Press a button or follow a link."""
        self.count += 1
        self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    def press(self, target: Locator) -> None:
        """Press something that has no name of its own."""
        self.count += 1
        target.first.click()

    def fill(self, label: str, text: str) -> None:
        """Type a text."""
        self.count += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str, value: str) -> None:
        """Choose a value of a list."""
        self.count += 1
        self.page.get_by_label(label, exact=True).select_option(value)


def test_a_board_of_scooters_is_made_in_few_actions(visit: Visit) -> None:
    dashboards.let_make("Urbanisme")
    scooters()
    page = visit.page()
    visit.sign_in(page, PLANNER)
    page.goto("/tableaux-de-bord/")
    actions = Actions(page)
    actions.click("link", "Nouveau tableau de bord")
    actions.fill("Titre", "Trottinettes")
    actions.choose("Couche", SCOOTERS)
    actions.click("button", "Voir les modèles")
    actions.press(page.get_by_text("Suivi d’un parc"))
    actions.click("button", "Créer le brouillon")
    page.wait_for_url("**/modifier/")
    expect(page.locator("[data-builder][data-ready]")).to_be_visible()
    expect(page.locator("[data-builder] [aria-busy=true]")).to_have_count(0)
    cells = page.locator("[data-cell]").evaluate_all("all => all.map((cell) => cell.dataset.cell)")
    assert cells == BOARD
    expect(page.locator('[data-cell="bas"]')).to_contain_text("2 à 20 % ou moins")
    expect(page.locator("[data-filters]")).to_contain_text("Commune")
    assert actions.count <= MOST_ACTIONS


def test_a_board_of_scooters_is_made_by_hand_from_an_empty_page(visit: Visit) -> None:
    dashboards.let_make("Urbanisme")
    scooters()
    page = visit.page()
    visit.sign_in(page, PLANNER)
    page.goto("/tableaux-de-bord/nouveau/")
    actions = Actions(page)
    actions.fill("Titre", "Trottinettes")
    actions.press(page.get_by_text("Vide", exact=True))
    actions.click("button", "Créer le brouillon")
    page.wait_for_url("**/modifier/")
    expect(page.locator("[data-builder][data-ready]")).to_be_visible()
    actions.press(page.locator("[data-list]").get_by_role("button", name="Trottinettes"))
    suggestions = page.locator(".proposals").get_by_role("button")
    for index in range(len(BOARD)):
        actions.press(suggestions.nth(index))
        expect(page.locator("[data-cell]")).to_have_count(index + 1)
    actions.click("button", "Filtre de page")
    actions.press(page.locator("dialog [data-choice]").filter(has_text="Commune"))
    expect(page.locator("[data-filters]")).to_contain_text("Commune")
    expect(page.locator("[data-builder] [aria-busy=true]")).to_have_count(0)
    expect(page.locator(".panel-notice")).to_contain_text("2 à 20 % ou moins")
    expect(page.locator("[data-saving=saved]")).to_be_visible()
    assert actions.count == 15
