"""A dashboard is made, published and opened to others by forms alone, and every page of it is accessible."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from playwright.sync_api import Page, expect

from dashboards.models import Dashboard, LibraryPanel
from tests import dashboards
from tests.browser.tour import DARK_DESK, DARK_PHONE, LIGHT_DESK, LIGHT_PHONE, Tour
from tests.browser.visit import Visit
from tests.people import OUTSIDER, PLANNER

TREES = "arbres-remarquables"
ROOT = "/tableaux-de-bord/"
PAGE = f"{ROOT}nos-arbres/"


@pytest.fixture
def maker(site: str) -> None:
    """PLANNER makes dashboards and keeps panels in the library, which has one."""
    dashboards.let_make("Urbanisme")
    group = dashboards.group("Urbanisme")
    group.permissions.add(*Permission.objects.filter(content_type__model="librarypanel"))
    question = {"layer": TREES, "by": "genre"}
    LibraryPanel.objects.create(
        slug="genres",
        title="Par genre",
        producer=group,
        document={"kind": "bar", "title": "Par genre", "question": question},
    )


def sent(page: Page, button: str) -> None:
    """Press the button of a form, and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def test_without_script_a_dashboard_is_made_corrected_published_and_opened(visit: Visit, maker: None) -> None:
    visit.watch.expected = {422}
    dashboards.group("Communication")
    page = visit.page(script=False)
    visit.sign_in(page, PLANNER)
    page.goto(ROOT)
    page.get_by_role("link", name="Nouveau tableau de bord").click()
    page.get_by_label("Titre").fill("Nos arbres")
    page.get_by_label("Couche", exact=True).select_option(TREES)
    sent(page, "Voir les modèles")
    expect(page.get_by_label("Titre")).to_have_value("Nos arbres")
    page.get_by_role("radio", name="Liste et fiche").check()
    sent(page, "Créer le brouillon")
    page.goto(f"{PAGE}texte/")
    text = page.get_by_label("Document")
    text.fill(text.input_value().replace("kind: table", "kind: tabel", 1))
    sent(page, "Enregistrer le brouillon")
    expect(page.get_by_role("alert")).to_contain_text("kind: tabel")
    text.fill(text.input_value().replace("kind: tabel", "kind: table", 1))
    sent(page, "Enregistrer le brouillon")
    page.get_by_role("link", name="Publier").click()
    page.get_by_role("link", name="Changer qui le verra").click()
    page.get_by_role("radio", name="Des groupes, ou des personnes").check()
    page.get_by_role("checkbox", name="Communication").check()
    sent(page, "Enregistrer et aller publier")
    page.get_by_label("Quelle décision").fill("Où planter")
    page.get_by_label("Qui prend").fill("Le conseil")
    sent(page, "Publier")
    page.wait_for_url("**tableaux=1")
    reader = visit.page(script=False)
    visit.sign_in(reader, OUTSIDER)
    reader.goto(ROOT)
    expect(reader.get_by_role("link", name="Nos arbres")).to_be_visible()
    expect(reader.get_by_role("link", name="Nouveau tableau de bord")).to_have_count(0)


def test_the_pages_of_making_are_accessible_on_a_desk_and_a_phone(
    visit: Visit, maker: None, axe: str
) -> None:
    chart = {"id": "genres", "kind": "bar", "title": "Genres", "question": {"layer": TREES, "by": "genre"}}
    made = dashboards.dashboard(
        "nos-arbres",
        sections=[{"id": "s", "title": "Arbres", "panels": [chart]}],
        producer="Urbanisme",
        groups=["Communication"],
    )
    _draft(made, {**chart, "width": 12}, {"id": "perdu", "kind": "bar", "question": {"layer": "disparue"}})
    visit.watch.expected = {422}
    page = visit.page()
    visit.sign_in(page, PLANNER)
    tour = Tour(page, axe, modes=(LIGHT_DESK, DARK_DESK, DARK_PHONE))
    page.goto(f"{ROOT}nouveau/?couche={TREES}")
    sent(page, "Créer le brouillon")
    expect(page.locator("#erreurs")).to_be_focused()
    tour.see("new, refused")
    tour.go(f"{PAGE}publier/")
    tour.go(f"{PAGE}finalite/")
    tour.go(f"{PAGE}versions/?de=1&a=2")
    tour.go(f"{PAGE}lecteurs/")
    tour.modes = (LIGHT_PHONE,)
    tour.go(f"{PAGE}texte/")
    tour.go(f"{PAGE}supprimer/")
    tour.go(f"{PAGE}retirer/")
    tour.go(f"{PAGE}dupliquer/")
    tour.go(f"{ROOT}bibliotheque/")
    tour.go(f"{ROOT}bibliotheque/genres/")
    tour.go(f"{PAGE}?version=1")
    assert tour.faults == {}


def _draft(made: Dashboard, *panels: dict[str, object]) -> None:
    sections = [{"id": "s", "title": "Arbres", "panels": [*panels]}]
    made.draft = made.versions.create(number=2, document={"title": "Nos arbres", "sections": sections})
    made.save()
