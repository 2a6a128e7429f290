"""Declaring a reuse: by anybody, in measure, of what they see; shown once the team accepted it, and nothing before."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from layers.models import Layer
from reuses.models import Reuse
from reuses.services import MAX_ANONYMOUS
from reuses.vocabulary import ReuseState
from tests.people import GARDENER, OUTSIDER, Person
from tests.staff import signed_in
from tests.world import PLAYGROUNDS, TREES, ZONES, World

GOOD: dict[str, Any] = {
    "title": "Arbres de mon quartier",
    "address": "https://arbres.example.org/",
    "description": "Une promenade.",
    "organisation": "Les Amis du parc",
    "email": "contact@example.org",
    "layers": [TREES],
}


def address(slug: str = TREES) -> str:
    return f"/catalogue/{slug}/reutilisations/nouvelle/"


def declare(client: Client | None = None, slug: str = TREES, **values: Any) -> Any:
    return (client or Client()).post(address(slug), GOOD | values)


def accepted_reuse(**values: Any) -> Reuse:
    fields = {name: value for name, value in GOOD.items() if name != "layers"}
    reuse = Reuse.objects.create(**fields | {"state": ReuseState.ACCEPTED} | values)
    reuse.layers.set(Layer.objects.filter(slug=TREES))
    return reuse


def test_a_reuse_without_account_waits_for_the_team(world: World) -> None:
    answer = declare(layers=[TREES, ZONES])
    assert answer.headers["Location"] == f"/catalogue/{TREES}/reutilisations/"
    reuse = Reuse.objects.get()
    assert reuse.state == ReuseState.WAITING
    assert reuse.author is None
    assert {layer.slug for layer in reuse.layers.all()} == {TREES, ZONES}
    assert GOOD["title"] not in Client().get(answer.headers["Location"]).content.decode()


def test_a_button_pressed_twice_declares_once(world: World) -> None:
    declare()
    declare()
    assert Reuse.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", ""),
        ("title", "x" * 121),
        ("title", "a\x00b"),
        ("address", "https://10.0.0.1/"),
        ("address", "javascript:alert(1)"),
        ("description", "x" * 2_001),
        ("organisation", ""),
        ("email", "rien"),
        ("layers", []),
        ("layers", [PLAYGROUNDS]),
        ("layers", ["absente"]),
    ],
)
def test_a_fault_names_its_field_and_nothing_is_stored(world: World, name: str, value: Any) -> None:
    answer = declare(**{name: value})
    assert answer.status_code == 422
    assert f'href="#id_{name}"' in answer.content.decode()
    assert Reuse.objects.count() == 0


def test_a_hidden_layer_is_refused_like_an_absent_one(world: World) -> None:
    pages = []
    for slug in (PLAYGROUNDS, "absente"):
        body = declare(layers=[slug]).content.decode()
        pages.append(body[body.index('role="alert"') : body.index("<form", body.index('role="alert"'))])
    assert pages[0].replace(PLAYGROUNDS, "absente") == pages[1]


@pytest.mark.parametrize(("person", "status"), [(OUTSIDER, 404), (GARDENER, 200)])
def test_reuses_of_a_hidden_layer_are_absent(world: World, person: Person, status: int) -> None:
    client = signed_in(person)
    statuses = {client.get(place).status_code for place in (address(PLAYGROUNDS), address(PLAYGROUNDS)[:-9])}
    assert statuses == {status}
    is_received = declare(client, PLAYGROUNDS, layers=[PLAYGROUNDS]).status_code == 302
    assert is_received is (status == 200)


def test_a_robot_that_fills_the_trap_is_thanked_and_ignored(world: World) -> None:
    assert declare(website="https://spam.example").status_code == 302
    assert Reuse.objects.count() == 0


def test_one_more_than_the_limit_of_an_hour_comes_back_with_its_text(world: World) -> None:
    statuses = [declare(title=f"n° {number}").status_code for number in range(MAX_ANONYMOUS + 1)]
    assert statuses == [302] * MAX_ANONYMOUS + [429]


def test_an_accepted_reuse_is_on_the_page_of_its_layer_at_once(world: World) -> None:
    client = Client(headers={"host": "localhost"})
    assert GOOD["title"] not in client.get(f"/catalogue/{TREES}/").content.decode()
    reuse = accepted_reuse()
    page = client.get(f"/catalogue/{TREES}/").content.decode()
    assert f'<a href="{reuse.address}" rel="nofollow ugc noopener noreferrer">{reuse.title}' in page
    assert reuse.email not in page
    reuse.state = ReuseState.WITHDRAWN
    reuse.save()
    assert reuse.title not in client.get(f"/catalogue/{TREES}/").content.decode()
