"""The print page of a dashboard: who gets a file at once, who follows a job, who has it sent to a group."""

from __future__ import annotations

import datetime as dt
import json
import re
import stat
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dashboards.models import DashboardSubscription, PaperJob
from dashboards.paper.services import PAPERS
from layers.models import Grant
from layers.vocabulary import JobState
from tests import dashboards
from tests.factories import MEUDON
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person, of_each_right
from tests.world import PLAYGROUNDS, TREES, World

PAGE = "/tableaux-de-bord/aires/imprimer/"
FILE = f"{PAGE}?fichier-type=html"
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
READERS = {PLANNER, TOWN_AGENT, ADMINISTRATOR}
PANELS = [
    {"id": "n", "kind": "figure", "title": "Arbres", "question": {"layer": TREES}},
    {"id": "aires", "kind": "table", "title": "Les aires", "question": {"layer": PLAYGROUNDS}},
]


@pytest.fixture
def town(world: World, settings: Settings, tmp_path: Path) -> World:
    """A dashboard of the planners, read by the agents of Meudon, and a public one."""
    settings.DASHBOARD_FOLDER = tmp_path / "dashboards"
    dashboards.let_make("Urbanisme")
    parts = [{"id": "s", "title": "Aires", "panels": PANELS}]
    filters = [{"field": "commune", "kind": "commune"}]
    dashboards.dashboard(
        "aires", sections=parts, filters=filters, producer="Urbanisme", groups=["Ville de Meudon"]
    )
    dashboards.dashboard("ouvert", sections=parts, filters=filters, is_public=True)
    return world


def browser(person: Person) -> Client:
    """Return the browser of a person."""
    client = Client()
    if not person.is_anonymous:
        client.force_login(person.account())
    return client


def asked(person: Person, path: str) -> HttpResponse:
    """Return what a person gets at an address."""
    return browser(person).get(path)  # type: ignore[return-value]


def requested(person: Person, settings: Settings, path: str = FILE) -> str:
    """Ask for a file that takes long, and return the address of its job."""
    settings.PREPARED_ABOVE_S = 0
    answer = asked(person, path)
    assert answer.status_code == 303, answer.content
    return answer.headers["Location"]


def done(job_page: str) -> PaperJob:
    """Do what the worker would."""
    pk = UUID(job_page.split("/")[4])
    PAPERS.run(pk)
    return PaperJob.objects.get(pk=pk)


def test_a_hidden_dashboard_has_no_print_page_and_no_file(town: World) -> None:
    found = {
        (person, path): asked(person, path).status_code for person in of_each_right() for path in (PAGE, FILE)
    }
    expected = {pair: 200 if pair[0] in READERS else 404 for pair in found}
    assert found == expected


def test_a_hidden_dashboard_is_refused_in_the_words_of_one_that_is_not_there(town: World) -> None:
    hidden = MAIN.search(asked(GARDENER, FILE).content.decode())
    absent = MAIN.search(asked(GARDENER, FILE.replace("aires", "absent")).content.decode())
    assert hidden and absent
    assert hidden[0].replace("aires", "absent") == absent[0]


def test_the_print_page_keeps_the_filters_of_the_dashboard(town: World) -> None:
    page = asked(PLANNER, f"{PAGE}?commune={MEUDON}").content.decode()
    assert f'<input type="hidden" name="commune" value="{MEUDON}">' in page


def test_a_file_is_kept_under_its_name_and_runs_nothing(town: World) -> None:
    answer = asked(PLANNER, FILE)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="aires-')
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_no_cache_keeps_a_file(town: World) -> None:
    assert "no-store" in asked(PLANNER, FILE).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "culprit"),
    [("fichier-type=docx", "fichier-type"), ("fichier-type=pdf&papier-format=a9", "papier-format"),
     ("fichier-type=html&inconnu=1", "inconnu")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(town: World, query: str, culprit: str) -> None:
    answer = asked(PLANNER, f"{PAGE}?{query}")
    assert (answer.status_code, culprit in answer.content.decode()) == (400, True)


def test_a_file_of_yesterday_is_not_that_of_today(
    town: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its panels count from the day: what falls due, the last fourteen days, the year to date."""
    first = requested(PLANNER, settings)
    assert requested(PLANNER, settings) == first
    monkeypatch.setattr(timezone, "localdate", lambda *_values: dt.date(2026, 5, 16))
    assert requested(PLANNER, settings) != first


def test_a_long_file_is_ordered_and_its_page_says_so(town: World, settings: Settings) -> None:
    job_page = requested(PLANNER, settings)
    page = asked(PLANNER, job_page).content.decode()
    assert 'data-state="waiting"' in page


def test_who_asks_twice_gets_one_order(town: World, settings: Settings) -> None:
    assert requested(PLANNER, settings) == requested(PLANNER, settings)


def test_a_prepared_file_holds_the_rows_of_who_asked(town: World, settings: Settings) -> None:
    job_page = requested(TOWN_AGENT, settings)
    done(job_page)
    content = browser(TOWN_AGENT).get(f"{job_page}fichier").getvalue().decode()
    assert ("Jeux-Val" in content, "Jeux-Pont" in content) == (True, False)


def test_a_prepared_file_is_readable_by_its_owner_alone(town: World, settings: Settings) -> None:
    path = done(requested(PLANNER, settings)).path
    modes = [stat.S_IMODE(found.stat().st_mode) for found in (path.parent, path)]
    assert modes == [0o700, 0o600]


def test_nothing_but_the_file_stays(town: World, settings: Settings) -> None:
    path = done(requested(PLANNER, settings)).path
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("person", [TOWN_AGENT, ADMINISTRATOR, PUBLIC], ids=str)
def test_the_order_of_somebody_else_is_not_there(town: World, settings: Settings, person: Person) -> None:
    job_page = requested(PLANNER, settings)
    done(job_page)
    found = {asked(person, path).status_code for path in (job_page, f"{job_page}fichier")}
    assert found == {404}


def test_rights_that_changed_close_a_prepared_file(town: World, settings: Settings) -> None:
    job_page = requested(PLANNER, settings)
    done(job_page)
    Grant.objects.filter(layer__slug=PLAYGROUNDS).delete()
    assert asked(PLANNER, f"{job_page}fichier").status_code == 404


def test_rights_that_changed_before_the_worker_came_fail_the_order(town: World, settings: Settings) -> None:
    job_page = requested(PLANNER, settings)
    Grant.objects.filter(layer__slug=PLAYGROUNDS).delete()
    assert done(job_page).state == JobState.FAILED


def test_a_file_that_is_not_ready_leads_back_to_its_page(town: World, settings: Settings) -> None:
    job_page = requested(PLANNER, settings)
    assert asked(PLANNER, f"{job_page}fichier").headers["Location"] == job_page


def test_a_cancelled_order_is_gone(town: World, settings: Settings) -> None:
    job_page = requested(PLANNER, settings)
    browser(PLANNER).post(f"{job_page}annuler/")
    assert asked(PLANNER, job_page).status_code == 404


def test_a_failed_order_is_asked_again(town: World, settings: Settings) -> None:
    job_page = requested(PLANNER, settings)
    PaperJob.objects.update(state=JobState.FAILED)
    again = browser(PLANNER).post(f"{job_page}recommencer/").headers["Location"]
    assert done(again).state == JobState.READY


def test_the_order_of_nobody_is_there_for_who_knows_its_address(town: World, settings: Settings) -> None:
    job_page = requested(PUBLIC, settings, FILE.replace("aires", "ouvert"))
    done(job_page)
    assert browser(PUBLIC).get(f"{job_page}fichier").getvalue().startswith(b"<!DOCTYPE html>")


FORM = {"frequency": "weekly", "form": "pdf", "size": "a4", "orientation": "portrait"}


def subscribed(person: Person, group: str, **given: str) -> HttpResponse:
    """Post the form that has the dashboard sent to a group."""
    values = FORM | {"group": str(dashboards.group(group).pk)} | given
    return browser(person).post(f"{PAGE}envois/?commune={MEUDON}", values)  # type: ignore[return-value]


def test_an_editor_has_the_dashboard_sent_under_the_filters_of_the_page(town: World) -> None:
    subscribed(PLANNER, "Ville de Meudon")
    made = DashboardSubscription.objects.get()
    assert (made.group.name, made.parameters) == ("Ville de Meudon", {"commune": [MEUDON]})


def test_a_reader_has_it_sent_to_nobody(town: World) -> None:
    assert (subscribed(TOWN_AGENT, "Ville de Meudon").status_code, DashboardSubscription.objects.count()) == (
        403,
        0,
    )


def test_a_reader_is_offered_no_sending(town: World) -> None:
    assert "Envoi par courriel" not in asked(TOWN_AGENT, PAGE).content.decode()


def test_a_group_that_is_not_offered_is_refused_at_its_field(town: World) -> None:
    answer = subscribed(PLANNER, "Communication")
    assert answer.status_code == 422
    assert '<a href="#envoi-group">' in answer.content.decode()


def test_a_subscription_is_listed_and_removed(town: World) -> None:
    subscribed(PLANNER, "Ville de Meudon")
    remove = f"{PAGE}envois/{DashboardSubscription.objects.get().pk}/supprimer/"
    assert f'action="{remove}"' in asked(PLANNER, PAGE).content.decode()
    browser(PLANNER).post(remove)
    assert DashboardSubscription.objects.count() == 0


def test_the_print_page_says_how_many_pages_there_will_be(town: World, subtests: pytest.Subtests) -> None:
    page = asked(PLANNER, PAGE).content.decode()
    words = json.loads(re.findall(r'<script id="page-words" type="application/json">(.*?)</script>', page)[0])
    with subtests.test("for every sheet, with and without data"):
        assert len(words) == 8
    with subtests.test("of the choice that is made at first, without a script"):
        assert re.search(r"data-page-count>\s*Environ 1 page\.\s*<", page)
    with subtests.test("the tables of data are off at first"):
        assert re.search(r'<input type="checkbox" name="avec-tableaux" value="1">', page)


def test_the_print_page_reads_no_panel(town: World, django_assert_max_num_queries: Any) -> None:
    client = browser(PLANNER)
    client.get(PAGE)
    with django_assert_max_num_queries(40) as queries:
        client.get(PAGE)
    assert not [
        one["sql"] for one in queries.captured_queries if 'FROM "heritage_remarkabletree"' in one["sql"]
    ]
