"""Attacks on the pages of management: forged forms, numbers of others, hidden against absent, other sites."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.models import DashboardGrant
from gisportal.accounts.models import GroupManager, User
from gisportal.accounts.people.changes import apply_plan, plan_action
from gisportal.accounts.vocabulary import BatchKind
from layers.models import Grant
from tests.dashboards import dashboard
from tests.http.management.test_management_access import addresses
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PASSWORD, PLANNER, TOWN_AGENT, Person
from tests.staff import BACKEND, comparable, signed_in
from tests.world import PLAYGROUNDS, World

ABSENT = 987_654_321
ELSEWHERE = (
    "https://ailleurs.example/",
    "//ailleurs.example/",
    "/\\ailleurs.example/",
    "javascript:alert(1)",
)
GRANT, BOARD = "/gestion/acces/couche/{}/", "/gestion/acces/tableau/{}/"
# Each address with what it is about, as ``hidden`` names it.
READ = {
    GRANT: "grant",
    BOARD: "dashboard grant",
    "/gestion/personnes/{}/": "account",
    "/gestion/personnes/{}/acces/": "account",
    "/gestion/personnes/{}/acces.csv": "account",
    "/gestion/personnes/{}/voir-comme/": "account",
    "/gestion/personnes/{}/depart/": "account",
    "/gestion/personnes/{}/donnees.zip": "account",
    "/gestion/personnes/{}/effacement/": "account",
    "/gestion/personnes/lots/{}/": "batch",
    "/gestion/groupes/{}/": "group",
}
WRITTEN = {
    **READ,
    f"{GRANT}terminer/": "grant",
    f"{GRANT}prolonger/": "grant",
    f"{GRANT}retirer/": "grant",
    f"{BOARD}retirer/": "dashboard grant",
}


@pytest.fixture
def hidden(world: World) -> dict[str, int]:
    """What a manager of the group of OUTSIDER may not see, by its kind: the ids."""
    GroupManager.objects.create(user=TOWN_AGENT.account(), group=group_of(OUTSIDER))
    account, administrator = GARDENER.account(), ADMINISTRATOR.visitor()
    chosen = User.objects.filter(pk=account.pk).prefetch_related("groups")
    plan = plan_action(administrator, BatchKind.JOIN, chosen, group_of(PLANNER))
    board = DashboardGrant.objects.create(dashboard=dashboard("internes"), group=group_of(PLANNER))
    return {
        "grant": Grant.objects.get(group=group_of(GARDENER), layer__slug=PLAYGROUNDS).pk,
        "dashboard grant": board.pk,
        "account": account.pk,
        "batch": apply_plan(administrator, plan).pk,
        "group": group_of(GARDENER).pk,
    }


def group_of(person: Person) -> Group:
    person.account()
    return Group.objects.get(name=person.groups[0])


def answer(ask: Callable[[], Any], number: int) -> tuple[int, str, list[str]]:
    """Return the status, the words without a number, and the kinds of statements of an answer."""
    with CaptureQueriesContext(connection) as captured:
        response = ask()
    plain = sorted(re.sub(r"'[^']*'|\d+", "?", each["sql"]) for each in captured.captured_queries)
    return response.status_code, comparable(response, number), plain


def state() -> list[Any]:
    """Return the rows that the forms of management write."""
    rows: list[Any] = [
        *Grant.objects.order_by("pk").values(),
        *DashboardGrant.objects.order_by("pk").values(),
    ]
    rows += User.groups.through.objects.order_by("pk").values_list("user_id", "group_id")
    return [*rows, *User.objects.order_by("pk").values_list("pk", "username", "is_active")]


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_a_manager_may_not_see_answers_like_what_is_absent(hidden: dict[str, int], method: str) -> None:
    client = signed_in(TOWN_AGENT)
    send, before = getattr(client, method), state()
    send(GRANT.format(ABSENT))  # what a session reads once
    differences = {}
    for address, kind in (READ if method == "get" else WRITTEN).items():
        path, absent = address.format(hidden[kind]), address.format(ABSENT)
        own, other = answer(partial(send, path), hidden[kind]), answer(partial(send, absent), ABSENT)
        if own != other or own[0] not in (404, 405):
            differences[address] = (own[0], other[0], set(own[2]) ^ set(other[2]))
    assert differences == {}
    assert state() == before


def test_a_manager_acts_on_no_account_of_others(hidden: dict[str, int]) -> None:
    client, before = signed_in(TOWN_AGENT), state()
    for action in BatchKind.values:
        client.post(
            "/gestion/personnes/action/",
            {
                "action": action,
                "accounts": [hidden["account"]],
                "group": group_of(OUTSIDER).pk,
                "apply": "1",
            },
        )
    assert state() == before


def test_a_manager_gives_nothing_to_groups_and_persons_of_others(hidden: dict[str, int]) -> None:
    client, before = signed_in(TOWN_AGENT), state()
    address = f"/gestion/acces/donner/?sur=couche:{PLAYGROUNDS}"
    statuses = {
        recipient: client.post(address, {"recipient": recipient}).status_code
        for recipient in (f"g{hidden['group']}", f"p{hidden['account']}", f"g{ABSENT}", "g", "x1")
    }
    assert set(statuses.values()) == {422}, statuses
    assert state() == before


def test_no_form_of_management_is_written_without_its_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ADMINISTRATOR.account(), backend=BACKEND)
    before = state()
    statuses = {
        f"{method} {address}": client.generic(method, address).status_code
        for address in addresses()
        for method in ("POST", "PUT", "PATCH", "DELETE")
    }
    assert {request: status for request, status in statuses.items() if status != 403} == {}
    assert state() == before


def test_the_session_of_a_browser_opens_nothing_of_a_directory(world: World) -> None:
    client = signed_in(ADMINISTRATOR)
    statuses = {
        f"{method} {path}": client.generic(method, f"/scim/v2/{path}", "{}").status_code
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        for path in ("Users", "Users/1", "Groups", "Groups/1")
    }
    assert set(statuses.values()) == {401}, statuses


def test_no_page_that_ends_by_another_leads_to_another_site(world: World) -> None:
    OUTSIDER.account()
    locations = {}
    for address in ELSEWHERE:
        client = Client()
        forms: dict[str, dict[str, str]] = {
            "connexion": {"username": OUTSIDER.name, "password": PASSWORD},
            "confirmer-identite": {"password": PASSWORD},
            "deconnexion": {},
        }
        for page, form in forms.items():
            response = client.post(f"/compte/{page}/", {**form, "next": address})
            locations[page, address] = response.headers.get("Location", "")
    # A path of this site: one slash, then neither another nor a backslash.
    assert {each: to for each, to in locations.items() if not re.match(r"/(?![/\\])", to)} == {}
