"""Somebody asks for a long export: the page follows it by itself, gives the file, cancels, works without script."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from exports.models import ExportJob
from exports.services import EXPORTS
from layers.vocabulary import JobState
from tests.browser.tour import DARK_PHONE, LIGHT_DESK, Tour
from tests.browser.visit import Visit
from tests.people import PLANNER

EXPORT = "/export/arbres-remarquables.csv?preparer=1"


@pytest.fixture(autouse=True)
def _folders(settings: Settings, tmp_path: Path) -> None:
    """Keep the files of a test apart."""
    settings.EXPORT_FOLDER = tmp_path / "exports"
    settings.PREPARED_FOLDER = tmp_path / "prepared"


def done(page: Page) -> None:
    """Do what the worker would of the export on the page."""
    EXPORTS.run(UUID(page.url.rstrip("/").rpartition("/")[2]))


def test_the_page_follows_the_export_to_its_file(visit: Visit) -> None:
    page = visit.page()
    page.goto(EXPORT)
    page.get_by_role("heading", name="En attente").wait_for()
    done(page)
    page.get_by_role("heading", name="Prêt").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger arbres-remarquables").click()
    assert download.value.suggested_filename.startswith("arbres-remarquables_")


def test_a_change_of_state_is_said_aloud(visit: Visit) -> None:
    page = visit.page()
    page.goto(EXPORT)
    done(page)
    page.get_by_role("status").filter(has_text="Prêt").wait_for(state="attached")


def test_without_script_a_link_reads_the_page_again(visit: Visit) -> None:
    page = visit.page(script=False)
    page.goto(EXPORT)
    done(page)
    page.get_by_role("link", name="Actualiser").click()
    assert page.get_by_role("heading", name="Prêt").is_visible()


def test_an_export_is_cancelled_and_asked_again(visit: Visit) -> None:
    page = visit.page(script=False)
    page.goto(EXPORT)
    page.get_by_role("button", name="Annuler").click()
    page.get_by_role("button", name="Préparer de nouveau").click()
    assert page.get_by_role("heading", name="En attente").is_visible()


def test_the_rows_written_are_told_while_they_are(visit: Visit) -> None:
    page = visit.page()
    page.goto(EXPORT)
    page.get_by_role("heading", name="En attente").wait_for()
    running = {"state": JobState.RUNNING, "total_rows": 200, "progress": {"rows": 50}}
    ExportJob.objects.update(started_at=timezone.now(), **running)
    page.get_by_text("50 lignes écrites sur 200").wait_for()
    assert page.get_by_role("progressbar", name="Lignes écrites").get_attribute("value") == "25"


def test_the_downloads_of_an_account_are_accessible_and_deleted(visit: Visit, axe: str) -> None:
    page = visit.page()
    tour = Tour(page, axe, (LIGHT_DESK, DARK_PHONE))
    visit.sign_in(page, PLANNER)
    page.goto(EXPORT)
    done(page)
    page.goto("/compte/")
    tour.see("the downloads of an account")
    page.get_by_role("button", name="Supprimer").click()
    page.get_by_text("Vous n’avez aucun téléchargement préparé.").wait_for()
    assert tour.faults == {}
