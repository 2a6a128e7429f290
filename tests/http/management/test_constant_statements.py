"""Lists take as many statements whatever the number of layers, groups, accounts, grants and dashboards."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.models import DashboardGrant
from gisportal.accounts.models import User
from layers.cache import clear_caches
from layers.models import Grant, Layer
from tests.dashboards import dashboard
from tests.factories import in_bulk
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, Person
from tests.world import PLAYGROUNDS, TREES, World

PAGES = {
    "/gestion/": ADMINISTRATOR,
    "/gestion/acces/": ADMINISTRATOR,
    "/gestion/couches/": ADMINISTRATOR,
    "/gestion/personnes/": ADMINISTRATOR,
    "/gestion/personnes/PERSON/acces/": ADMINISTRATOR,
    f"/gestion/acces/sur/{PLAYGROUNDS}/lecteurs/": ADMINISTRATOR,
    "/catalogue/": OUTSIDER,
    "/tableaux-de-bord/": OUTSIDER,
}
MORE = 12


def _statements(clients: dict[Person, Client]) -> dict[str, int]:
    """Return how many statements each page takes, with nothing cached."""
    counts = {}
    for page, person in PAGES.items():
        address = page.replace("PERSON", str(OUTSIDER.account().pk))
        clear_caches()
        with CaptureQueriesContext(connection) as captured:
            answer = clients[person].get(address)
        assert answer.status_code == 200, address
        counts[page] = len(captured)
    return counts


def _grow() -> None:
    now, soon = timezone.now(), dt.timedelta(days=9)
    layers = {slug: Layer.objects.get(slug=slug) for slug in (TREES, PLAYGROUNDS)}
    boards = [dashboard(f"tableau-{number}", is_public=number % 2 == 0) for number in range(MORE)]
    with in_bulk():
        for number in range(MORE):
            Layer.objects.create(
                slug=f"vide-{number}", title="Vide", theme=layers[TREES].theme, visibility="open"
            )
    groups = Group.objects.bulk_create(Group(name=f"Groupe {number}") for number in range(MORE))
    accounts = User.objects.bulk_create(User(username=f"agent-{number}") for number in range(MORE))
    for account, group in zip([*accounts, OUTSIDER.account()], [*groups, groups[0]], strict=True):
        account.groups.add(group, groups[1])
    for group, account, board in zip(groups, accounts, boards, strict=True):
        Grant.objects.create(
            group=group, layer=layers[PLAYGROUNDS], rows=f"nom <> 'Jeu {group.pk}'", valid_until=now + soon
        )
        Grant.objects.create(person=account, layer=layers[PLAYGROUNDS], rows=f"nom <> 'Jeu {account.pk}'")
        DashboardGrant.objects.create(group=group, dashboard=board)


def test_no_list_takes_more_statements_as_rights_grow(world: World) -> None:
    dashboard("un", is_public=True)
    playgrounds = Layer.objects.get(slug=PLAYGROUNDS)
    group = Group.objects.get(name=OUTSIDER.groups[0])
    # One of each from the start: what is read only where there is one is no growth.
    for grant in ({"group": group}, {"person": PLANNER.account()}, {"person": OUTSIDER.account()}):
        Grant.objects.create(
            layer=playgrounds, rows="nom <> 'Jeu'", valid_until=timezone.now() + dt.timedelta(days=5), **grant
        )
    DashboardGrant.objects.create(group=group, dashboard=dashboard("deux"))
    clients = {person: Client(headers={"host": "localhost"}) for person in set(PAGES.values())}
    for person, client in clients.items():
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    _statements(clients)
    before = _statements(clients)
    _grow()
    clients[OUTSIDER].get("/accessibilite/")  # other groups renew the session
    after = _statements(clients)
    assert {page: (before[page], count) for page, count in after.items() if count > before[page]} == {}
