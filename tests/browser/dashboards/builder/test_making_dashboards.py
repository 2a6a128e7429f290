"""An agent makes a dashboard from nothing, by mouse, by keyboard and on a phone; nothing that was typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboards.models import Dashboard
from tests import dashboards
from tests.browser.tour import DARK_DESK, LIGHT_DESK, LIGHT_PHONE, Tour
from tests.browser.visit import Visit, resize
from tests.people import GARDENER, OUTSIDER, PLANNER, Person

SLUG = "arbres-de-la-ville"
BUILDER, PAGE = f"/tableaux-de-bord/{SLUG}/modifier/", f"/tableaux-de-bord/{SLUG}/"
TREES = "arbres-remarquables"
# Nothing reaches the server, as when the network, then the power, goes.
NO_SAVING = """{
  const { fetch } = window;
  window.fetch = (address, how) =>
    String(address).endsWith("/brouillon/") ? new Promise(() => {}) : fetch(address, how);
}"""


@pytest.fixture
def maker(visit: Visit) -> Page:
    """The browser of a planner, whose group makes dashboards; the gardeners have a group too."""
    dashboards.let_make("Urbanisme")
    GARDENER.account()
    page = visit.page()
    visit.sign_in(page, PLANNER)
    return page


@pytest.fixture
def draft(visit: Visit) -> Dashboard:
    """A dashboard of the planners with three panels, which nobody published."""
    panels = [
        {"id": "nombre", "kind": "figure", "title": "Arbres", "question": {"layer": TREES}},
        {"id": "genres", "kind": "bar", "title": "Par genre", "question": {"layer": TREES, "by": "genre"}},
        {"id": "mots", "kind": "text", "title": "À lire", "options": {"text": "Un **mot**."}},
    ]
    sections = [{"id": "tout", "title": "Tout", "panels": panels}]
    return dashboards.dashboard(SLUG, producer="Urbanisme", sections=sections, is_published=False)


def opened(page: Page, address: str = BUILDER) -> None:
    """Open the builder and wait until everything in it was read."""
    page.goto(address)
    calm(page)


def calm(page: Page) -> None:
    """Wait until no part of the builder is being read."""
    expect(page.locator("[data-builder][data-ready]")).to_be_visible()
    expect(page.locator("[data-builder] [aria-busy=true]")).to_have_count(0)


def kept(page: Page) -> None:
    """Wait until the server has everything."""
    expect(page.locator("[data-saving=saved]")).to_be_visible()


def cells(page: Page) -> list[str]:
    """Return the panels of the page, in order."""
    return page.locator("[data-cell]").evaluate_all("all => all.map((cell) => cell.dataset.cell)")


def cell(page: Page, name: str) -> Locator:
    """Return a panel on the canvas."""
    return page.locator(f'[data-cell="{name}"]')


def setting(page: Page, path: str) -> Locator:
    """Return the control of a value of the chosen panel, its tab open."""
    control = page.locator(f"[data-settings] [data-path={path}]")
    tab = control.locator("xpath=ancestor::section[@data-tab]").get_attribute("aria-labelledby")
    page.locator(f"#{tab}").click()
    return control


def drag(page: Page, held: Locator, target: Locator, *, right: bool = False) -> None:
    """Drag something onto a half of something else."""
    start, end = held.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 40, start["y"] + 50)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] * (0.9 if right else 0.1), end["y"] + 50, steps=4)
    expect(page.locator(".drop-mark")).to_be_visible()
    page.mouse.up()


def made_from_nothing(page: Page) -> None:
    """Make an empty dashboard and arrive in the builder."""
    page.goto("/tableaux-de-bord/nouveau/")
    page.get_by_label("Titre").fill("Arbres de la ville")
    page.get_by_label("Vide").check()
    page.get_by_role("button", name="Créer le brouillon").click()
    page.wait_for_url(f"**{BUILDER}")
    calm(page)


def published(page: Page) -> None:
    """Choose the readers of the dashboard in the making, and publish it."""
    page.get_by_role("link", name="Qui le verra").first.click()
    page.get_by_label("Des groupes, ou des personnes").check()
    page.get_by_label("Espaces verts").check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.goto(f"{PAGE}publier/")
    page.get_by_label("Quelle décision").fill("Où planter")
    page.get_by_label("Qui prend").fill("Le conseil")
    page.get_by_role("main").get_by_role("button", name="Publier").click()
    page.wait_for_url(f"**{PAGE}")


def test_a_dashboard_is_made_from_nothing_and_published_to_a_group_alone(visit: Visit, maker: Page) -> None:
    made_from_nothing(maker)
    maker.get_by_role("button", name="Arbres remarquables").click()
    maker.locator(".builder-side .proposals button").first.click()
    calm(maker)
    first = cells(maker)[0]
    expect(cell(maker, first)).to_be_focused()
    expect(cell(maker, first).locator("article")).to_be_visible()
    maker.get_by_role("button", name="Ajouter : Genre", exact=True).click()
    calm(maker)
    second = cells(maker)[1]
    drag(maker, cell(maker, second), cell(maker, first))
    assert cells(maker) == [second, first]
    setting(maker, "title").fill("Ce qui pousse ici")
    expect(cell(maker, second).locator("h3")).to_have_text("Ce qui pousse ici")
    maker.get_by_role("button", name="Filtre de page").click()
    maker.get_by_role("dialog").get_by_role("button", name="Genre").click()
    expect(maker.locator("[data-filters]")).to_contain_text("Genre")
    kept(maker)
    expect(maker.locator("[data-changes-body]")).to_contain_text("2 panneaux paraîtront")
    published(maker)
    expect(maker.get_by_role("heading", name="Ce qui pousse ici")).to_be_visible()
    visit.watch.expected.add(404)
    assert status(visit, GARDENER) == 200
    assert status(visit, OUTSIDER) == 404


def status(visit: Visit, person: Person) -> int:
    """Return how the page of the dashboard answers to somebody."""
    page = visit.page(script=False)
    visit.sign_in(page, person)
    answer = page.goto(PAGE)
    assert answer is not None
    return answer.status


def test_the_keyboard_alone_arranges_and_every_step_is_undone(
    maker: Page, draft: Dashboard, axe: str
) -> None:
    opened(maker)
    said = maker.locator("[data-message]")
    cell(maker, "nombre").focus()
    maker.keyboard.press("Alt+ArrowRight")
    assert cells(maker) == ["genres", "nombre", "mots"]
    expect(said).to_have_text("« Arbres » : section « Tout », place 2 sur 3")
    expect(cell(maker, "nombre")).to_be_focused()
    maker.keyboard.press("Shift+ArrowRight")
    expect(said).to_have_text("« Arbres » : 5 colonnes sur 12, hauteur 2")
    maker.keyboard.press("Control+d")
    expect(cell(maker, "arbres-copie")).to_be_focused()
    maker.keyboard.press("Delete")
    expect(cell(maker, "arbres-copie")).to_have_count(0)
    expect(cell(maker, "mots")).to_be_focused()
    for _step in range(4):
        maker.keyboard.press("Control+z")
    assert cells(maker) == ["nombre", "genres", "mots"]
    expect(said).to_have_text("Annulé : déplacer « Arbres »")
    expect(maker.get_by_role("button", name="Rétablir : déplacer « Arbres »")).to_be_visible()
    maker.keyboard.press("ArrowLeft")
    expect(cell(maker, "genres")).to_be_focused()
    calm(maker)
    tour = Tour(maker, axe, modes=(LIGHT_DESK, DARK_DESK, LIGHT_PHONE))
    tour.see("a panel is chosen")
    resize(maker, 1440)
    tour.modes = (LIGHT_DESK,)
    maker.get_by_role("tab", name="Panneaux").click()
    tour.see("the page as a list")
    assert tour.faults == {}


def test_what_was_typed_is_lost_neither_by_a_closed_tab_nor_by_somebody_else(
    visit: Visit, maker: Page, draft: Dashboard
) -> None:
    maker.add_init_script(NO_SAVING)
    opened(maker)
    maker.get_by_label("Titre", exact=True).fill("Les arbres que nous gardons")
    maker.close()
    again = maker.context.new_page()
    visit.watch.listen(again)
    opened(again)
    expect(again.locator(".builder-title [data-title]")).to_have_text("Les arbres que nous gardons")
    kept(again)
    expect(again.locator("[data-notices]")).to_contain_text("est repris")
    draft.refresh_from_db()
    assert draft.title == "Les arbres que nous gardons"
    Dashboard.objects.filter(pk=draft.pk).update(revision=9)
    visit.watch.expected.add(412)
    again.get_by_label("Titre", exact=True).fill("Ma version")
    dialog = again.get_by_role("dialog", name="Changé ailleurs entre-temps")
    dialog.get_by_role("button", name="Écrire ma version par-dessus l’autre").click()
    kept(again)
    draft.refresh_from_db()
    assert draft.title == "Ma version"


def test_a_phone_shows_one_part_at_a_time_and_does_everything_by_buttons(
    visit: Visit, draft: Dashboard
) -> None:
    dashboards.let_make("Urbanisme")
    page = visit.page(width=375, touch=True)
    visit.sign_in(page, PLANNER)
    opened(page)
    cell(page, "nombre").tap()
    tools = page.get_by_role("toolbar", name="Panneau choisi")
    tools.get_by_role("button", name="Placer après").tap()
    assert cells(page) == ["genres", "nombre", "mots"]
    page.get_by_role("button", name="Ajouter", exact=True).tap()
    page.get_by_role("tab", name="Panneaux").tap()
    row = page.locator('[data-outline-panel="nombre"]')
    row.get_by_role("button", name="Élargir").tap()
    expect(row).to_contain_text("5 colonnes sur 12")
    row.locator("[data-select]").tap()
    expect(setting(page, "title")).to_be_visible()
    kept(page)
