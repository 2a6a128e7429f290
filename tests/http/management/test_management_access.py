"""Every page of management, for every kind of person: closed to who manages nothing, short for who manages groups."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from gisportal.accounts.models import GroupManager
from tests.http.access.test_typed_numbers import BY_CONVERTER, PARAMETER, VALUES, routes
from tests.people import ADMINISTRATOR, MANAGER, Person, of_each_right
from tests.staff import signed_in, text
from tests.world import PLAYGROUNDS, TREES, World

# Pages of each account about itself, beside those of who decides.
OWN = ("/gestion/pourquoi/moi/", "/gestion/demandes/miennes/", "/gestion/demandes/sur/")
LISTS = ["/gestion/", "/gestion/couches/"]
FOR_ADMINISTRATORS = ["/gestion/traitements/", "/gestion/themes/", "/gestion/sante/"]


def addresses() -> list[str]:
    """Return the address of each route of management, its parameters replaced by values."""
    every = [route for route in routes(get_resolver().url_patterns) if route.startswith("/gestion/")]
    pages = [route for route in every if not route.startswith(OWN)]
    assert {*LISTS, *FOR_ADMINISTRATORS} <= {*pages}
    return [
        PARAMETER.sub(lambda match: VALUES.get(match[2], BY_CONVERTER.get(match[1] or "", "1")), page)
        for page in pages
    ]


def browser(person: Person) -> Client:
    return Client() if person.is_anonymous else signed_in(person)


def answers(client: Client, address: str) -> set[int]:
    """Return the statuses of an address read and written."""
    return {client.get(address).status_code, client.post(address).status_code}


@pytest.mark.parametrize(
    "person", [each for each in of_each_right() if each not in (ADMINISTRATOR, MANAGER)], ids=str
)
def test_no_page_of_management_exists_for_who_manages_nothing(world: World, person: Person) -> None:
    client, expected = browser(person), {302} if person.is_anonymous else {404}
    statuses = {address: answers(client, address) for address in addresses()}
    assert {address: each for address, each in statuses.items() if each != expected} == {}


@pytest.mark.parametrize("address", FOR_ADMINISTRATORS)
def test_pages_of_administrators_do_not_exist_for_managers_of_groups(world: World, address: str) -> None:
    assert answers(signed_in(MANAGER), address) == {404}


@pytest.mark.parametrize("address", [*LISTS, *FOR_ADMINISTRATORS])
def test_administrators_read_every_list(world: World, address: str) -> None:
    assert signed_in(ADMINISTRATOR).get(address).status_code == 200


def listed(person: Person, **query: Any) -> str:
    return text(signed_in(person).get("/gestion/couches/", query))


def test_managers_of_groups_list_the_layers_of_their_groups_alone(world: World) -> None:
    page = listed(MANAGER)
    assert (f"/catalogue/{PLAYGROUNDS}/" in page, f"/catalogue/{TREES}/" in page) == (True, False)


def test_managers_read_no_count_of_a_layer_that_they_do_not_see(world: World) -> None:
    (row,) = signed_in(MANAGER).get("/gestion/couches/").context["rows"]
    assert (row.rows, row.freshness.changed) == (None, None)


def test_managers_lose_the_pages_with_their_last_group(world: World) -> None:
    client = signed_in(MANAGER)
    GroupManager.objects.filter(user__username=MANAGER.name).delete()
    assert client.get("/gestion/").status_code == 404


def test_what_a_manager_typed_comes_back_when_their_last_group_left_meanwhile(world: World) -> None:
    client = signed_in(MANAGER)
    GroupManager.objects.get(user__username=MANAGER.name).delete()
    answer = client.post("/gestion/personnes/inviter/", {"email": "nina@example.org", "kind": "agent"})
    assert answer.status_code == 403
    assert "Rien n’est enregistré" in text(answer)
    assert "nina@example.org</textarea>" in text(answer)
    assert client.post("/gestion/themes/", {"email": "nina@example.org"}).status_code == 404
