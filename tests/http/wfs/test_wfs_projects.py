"""Projects and layer files of QGIS hold the layers of their reader, and no other."""

from __future__ import annotations

import pytest

from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.protocols import get
from tests.world import DRAFT, PLAYGROUNDS, TREES, World


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        (PUBLIC, [TREES]),
        (OUTSIDER, [TREES]),
        (PLANNER, [TREES, PLAYGROUNDS]),
        (ADMINISTRATOR, [TREES, PLAYGROUNDS, DRAFT]),
    ],
    ids=str,
)
def test_a_project_holds_the_layers_of_its_reader(world: World, person: Person, seen: list[str]) -> None:
    body = get("/connecter/portail.qgs", person, by_basic=False).body
    assert [slug for slug in (TREES, PLAYGROUNDS, DRAFT) if f"portail:{slug}'" in body] == seen


def test_a_hidden_layer_has_no_file(world: World) -> None:
    found = [
        get(f"/connecter/{PLAYGROUNDS}.qlr", person, by_basic=False).status
        for person in (PUBLIC, OUTSIDER, PLANNER)
    ]
    assert found == [404, 404, 200]


def test_a_protected_field_is_in_no_file(world: World) -> None:
    shown = [
        get(f"/connecter/{TREES}.qlr", person, by_basic=False).shows(["matricule"])
        for person in (PUBLIC, GARDENER)
    ]
    assert shown == [frozenset(), {"matricule"}]


def test_a_source_that_is_not_there_is_named(world: World) -> None:
    answer = get("/connecter/portail.qgs?source=tableur", by_basic=False)
    assert (answer.status, "tableur" in answer.body) == (400, True)
