"""What is granted to one group or person leaves the pages of everybody else in the cache, and renews theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.models import Dashboard, DashboardGrant
from layers.models import Grant, Layer, ProtectedField, Theme
from tests.dashboards import dashboard
from tests.people import OUTSIDER, PLANNER, PUBLIC, Person
from tests.world import PLAYGROUNDS, TREES, World, grant

PAGES = ("/", "/catalogue/", f"/catalogue/{TREES}/", "/tableaux-de-bord/")
# The numbers of the page; before them the session with the account and its groups, and what the home page adds.
PUBLIC_STATEMENTS, ACCOUNT_STATEMENTS = 1, 2


def _group() -> Group:
    return Group.objects.get(name=OUTSIDER.groups[0])


def _grant_to_person() -> None:
    layer, instant = Layer.objects.get(slug=PLAYGROUNDS), timezone.now()
    Grant.objects.create(person=OUTSIDER.account(), layer=layer, valid_from=instant - dt.timedelta(days=1))


def _grant_on_theme() -> None:
    Grant.objects.create(group=_group(), theme=Theme.objects.get(layers__slug=PLAYGROUNDS))


def _grant_on_dashboard() -> None:
    DashboardGrant.objects.create(dashboard=Dashboard.objects.get(), group=_group())


def _reader_of_field() -> None:
    ProtectedField.objects.get(layer__slug=TREES, name="matricule").groups.add(_group())


# What is granted to the outsider, and the page of theirs that it changes.
WRITES: dict[str, tuple[Callable[[], object], str]] = {
    "group": (lambda: grant(OUTSIDER, PLAYGROUNDS), "/catalogue/"),
    "person": (_grant_to_person, "/catalogue/"),
    "theme": (_grant_on_theme, "/catalogue/"),
    "dashboard": (_grant_on_dashboard, "/tableaux-de-bord/"),
    "reader of a field": (_reader_of_field, f"/catalogue/{TREES}/"),
}


def _client(person: Person) -> Client:
    client = Client(headers={"host": "localhost"})
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _statements(client: Client) -> dict[str, int]:
    counts = {}
    for address in PAGES:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts[address] = len(captured)
    return counts


@pytest.fixture(autouse=True)
def _nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write no page that an account opened, which takes a statement now and then."""
    monkeypatch.setattr("gisportal.recent_pages.services.open_page", lambda *_page: None)


@pytest.mark.parametrize("name", WRITES)
def test_what_is_granted_to_one_renews_no_page_of_others(world: World, name: str) -> None:
    write, address = WRITES[name]
    dashboard("arbres", is_public=False)
    others = {person: _client(person) for person in (PUBLIC, PLANNER)}
    reader = _client(OUTSIDER)
    before = reader.get(address).content
    cached = {}
    for person, client in others.items():
        _statements(client)
        cached[person] = _statements(client)
    write()
    after = {person: _statements(client) for person, client in others.items()}
    assert after == cached
    assert set(cached[PUBLIC].values()) == {PUBLIC_STATEMENTS}
    assert {cached[PLANNER][page] for page in PAGES[1:]} == {ACCOUNT_STATEMENTS}
    assert reader.get(address).content != before


def test_a_grant_that_is_taken_back_leaves_nothing_on_a_page(world: World) -> None:
    reader = _client(OUTSIDER)
    titles = []
    for _time in range(2):
        grant(OUTSIDER, PLAYGROUNDS)
        titles.append("Aires de jeux" in reader.get("/catalogue/").content.decode())
        Grant.objects.filter(group=_group()).delete()
        titles.append("Aires de jeux" in reader.get("/catalogue/").content.decode())
    assert titles == [True, False, True, False]
