"""axe-core finds nothing in what is somebody's own: signing in, tokens, kept views, downloads, datasets."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from explorer.models import FeatureReport
from explorer.vocabulary import ReportCategory
from exports.models import ExportJob
from exports.services import EXPORTS
from gisportal.accounts.services import LinkPurpose, create_token, key_of
from gisportal.accounts.vocabulary import TokenScope
from layers.vocabulary import JobState
from tests.browser import town
from tests.browser.site.test_accessibility_map import first_page, open_tab, screens
from tests.browser.tour import ANY_WIDTH, EACH_SCREEN, Mode, Tour
from tests.browser.visit import Visit
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER
from tests.uploads import work

EXPORT = "/export/arbres-remarquables.csv?preparer=1&q=tilleul"
ROWS = "code;nom;lon;lat\nB01;Banc du pont;2.2310;48.8050\nB01;Banc du parc;2.2365;48.8125\n"


def test_signing_in_is_clean_when_it_fails(visit: Visit, axe: str) -> None:
    tour = Tour(visit.page(), axe, EACH_SCREEN)
    tour.page.goto("/compte/connexion/")
    tour.page.get_by_label("Identifiant ou courriel").fill("personne")
    tour.page.get_by_label("Mot de passe").fill("rien de tel")
    tour.page.get_by_role("main").get_by_role("button", name="Se connecter", exact=True).click()
    expect(tour.page.get_by_role("alert")).to_be_visible()
    tour.see("a password refused")
    assert tour.faults == {}


def test_the_account_and_its_tokens_are_clean(visit: Visit, axe: str) -> None:
    page = visit.page()
    visit.sign_in(page, PLANNER)
    tour = Tour(page, axe, ANY_WIDTH)
    tour.go("/")
    page.goto("/compte/")
    page.get_by_label("Nom", exact=True).fill("QGIS, poste du bureau")
    page.get_by_role("button", name="Créer le jeton").click()
    expect(page.get_by_role("heading", name="Votre nouveau jeton")).to_be_visible()
    tour.see("a token shown once")
    page.goto("/compte/")
    tour.see("the list of tokens")
    page.get_by_role("link", name="Révoquer").click()
    expect(page.get_by_role("heading", name="Révoquer le jeton")).to_be_visible()
    tour.see("a token to revoke")
    page.get_by_role("button", name="Révoquer").click()
    expect(page.get_by_text("Vous n’avez aucun jeton.")).to_be_visible()
    tour.see("a token revoked")
    assert tour.faults == {}


def test_choosing_a_password_is_clean(visit: Visit, axe: str) -> None:
    account = PLANNER.account()
    create_token(user=account, name="QGIS", scope=TokenScope.READ, days=30)
    page = visit.page()
    tour = Tour(page, axe, EACH_SCREEN)
    tour.go("/compte/mot-de-passe/oublie/")
    tour.go("/compte/mot-de-passe/oublie/envoye/")
    page.goto(f"/compte/mot-de-passe/nouveau/{key_of(account, LinkPurpose.RESET)}/")
    password = page.get_by_label("Nouveau mot de passe")
    password.fill("court")
    page.locator("[data-reveal]").first.click()
    assert password.get_attribute("type") == "text"
    page.get_by_label("Le même, une seconde fois").fill("autre")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Au moins 12 caractères.")).to_be_visible()
    tour.see("a password against the rules")
    visit.sign_in(page, PLANNER)
    tour.go("/compte/mot-de-passe/")
    tour.go("/compte/confirmer-identite/")
    visit.watch.expected.add(410)
    tour.go("/compte/invitation/")
    assert tour.faults == {}


@screens
def test_kept_views_are_clean(visit: Visit, axe: str, modes: tuple[Mode, ...]) -> None:
    visit.watch.expected.add(422)
    page = first_page(visit, modes)
    visit.sign_in(page, OUTSIDER)
    tour = Tour(page, axe, modes)
    visit.map(page, f"/carte/?couches=plui-zones&commune={town.MEUDON}")
    open_tab(page, "Vues")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_label("Enregistrer la vue actuelle sous le nom")).to_be_focused()
    expect(page.get_by_role("alert").filter(has_text="Donnez un nom")).to_be_visible()
    tour.see("a view without a name")
    page.get_by_label("Enregistrer la vue actuelle sous le nom").fill("Zones de Meudon")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("link", name="Zones de Meudon")).to_be_visible()
    page.locator(".view-more > summary").click()
    expect(page.get_by_label("Nouveau nom")).to_be_visible()
    tour.see("a view kept, to rename or to delete")
    tour.go("/carte/vues/")
    assert tour.faults == {}


def test_the_list_of_reports_is_clean(visit: Visit, axe: str) -> None:
    FeatureReport.objects.create(
        layer="aires-de-jeux",
        feature=town.garden().pk,
        category=ReportCategory.DANGER,
        message="Le toboggan est fendu.",
    )
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, EACH_SCREEN)
    tour.go("/administration/explorer/featurereport/")
    page.locator("#result_list tbody th a").first.click()
    expect(page.get_by_text("Le toboggan est fendu.")).to_be_visible()
    tour.see("a report")
    visit.watch.expected.add(422)
    tour.go("/signalements/")
    page.get_by_role("link", name="Ouvrir").press("Enter")
    page.get_by_role("button", name="Garder la réponse").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Écrivez la réponse.")).to_be_focused()
    tour.see("an answer without words")
    page.get_by_role("textbox", name="Réponse").fill("Le toboggan est réparé.")
    page.get_by_role("button", name="Garder la réponse").press("Enter")
    expect(page.locator("[data-report-state=answered]")).to_be_visible()
    tour.see("a report with its answer")
    assert tour.faults == {}


def become(pk: UUID, state: JobState, **values: object) -> None:
    """Put a prepared export in a state, as the worker or time would."""
    ExportJob.objects.filter(pk=pk).update(state=state, **values)


def order(page: Page) -> UUID:
    """Ask for a long export and return its key."""
    page.goto(EXPORT)
    return UUID(page.url.rstrip("/").rpartition("/")[2])


def test_a_long_download_is_clean_in_every_state(
    visit: Visit, axe: str, settings: Settings, tmp_path: Path
) -> None:
    settings.EXPORT_FOLDER, settings.PREPARED_FOLDER = tmp_path / "exports", tmp_path / "prepared"
    tour = Tour(visit.page(), axe, EACH_SCREEN)
    pk, now = order(tour.page), timezone.now()
    tour.see("waiting")
    become(pk, JobState.RUNNING, started_at=now, progress={"bytes": 2_000_000})
    tour.go(f"/telechargements/{pk}/")
    become(pk, JobState.WAITING, started_at=None, progress={})
    EXPORTS.run(pk)
    tour.page.goto(f"/telechargements/{pk}/")
    tour.see("ready")
    become(pk, JobState.FAILED, error="Le disque est plein.", finished_at=now)
    tour.go(f"/telechargements/{pk}/")
    assert tour.faults == {}


def test_a_dataset_is_clean_at_every_step(visit: Visit, axe: str, tmp_path: Path) -> None:
    visit.watch.expected.add(400)
    file = tmp_path / "bancs.csv"
    file.write_text(ROWS, "utf-8")
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, EACH_SCREEN)
    tour.go("/jeux/")
    tour.go("/jeux/nouveau/")
    page.get_by_label("Fichier").set_input_files(file)
    page.get_by_role("button", name="Lire le fichier").click()
    page.wait_for_url("**/etat/")
    tour.see("a file that is read")
    work()
    page.wait_for_url("**/jeux/import/*/")
    page.wait_for_selector("[data-dataset-map][data-state=ready]")
    tour.see("the columns")
    page.get_by_label("Titre", exact=True).fill("")
    page.get_by_role("button", name="Charger et contrôler").click()
    expect(page.locator("#erreurs")).to_be_focused()
    tour.see("the columns with a fault")
    page.get_by_label("Titre", exact=True).fill("Bancs")
    page.get_by_label("Thème").select_option(label="Mobilité")
    page.get_by_role("button", name="Charger et contrôler").click()
    page.wait_for_url("**/etat/")
    work()
    page.wait_for_url("**/versions/1/")
    tour.see("the report of a delivery")
    tour.go("/jeux/livraisons/")
    tour.go("/jeux/bancs/versions/")
    tour.go("/catalogue/bancs/metadonnees/")
    tour.go("/jeux/bancs/supprimer/")
    assert tour.faults == {}
