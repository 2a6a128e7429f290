"""To add and to change are two rights: each road takes the one that it needs, and its refusal names it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from heritage.models import RemarkableTree
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import Person
from tests.protocols import get
from tests.staff import SITE, staff
from tests.wfs_writing import by_id, delete, insert, replace, send_transaction, transaction, update
from tests.world import PLAYGROUNDS, TREES, World, grant
from tests.writes import PATCH, items, send, tree

ADDER = Person("ajouteuse", groups=("Ajout",))
CHANGER = Person("correcteur", groups=("Correction",))
NO_CHANGE, NO_ADDITION = "pas d’y modifier ni d’y supprimer", "pas d’y ajouter"


@pytest.fixture(autouse=True)
def _rights(world: World) -> None:
    in_meudon = f"commune = '{MEUDON}'"
    for slug in (TREES, PLAYGROUNDS):
        grant(ADDER, slug, can_add=True, rows=in_meudon)
        grant(CHANGER, slug, can_change=True, rows=in_meudon)


def cedar(world: World) -> int:
    return int(world.trees["Cedre-Meudon"].pk)


def test_the_api_allows_the_methods_of_each_right(world: World) -> None:
    allowed = {
        (str(person), pk is None): send("OPTIONS", items(TREES, pk), person).headers["Allow"]
        for person in (ADDER, CHANGER)
        for pk in (None, cedar(world))
    }
    assert allowed == {
        ("ajouteuse", True): "GET, HEAD, OPTIONS, POST",
        ("ajouteuse", False): "GET, HEAD, OPTIONS",
        ("correcteur", True): "GET, HEAD, OPTIONS",
        ("correcteur", False): "GET, HEAD, OPTIONS, PUT, PATCH, DELETE",
    }


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_who_adds_changes_nothing_by_the_api(world: World, method: str) -> None:
    answer = send(method, items(TREES, cedar(world)), ADDER, tree(), form=PATCH, if_match="*")
    assert answer.status == 405
    assert NO_CHANGE in answer.document["detail"]


def test_who_changes_adds_nothing_by_the_api(world: World) -> None:
    answer = send("POST", items(TREES), CHANGER, tree())
    assert answer.status == 405
    assert NO_ADDITION in answer.document["detail"]


@pytest.mark.parametrize(("town", "status"), [(MEUDON, 201), (BOULOGNE, 403)])
def test_what_is_added_lies_in_the_rows_of_who_adds(world: World, town: str, status: int) -> None:
    assert send("POST", items(TREES), ADDER, tree(at=MIDDLES[town])).status == status
    assert RemarkableTree.objects.filter(nom_vernaculaire="Tilleul").exists() == (status == 201)


def test_wfs_takes_the_actions_of_each_right(world: World) -> None:
    pk = cedar(world)
    actions = {
        "Insert": insert("Tilleul"),
        "Update": update(by_id(pk), "Cedrus"),
        "Replace": replace(pk, "Autre"),
        "Delete": delete(by_id(pk)),
    }
    refusals = {
        str(person): {
            name: (NO_CHANGE in answer.body, NO_ADDITION in answer.body)
            for name, action in actions.items()
            if (answer := send_transaction(transaction(action), person)).status != 200
        }
        for person in (ADDER, CHANGER)
    }
    assert refusals["ajouteuse"] == dict.fromkeys(("Update", "Replace", "Delete"), (True, False))
    assert refusals["correcteur"]["Insert"] == (False, True)


def test_a_sheet_offers_to_change_to_who_changes(world: World) -> None:
    address = f"/catalogue/{PLAYGROUNDS}/{world.playgrounds['Jeux-Val'].pk}/"
    offers = {
        str(each): f"{address}saisie/" in get(address, each, by_basic=False).body for each in (ADDER, CHANGER)
    }
    assert offers == {"ajouteuse": False, "correcteur": True}
    assert get(f"{address}saisie/", ADDER, by_basic=False).status == 404


def test_the_administration_offers_what_each_right_gives(world: World) -> None:
    row = f"{SITE}amenities/playground/{world.playgrounds['Jeux-Val'].pk}/change/"
    pages = {}
    for person in (ADDER, CHANGER):
        client: Client = staff(person, "amenities.*")
        change = client.get(row)
        pages[str(person)] = (
            client.get(f"{SITE}amenities/playground/add/").status_code,
            change.context["has_change_permission"],
            change.context["has_delete_permission"],
        )
    assert Permission.objects.filter(user__username="ajouteuse").exists()
    assert pages["ajouteuse"] == (200, False, False)
    assert pages["correcteur"][:2] == (403, True)
