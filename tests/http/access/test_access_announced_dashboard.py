"""An announced dashboard shows its card and request alone; one that is not announced reads like an absent one."""

from __future__ import annotations

import pytest

from dashboards import access as dashboard_access
from dashboards.errors import UnknownDashboard
from dashboards.models import Dashboard
from layers.models import Layer
from tests import dashboards
from tests.people import ADMINISTRATOR, EVERYBODY, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.view_as import browser, comparable, view_as
from tests.world import PLAYGROUNDS, World

SLUG, ABSENT = "controles", "pas-de-tableau"
PANEL = {"id": "nombre", "kind": "figure", "title": "Jeux à contrôler", "question": {"layer": PLAYGROUNDS}}
PAGE, REQUEST = "/tableaux-de-bord/{}/", "/gestion/demandes/tableau/{}/"
DATA = tuple(
    f"/tableaux-de-bord/{{}}/{path}"
    for path in (
        "panneaux/nombre/",
        "filtres/",
        "miniature/",
        "document.yaml",
        "integrer/",
        "ecran/",
        "imprimer/",
        "dupliquer/",
        "lecteurs/",
        "versions/",
    )
)
READERS = (PLANNER, TOWN_AGENT, ADMINISTRATOR)


@pytest.fixture
def board(world: World) -> Dashboard:
    """A dashboard of PLANNER's group that TOWN_AGENT reads, over a layer that OUTSIDER does not."""
    dashboards.let_make("Urbanisme")
    made = dashboards.dashboard(
        SLUG,
        sections=[{"id": "s", "title": "Suivi", "panels": [PANEL]}],
        producer="Urbanisme",
        groups=TOWN_AGENT.groups,
    )
    Dashboard.objects.update(title="Contrôles des aires", summary="Pour suivre les contrôles.")
    made.refresh_from_db()
    return made


@pytest.fixture
def announced(board: Dashboard) -> Dashboard:
    """The dashboard, announced."""
    Dashboard.objects.update(is_requestable=True)
    return board


def answer(person: Person, path: str, slug: str) -> tuple[int, str]:
    response = browser(person).get(path.format(slug))
    return response.status_code, response.getvalue().decode()


def test_an_account_that_does_not_read_it_has_its_card_and_no_data(announced: Dashboard) -> None:
    # To copy takes a right to make dashboards, whatever the address names.
    expected = {path: 403 if "dupliquer" in path else 404 for path in DATA}
    assert {path: answer(OUTSIDER, path, SLUG)[0] for path in DATA} == expected
    response = browser(OUTSIDER).get(PAGE.format(SLUG))
    assert (response.status_code, response.headers["Location"]) == (302, REQUEST.format(SLUG))
    pages = {
        name: answer(OUTSIDER, path, SLUG)[1]
        for name, path in (("list", "/tableaux-de-bord/"), ("request", REQUEST))
    }
    hidden = (
        Layer.objects.get(slug=PLAYGROUNDS).title,
        PLAYGROUNDS,
        "Jeux à contrôler",
        TOWN_AGENT.groups[0],
    )
    assert [(name, words) for name, page in pages.items() for words in hidden if words in page] == []
    expected_words = ("Contrôles des aires", "Pour suivre les contrôles.", "Urbanisme")
    assert [
        (name, words) for name, page in pages.items() for words in expected_words if words not in page
    ] == []


@pytest.mark.parametrize("person", EVERYBODY, ids=str)
def test_accounts_that_do_not_read_it_may_request_it_and_nobody_else(
    announced: Dashboard, person: Person
) -> None:
    may_request = not person.is_anonymous and person not in READERS
    assert dashboard_access.requestable(person.visitor()).exists() == may_request
    assert (REQUEST.format(SLUG) in answer(person, "/tableaux-de-bord/", "")[1]) == may_request
    status = answer(person, REQUEST, SLUG)[0]
    assert status == (200 if may_request else 302)


def test_the_search_leads_accounts_to_the_request(announced: Dashboard) -> None:
    pages = {
        person: browser(person).get("/recherche/", {"q": "Contrôles des aires"}).content.decode()
        for person in (OUTSIDER, PUBLIC)
    }
    assert {person: REQUEST.format(SLUG) in page for person, page in pages.items()} == {
        OUTSIDER: True,
        PUBLIC: False,
    }


@pytest.mark.parametrize("path", [PAGE, REQUEST, *DATA])
@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER], ids=str)
def test_one_that_is_not_announced_reads_like_an_absent_one(
    board: Dashboard, person: Person, path: str
) -> None:
    status, body = answer(person, path, SLUG)
    absent_status, absent = answer(person, path, ABSENT)
    assert status == absent_status
    assert comparable(body.replace(SLUG, ABSENT)) == comparable(absent)


def test_a_draft_is_not_announced(announced: Dashboard) -> None:
    Dashboard.objects.update(published=None)
    with pytest.raises(UnknownDashboard):
        dashboard_access.get_requestable(OUTSIDER.visitor(), SLUG)


def test_viewed_as_somebody_the_card_is_that_of_the_person(announced: Dashboard) -> None:
    page = view_as(OUTSIDER).get("/tableaux-de-bord/").content.decode()
    assert REQUEST.format(SLUG) in page
