"""The planner’s question in five actions by menus and in one by typing, by keyboard alone, and without script."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import town
from tests.browser.site.test_keyboard import tab_to
from tests.browser.tour import DARK_PHONE, DESK, Tour
from tests.browser.visit import Visit
from tests.people import PLANNER

TREES, ZONES, BUILDINGS = "arbres-remarquables", "plui-zones", town.INTERNAL
ASKED = f"sujet={TREES}&commune={town.MEUDON}&{ZONES}.typezone=N"
RELATED = f"{TREES}.touching={BUILDINGS}@300*&{TREES}.touching={ZONES}*"
LAYERS = f"couches={TREES}&couches={BUILDINGS}&couches={ZONES}"
TYPED = "arbres à moins de 300 m d’un bâtiment patrimonial, dans une zone N, à Meudon"
# The zoom of an address of the map, in JavaScript.
ZOOM = "(text => Number(text.split('#')[1].split('/')[0]))"
COUNT, OF, ALL = "2 arbres", "sur les 3 de la commune de Meudon", "3 arbres"


@dataclass
class Actions:
    """Counts what the planner does."""

    count: int = 0

    def click(self, target: Locator) -> None:
        """Click once."""
        self.count += 1
        target.click()


@pytest.fixture
def planner(visit: Visit) -> Visit:
    """A town with what a planner asks about."""
    town.heritage_trees()
    return visit


def part(page: Page, name: str) -> Locator:
    """Return a part of the sentence by its words."""
    return page.locator("#question .part").filter(has_text=name)


def proposal(page: Page, name: str) -> Locator:
    """Return a condition that the page proposes."""
    return page.locator("#question .proposal").filter(has_text=re.compile(f"^\\s*{name}\\s*$"))


def expect_the_answer(page: Page) -> None:
    """Expect the answer, in the panel, over the map, in the drawer and in the title."""
    expect(page.locator("#answers-count")).to_have_text(COUNT)
    expect(page.locator(".answers-of")).to_have_text(OF)
    expect(page.locator("#map-summary b")).to_have_text(COUNT)
    expect(page.locator(f".answers a[data-feature^='{TREES}/']")).to_have_count(2)
    expect(page.locator("[data-drawer-take]")).to_contain_text(f"Télécharger les {COUNT}")
    expect(page).to_have_title(re.compile(r"^Arbres remarquables, .*à Meudon\s: 2 arbres · "))


def test_the_question_takes_five_actions_by_menus(
    planner: Visit, axe: str, subtests: pytest.Subtests
) -> None:
    page, actions = planner.page(), Actions()
    planner.sign_in(page, PLANNER)
    planner.map(page)
    tour = Tour(page, axe, DESK)
    actions.click(page.get_by_role("tab", name="Question"))
    actions.click(proposal(page, "Arbres remarquables"))
    actions.click(proposal(page, "bâtiment patrimonial"))
    actions.click(proposal(page, "zone N"))
    actions.click(proposal(page, "Meudon"))
    with subtests.test("the answer is the planner’s"):
        expect_the_answer(page)
        assert actions.count == 5
    with subtests.test("what makes an answer is drawn, and the legend says so"):
        expect(page.locator("[data-map][data-surroundings]")).not_to_have_attribute("data-surroundings", "0")
        lines = page.locator("#map-legend [data-outline]")
        expect(lines.filter(has_text="d’une réponse")).to_have_count(2)
        expect(lines.locator("[data-outline-note]").filter(has_text="non")).to_have_count(0)
    with subtests.test("the table leaves in view what was seen, and gives it back when it goes"):
        seen, toggle = page.url, page.locator("[data-drawer-toggle]")
        toggle.click()
        page.wait_for_function(f"seen => {ZOOM}(location.hash) < {ZOOM}(seen)", arg=seen)
        toggle.click()
        page.wait_for_function("seen => location.href === seen", arg=seen)
    with subtests.test("a part says what each of its choices would give, and which give nothing"):
        part(page, "zone N").click()
        menu = page.get_by_role("dialog")
        expect(menu.get_by_role("link", name=re.compile("Zone naturelle"))).to_contain_text(COUNT)
        expect(menu.get_by_role("link", name=re.compile("Zone agricole"))).to_contain_text("aucun")
        expect(menu.get_by_role("link", name=re.compile("Retirer cette condition"))).to_contain_text("arbres")
        tour.see("the menu of a part")
    with subtests.test("a choice changes the question, and the focus stays in it"):
        page.keyboard.press("Escape")
        part(page, "300").click()
        page.get_by_role("dialog").get_by_role("link", name=re.compile(r"^50\sm")).click()
        page.wait_for_url(re.compile(f"{BUILDINGS}@50"))
        expect(part(page, "50")).to_be_focused()
    with subtests.test("a distance is typed"):
        part(page, "50").click()
        page.get_by_role("spinbutton").fill("300")
        page.get_by_role("button", name="Appliquer").click()
        expect_the_answer(page)
    with subtests.test("answers are listed by title, in the table too, and the address says it"):
        expect(page.locator(".answer-name").first).to_have_text("Séquoia du Hangar")
        page.locator("#part-ordre").press("Enter")
        page.get_by_role("link", name="Par titre").press("Enter")
        page.wait_for_url(re.compile("ordre=titre"))
        expect(page.locator(".answer-name").first).to_have_text("Hêtre du Hangar")
        page.locator("[data-drawer-toggle]").click()
        expect(page.locator("#pane-rows [role=rowheader]").first).to_have_text("Hêtre du Hangar")
    with subtests.test("boxes of a menu ask several values, which a link opens on the question"):
        part(page, "Meudon").click()
        page.get_by_role("checkbox", name="aussi Sèvres").check()
        expect(part(page, "Meudon ou Sèvres")).to_be_visible()
        page.get_by_role("button", name=f"Voir {COUNT}").press("Enter")
        part(page, "zone N").click()
        page.get_by_role("checkbox", name="aussi Zone urbaine").press("Space")
        expect(page.locator("#answers-count")).to_have_text("19 arbres")
        tour.see("several values")
        page.goto(re.sub("&onglet=filtres", "", page.url))
        expect(part(page, "zone U ou N")).to_be_visible()
    assert tour.faults == {}


def test_the_question_takes_one_action_by_typing_and_no_mouse(
    planner: Visit, axe: str, subtests: pytest.Subtests
) -> None:
    page = planner.page(width=375, scheme="dark")
    planner.sign_in(page, PLANNER)
    planner.map(page, "/carte/?onglet=filtres")
    tab_to(page, "#ask-text")
    page.keyboard.type(TYPED)
    page.keyboard.press("Enter")
    with subtests.test("the question is understood and answered"):
        expect(page.get_by_text("Tout ce que vous avez écrit a été compris")).to_be_visible()
        expect(page.locator("#answers-count")).to_have_text(COUNT)
    with subtests.test("the answer comes before the question, on the first screen"):
        expect(page.locator("#answers-count")).to_be_in_viewport(ratio=1)
        expect(page.locator(".answer-name").first).to_be_in_viewport(ratio=1)
        expect(page.locator("#map-summary")).to_be_hidden()  # the map has its room
    tour = Tour(page, axe, (DARK_PHONE,))
    tour.see("the question on a phone")
    with subtests.test("a part is opened and taken away by keys"):
        tab_to(page, "#part-touching0")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog").locator(":focus")).to_have_count(1)
        tour.see("the menu of a part on a phone")
        page.keyboard.press("Escape")
        expect(page.locator("#part-touching0")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog").locator(":focus")).to_have_count(1)
        tab_to(page, ".menu-removal a")
        page.keyboard.press("Enter")
        expect(page.locator("#answers-count")).to_have_text(ALL)
        expect(page.locator("#question .part:focus")).to_have_count(1)
    with subtests.test("chips keep to one line, each of them whole"):
        page.get_by_role("button", name="Fermer le panneau").click()
        chips = page.locator(".chip-list li")
        expect(chips.last).to_be_in_viewport(ratio=0.99)
        assert len(set(chips.evaluate_all("all => all.map((one) => one.offsetTop)"))) == 1
    assert tour.faults == {}


def test_words_that_are_not_understood_are_named(planner: Visit) -> None:
    page = planner.page()
    planner.map(page, "/carte/?onglet=filtres")
    page.get_by_role("searchbox", name="Posez votre question").fill("arbres magnifiques à Meudon")
    page.keyboard.press("Enter")
    expect(page.locator("[data-typed-message]")).to_contain_text("magnifiques")
    expect(page.locator("#answers-count")).to_have_text(ALL)


def test_without_script_each_part_leads_to_its_choices(planner: Visit) -> None:
    page = planner.page(script=False)
    planner.sign_in(page, PLANNER)
    page.goto(f"/carte/?{LAYERS}&{ASKED}&{RELATED}")
    expect(page.locator("#answers-count")).to_have_text(COUNT)
    part(page, "zone N").click()
    page.get_by_role("link", name=re.compile("Sans préciser")).click()
    expect(page.locator("#answers-count")).to_have_text(COUNT)
    part(page, "300").click()
    page.get_by_role("spinbutton").fill("10")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.locator("#answers-count")).to_have_text("aucun arbre")
    part(page, "Meudon").click()
    page.get_by_role("checkbox", name="aussi Sèvres").check()
    page.get_by_role("button", name="Chercher les valeurs cochées").click()
    expect(part(page, "Meudon ou Sèvres")).to_be_visible()
