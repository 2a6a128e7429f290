"""« Mes téléchargements »: what a person asked for and may still fetch, and nothing of anybody else."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from exports.models import ExportJob
from exports.services import EXPORTS
from layers.models import Grant, Layer
from layers.vocabulary import JobState
from tests.people import GARDENER, PLANNER, PUBLIC, Person
from tests.world import PLAYGROUNDS, TREES, World, grant

HERE = "/compte/"


@pytest.fixture(autouse=True)
def _folders(settings: Settings, tmp_path: Path) -> None:
    """Keep the files of a test apart."""
    settings.EXPORT_FOLDER = tmp_path / "exports"
    settings.PREPARED_FOLDER = tmp_path / "prepared"


def browser(person: Person) -> Client:
    client = Client(headers={"Accept": "text/html"})
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def ordered(person: Person, slug: str = TREES, form: str = "csv") -> str:
    """Order an export as a person and return the address of its page."""
    location: str = browser(person).get(f"/export/{slug}.{form}", {"preparer": "1"}).headers["Location"]
    return location


def ready(person: Person, slug: str = TREES) -> ExportJob:
    """Order an export and do what the worker does."""
    pk = UUID(ordered(person, slug).split("/")[2])
    EXPORTS.run(pk)
    return ExportJob.objects.get(pk=pk)


def account(person: Person) -> str:
    return browser(person).get(HERE).content.decode()


def test_a_ready_file_is_listed_with_its_link_and_its_size(world: World) -> None:
    order = ready(PLANNER)
    page = account(PLANNER)
    listed = [f"/telechargements/{order.pk}/fichier" in page, "Prêt" in page, "octets" in page]
    assert listed == [True, True, True]


def test_what_is_being_prepared_tells_how_far_it_is(world: World) -> None:
    ordered(PLANNER)
    ExportJob.objects.update(state=JobState.RUNNING, total_rows=4, progress={"rows": 1})
    assert "En préparation, 25\xa0%" in account(PLANNER)


def test_what_is_not_ready_offers_no_file(world: World) -> None:
    page = ordered(PLANNER)
    assert f"{page}fichier" not in account(PLANNER)


def test_nobody_sees_the_downloads_of_another(world: World) -> None:
    page = ordered(PLANNER)
    assert page not in account(GARDENER)


def test_a_download_whose_right_is_lost_is_not_listed(world: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS, group__name__in=PLANNER.groups).delete()
    held = grant(PLANNER, PLAYGROUNDS, can_download=True)
    order = ready(PLANNER, PLAYGROUNDS)
    before = str(order.pk) in account(PLANNER)
    held.delete()
    after = account(PLANNER)
    title = Layer.objects.get(slug=PLAYGROUNDS).title
    assert before is True
    assert str(order.pk) not in after
    assert title not in after


def test_deleting_takes_the_file_away(world: World) -> None:
    order = ready(PLANNER)
    answer = browser(PLANNER).post(f"/telechargements/{order.pk}/supprimer/")
    left = (order.path.exists(), ExportJob.objects.count())
    assert (answer.headers["Location"], left) == ("/compte/#telechargements", (False, 0))


def test_deleting_what_waits_prepares_nothing(world: World) -> None:
    page = ordered(PLANNER)
    browser(PLANNER).post(f"{page}supprimer/")
    EXPORTS.run(UUID(page.split("/")[2]))
    assert ExportJob.objects.count() == 0


def test_nobody_deletes_the_download_of_another(world: World) -> None:
    page = ordered(PLANNER)
    refused = [browser(person).post(f"{page}supprimer/").status_code for person in (GARDENER, PUBLIC)]
    assert (refused, ExportJob.objects.count()) == ([404, 404], 1)


def test_a_link_deletes_nothing(world: World) -> None:
    page = ordered(PLANNER)
    assert (browser(PLANNER).get(f"{page}supprimer/").status_code, ExportJob.objects.count()) == (405, 1)


def test_who_has_no_account_is_led_back_to_the_layer(world: World) -> None:
    page = ordered(PUBLIC)
    assert browser(PUBLIC).post(f"{page}supprimer/").headers["Location"] == f"/catalogue/{TREES}/"


def test_the_menu_of_the_account_leads_there(world: World) -> None:
    page = browser(PLANNER).get("/catalogue/").content.decode()
    assert 'href="/compte/#telechargements"' in page


def test_many_downloads_ask_the_base_no_more_than_one(world: World) -> None:
    counts = []
    for form in ("csv", "geojson", "gpkg"):
        ordered(PLANNER, form=form)
        with CaptureQueriesContext(connection) as asked:
            account(PLANNER)
        counts.append(len(asked))
    assert counts[1] == counts[2]
