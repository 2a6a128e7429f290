"""While PostgreSQL is away: a 503 that says when to come back, in the form of each protocol, asking nothing of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.test import Client
from psycopg_pool import PoolTimeout
from pytest_django import DjangoDbBlocker

from gisportal.outage import OUTAGE
from tests.people import PLANNER

PAGES = ["/", "/catalogue/", "/carte/", "/compte/connexion/", "/jeux/", "/style/", "/rien/"]
MACHINES = [
    "/api/collections",
    "/api/collections/communes/items",
    "/tiles/communes.json",
    "/export/communes.csv",
]
BY_ITSELF = ["/robots.txt", "/hors-ligne/", "/sw.js", "/api/"]


@pytest.fixture(params=["refused", "exhausted"])
def _away(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Let nothing answer where the database should be, or no connection come out of the pool."""

    def exhausted(_parameters: object) -> None:
        raise PoolTimeout("couldn't get a connection after 5.00 sec")

    connections.close_all()
    if request.param == "refused":
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    else:
        monkeypatch.setattr(connection, "get_new_connection", exhausted)
    with django_db_blocker.unblock():
        yield
    connections.close_all()
    OUTAGE.is_open = False


@pytest.fixture
def browser() -> Client:
    """Somebody whose browser holds a session, which is in the database too."""
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    client.cookies["sessionid"] = "x" * 32
    return client


pytestmark = pytest.mark.usefixtures("_away")


@pytest.mark.parametrize("path", PAGES)
def test_people_get_a_page_that_says_so(browser: Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Retry-After"] == "10"
    assert "momentanément indisponible" in answer.content.decode()


@pytest.mark.parametrize("path", MACHINES)
def test_machines_get_a_problem_that_says_when_to_come_back(browser: Client, path: str) -> None:
    answer = browser.get(path)
    told = answer.headers["Content-Type"], answer.json()["status"], answer.headers["Retry-After"]
    assert (answer.status_code, told) == (503, ("application/problem+json", 503, "10"))


def test_who_reads_the_api_in_a_browser_gets_the_page(browser: Client) -> None:
    answer = browser.get("/api/collections", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")


def test_a_token_is_not_refused_for_want_of_a_database(browser: Client) -> None:
    answer = browser.get("/api/collections", headers={"authorization": PLANNER.basic()})
    assert answer.status_code == 503


def test_a_form_that_is_sent_gets_the_page(browser: Client) -> None:
    answer = browser.post("/compte/connexion/", {"username": "a", "password": "b"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


@pytest.mark.parametrize("path", ["/", "/api/collections"])
def test_no_cache_keeps_it(browser: Client, path: str) -> None:
    assert "no-store" in browser.get(path).headers["Cache-Control"]


def test_its_cause_is_not_told(browser: Client) -> None:
    text = browser.get("/api/collections").content.decode() + browser.get("/").content.decode()
    assert [word for word in ("127.0.0.1", "connection", "psycopg") if word in text] == []


@pytest.mark.parametrize("path", BY_ITSELF)
def test_what_needs_no_database_still_answers(path: str) -> None:
    assert Client(headers={"host": "localhost"}).get(path).status_code == 200


def test_the_probe_of_health_says_so_once_somebody_missed_it(browser: Client) -> None:
    before = browser.get("/healthz").status_code
    browser.get("/catalogue/")
    assert (before, browser.get("/healthz").status_code) == (200, 503)


def test_the_probe_of_readiness_says_so(browser: Client) -> None:
    assert browser.get("/readyz").status_code == 503


def test_the_log_has_a_line_and_no_traceback(browser: Client, caplog: pytest.LogCaptureFixture) -> None:
    browser.get("/catalogue/")
    lines = [record for record in caplog.records if record.name == "django.request"]
    assert ([record.exc_info for record in lines], "(database: " in lines[0].getMessage()) == ([None], True)
