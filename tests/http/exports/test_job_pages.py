"""Prepared exports: who is sent to the page, who may fetch the file, and what the buttons do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from exports.models import ExportJob
from exports.services import EXPORTS
from layers.models import Grant
from layers.vocabulary import JobState
from tests.people import GARDENER, PLANNER, PUBLIC, Person
from tests.world import PLAYGROUNDS, TREES, ZONES, World, grant

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
OPEN = f"/export/{TREES}.csv"
INTERNAL = f"/export/{PLAYGROUNDS}.csv"


@pytest.fixture(autouse=True)
def _folders(settings: Settings, tmp_path: Path) -> None:
    """Keep the files of a test apart."""
    settings.EXPORT_FOLDER = tmp_path / "exports"
    settings.PREPARED_FOLDER = tmp_path / "prepared"


def browser(person: Person = PUBLIC) -> Client:
    """Return the browser of a person."""
    client = Client(headers={"Accept": BROWSER})
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def status(client: Client, path: str, **parameters: str) -> int:
    """Ask, read a file to its end, which closes it, and return the status."""
    answer = client.get(path, parameters)
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


def requested(client: Client, path: str = OPEN, **parameters: str) -> str:
    """Ask for the page of an export and return its address."""
    answer = client.get(path, {"preparer": "1", **parameters})
    assert answer.status_code == 303, answer.content
    return answer.headers["Location"]


def done(page: str) -> str:
    """Do what the worker would, and return the address of the file."""
    EXPORTS.run(UUID(page.split("/")[2]))
    return f"{page}fichier"


def downloader() -> Grant:
    """Let the planner download the playgrounds."""
    Grant.objects.filter(layer__slug=PLAYGROUNDS, group__name__in=PLANNER.groups).delete()
    return grant(PLANNER, PLAYGROUNDS, can_download=True)


def test_a_browser_is_sent_to_the_page_of_what_takes_long(world: World, settings: Settings) -> None:
    settings.PREPARED_ABOVE_S = 0
    assert browser().get(OPEN).headers["Location"].startswith("/telechargements/")


def test_a_browser_gets_at_once_what_is_quick(world: World) -> None:
    assert status(browser(), OPEN) == 200


def test_a_machine_gets_the_file_however_long(world: World, settings: Settings) -> None:
    settings.PREPARED_ABOVE_S = 0
    assert status(Client(headers={"Accept": "*/*"}), OPEN) == 200


def test_a_person_may_refuse_the_page(world: World, settings: Settings) -> None:
    settings.PREPARED_ABOVE_S = 0
    assert status(browser(), OPEN, preparer="0") == 200


def test_another_value_of_the_parameter_is_named(world: World) -> None:
    answer = Client(headers={"Accept": "*/*"}).get(OPEN, {"preparer": "oui"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "preparer")


def test_a_wrong_filter_is_told_before_anything_is_prepared(world: World) -> None:
    answer = browser().get(OPEN, {"preparer": "1", "filter": "inconnu = 1"})
    assert (answer.status_code, ExportJob.objects.count()) == (400, 0)


def test_who_may_not_download_prepares_nothing(world: World) -> None:
    downloader().delete()
    grant(PLANNER, PLAYGROUNDS, can_download=False)
    answer = browser(PLANNER).get(INTERNAL, {"preparer": "1"})
    assert (answer.status_code, ExportJob.objects.count()) == (403, 0)


def test_the_prepared_file_is_the_one_a_machine_gets(world: World) -> None:
    client = browser()
    files = [client.get(done(requested(client, commune="92048"))), Client().get(OPEN, {"commune": "92048"})]
    prepared, direct = (file.getvalue() for file in files)
    assert prepared == direct


def test_before_it_is_ready_the_file_leads_to_the_page(world: World) -> None:
    client = browser()
    page = requested(client)
    assert client.get(f"{page}fichier").headers["Location"] == page


def test_the_page_tells_the_question(world: World) -> None:
    client = browser()
    assert "92048" in client.get(requested(client, commune="92048")).content.decode()


def test_somebody_else_finds_neither_page_nor_file(world: World) -> None:
    downloader()
    page = requested(browser(PLANNER), INTERNAL)
    file = done(page)
    others = [browser(person) for person in (GARDENER, PUBLIC)]
    assert {status(other, path) for other in others for path in (page, file)} == {404}


@pytest.mark.parametrize("change", ["expired", "no-download", "fewer-rows"])
def test_rights_lost_meanwhile_close_page_and_file(world: World, change: str) -> None:
    held, client = downloader(), browser(PLANNER)
    page = requested(client, INTERNAL)
    file = done(page)
    if change == "expired":
        held.valid_until = timezone.now() - dt.timedelta(seconds=1)
    elif change == "no-download":
        held.can_download = False
    else:
        held.rows = "commune = '92048'"
    held.save()
    assert [status(client, path) for path in (page, file)] == [404, 404]


@pytest.mark.parametrize(("person", "other"), [(PUBLIC, ZONES), (PLANNER, ZONES), (PLANNER, PLAYGROUNDS)])
def test_what_touches_another_layer_is_prepared(world: World, person: Person, other: str) -> None:
    client = browser(person)
    page = requested(client, touching=f"{other}@100000")
    assert [status(client, path) for path in (page, done(page))] == [200, 200]


def test_what_touches_another_layer_is_among_the_downloads_of_its_asker(world: World) -> None:
    client = browser(PLANNER)
    assert requested(client, touching=ZONES) in client.get("/compte/").content.decode()


def test_a_hidden_other_layer_is_told_before_anything_is_prepared(world: World) -> None:
    answer = browser().get(OPEN, {"preparer": "1", "touching": PLAYGROUNDS})
    assert (answer.status_code, ExportJob.objects.count()) == (401, 0)


def test_another_layer_hidden_meanwhile_closes_page_and_file(world: World) -> None:
    client = browser(PLANNER)
    page = requested(client, touching=PLAYGROUNDS)
    file = done(page)
    Grant.objects.all().delete()
    assert [status(client, path) for path in (page, file)] == [404, 404]


def test_nobody_else_can_cancel(world: World) -> None:
    downloader()
    page = requested(browser(PLANNER), INTERNAL)
    assert browser(GARDENER).post(f"{page}annuler/").status_code == 404


def test_cancelling_leaves_no_file(world: World) -> None:
    client = browser()
    page = requested(client)
    client.post(f"{page}annuler/")
    done(page)
    assert "annulée" in client.get(page).content.decode()


def test_asking_again_after_a_cancellation_is_another_order(world: World) -> None:
    client = browser()
    page = requested(client)
    client.post(f"{page}annuler/")
    again = client.post(f"{page}recommencer/").headers["Location"]
    assert again != page and status(client, done(again)) == 200


def test_a_person_who_asks_twice_waits_for_one(world: World) -> None:
    downloader()
    client = browser(PLANNER)
    assert requested(client, INTERNAL) == requested(client, INTERNAL)


def test_two_persons_never_share_an_order(world: World) -> None:
    assert requested(browser(PLANNER)) != requested(browser(GARDENER))


def test_visitors_without_an_account_never_share_an_order(world: World) -> None:
    assert requested(browser()) != requested(browser())


def test_a_failure_is_told_and_may_be_tried_again(world: World) -> None:
    client = browser()
    page = requested(client)
    ExportJob.objects.update(state=JobState.FAILED, error="Le disque est plein.")
    text = client.get(page).content.decode()
    assert "Le disque est plein." in text and f"{page}recommencer/" in text


def test_the_page_tells_what_is_written_so_far(world: World) -> None:
    client = browser()
    page = requested(client)
    ExportJob.objects.update(state=JobState.RUNNING, started_at=timezone.now(), progress={"bytes": 3_400_000})
    assert "3,2" in client.get(page).content.decode()


@pytest.mark.parametrize("place", ["", "fichier"])
def test_a_parameter_that_nothing_reads_is_named(world: World, place: str) -> None:
    client = browser()
    answer = client.get(requested(client) + place, {"couleur": "bleu"})
    assert (answer.status_code, "couleur" in answer.content.decode()) == (400, True)
