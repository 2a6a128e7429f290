"""A planner publishes a modification of the PLUi in twelve actions at most, and sees what changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

from plui.models import PlanVersion, ZoneUrba
from plui.versions.services import PLAN_UPLOADS
from plui.vocabulary import PlanState
from tests.browser.tour import EACH_SCREEN, LIGHT_PHONE, Tour
from tests.browser.visit import Visit
from tests.pdf_pieces import hostile, on_opening
from tests.people import ADMINISTRATOR
from tests.plan_versions import piece, two_versions
from tests.plu_packages import FOLDER, RULES, box, sound_package

MOST_ACTIONS = 12


@dataclass
class Actions:
    """Counts what a person does: a click, a file, a text."""

    page: Page
    count: int = 0

    def click(self, target: Locator) -> None:
        """Click, or press Enter."""
        self.count += 1
        target.click()

    def follow(self, name: str) -> None:
        """Open a link of the page."""
        self.click(self.page.get_by_role("main").get_by_role("link", name=name, exact=True))

    def press(self, name: str) -> None:
        """Press a button of the page."""
        self.click(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))

    def write(self, label: str, text: str) -> None:
        """Write in a field."""
        self.count += 1
        self.page.get_by_label(label, exact=True).first.fill(text)

    def choose_file(self, path: Path) -> None:
        """Choose a file."""
        self.count += 1
        self.page.locator("input[type=file]").set_input_files(path)


def test_a_planner_publishes_a_modification_and_sees_what_changed(
    visit: Visit, axe: str, tmp_path: Path
) -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][1]["geom"] = box(499.5, 0, 1_000, 1_000)
    package.files[f"Pieces_ecrites/3_Reglement/{RULES}"] = hostile(on_opening)
    path = tmp_path / f"{FOLDER}.zip"
    path.write_bytes(package.archive())
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour, actions = Tour(page, axe, EACH_SCREEN), Actions(page)
    tour.go("/gestion/plui/")
    actions.choose_file(path)
    actions.press("Lire le paquet")
    expect(page.get_by_role("heading", level=1)).to_contain_text(path.name)
    tour.see("package that waits")
    PLAN_UPLOADS.run(UUID(page.url.rstrip("/").rpartition("/")[2]))
    actions.follow("Voir les constats")
    expect(page.locator("[data-plan-figure][data-state=ready]")).to_be_visible()
    expect(page.get_by_role("heading", name="Pièces écrites nettoyées")).to_be_visible()
    tour.see("findings")
    actions.click(page.locator("summary", has_text="Accepter plusieurs constats"))
    actions.write("Motif", "Contours des communes d’une autre source.")
    actions.press("Accepter ces constats")
    expect(page.locator(".messages")).to_contain_text("acceptés")
    tour.see("findings accepted")
    actions.press("Publier maintenant")
    expect(page.locator(".messages")).to_contain_text("est en ligne")
    tour.see("published")
    actions.follow("Ce qui change")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ce que change")
    expect(page.get_by_role("main")).to_contain_text("changent de zone")
    assert PlanVersion.objects.latest("pk").state == PlanState.ONLINE
    assert sorted(ZoneUrba.objects.values_list("libelle", flat=True)) == ["AUc", "N", "UA", "UB"]
    assert actions.count <= MOST_ACTIONS
    assert tour.faults == {}


def test_the_list_and_the_map_of_changes_lead_to_each_other(visit: Visit, axe: str) -> None:
    _before, after = two_versions()
    PlanVersion.objects.filter(pk=after.pk).update(replaces=_before)
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, EACH_SCREEN)
    tour.go(f"/urbanisme/documents/versions/{after.pk}/changements/")
    expect(page.locator("[data-plan-figure][data-state=ready]")).to_be_visible()
    page.get_by_role("button", name="Sur la carte 1").press("Enter")
    expect(page.locator("#changement-1.on")).to_be_visible()
    assert tour.faults == {}


def test_the_documents_are_clean_on_a_phone(visit: Visit, axe: str) -> None:
    before, _after = two_versions()
    piece(before, "Pieces_ecrites/3_Reglement/S_reglement_20240115.pdf")
    PlanVersion.objects.filter(pk=before.pk).update(document={"etat": "08", "typedoc": "PLUI"})
    page = visit.page(width=375)
    tour = Tour(page, axe, (*EACH_SCREEN, LIGHT_PHONE))
    tour.go("/urbanisme/documents/")
    tour.go(f"/urbanisme/documents/versions/{before.pk}/")
    assert tour.faults == {}
