"""To add, to change one's own rows, to change all and to delete are rights: each road takes the one that it needs.

A refusal names the right that is missing.
"""

from __future__ import annotations

import pytest
from django.test import Client

from heritage.models import RemarkableTree
from layers import access
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import Person
from tests.protocols import get
from tests.staff import SITE, staff
from tests.wfs_writing import by_id, delete, insert, replace, send_transaction, transaction, update
from tests.world import PLAYGROUNDS, TREES, World, grant
from tests.writes import PATCH, items, send, tree

ADDER = Person("ajouteuse", groups=("Ajout",))
AUTHOR = Person("autrice", groups=("Ses lignes",))
CHANGER = Person("correcteur", groups=("Correction",))
REMOVER = Person("supprimeuse", groups=("Suppression",))
OWN_REMOVER = Person("repentie", groups=("Ses suppressions",))
RIGHTS = {
    ADDER: {"can_add": True},
    AUTHOR: {"can_add": True, "can_change_own": True},
    CHANGER: {"can_change": True},
    OWN_REMOVER: {"can_add": True, "can_change_own": True, "can_delete": True},
    REMOVER: {"can_change": True, "can_delete": True},
}
NO_CHANGE, NO_ADDITION = "pas d’y modifier ni d’y supprimer", "pas d’y ajouter"
NO_DELETION, NOT_OWN = "pas d’y supprimer", "de quelqu’un d’autre"
READ, ADDS, CHANGES, DELETES = "GET, HEAD, OPTIONS", ", POST", ", PUT, PATCH", ", DELETE"


@pytest.fixture(autouse=True)
def _rights(world: World) -> None:
    for slug in (TREES, PLAYGROUNDS):
        for person, rights in RIGHTS.items():
            grant(person, slug, rows=f"commune = '{MEUDON}'", **rights)


def cedar(world: World) -> int:
    return int(world.trees["Cedre-Meudon"].pk)


def own_tree(person: Person) -> int:
    """Add a tree as somebody does, and return its id."""
    answer = send("POST", items(TREES), person, tree({"nom_vernaculaire": f"Tilleul de {person}"}))
    assert answer.status == 201, answer.body
    return int(answer.document["id"])


def allowed(person: Person, pk: int | None) -> str:
    return str(send("OPTIONS", items(TREES, pk), person).headers["Allow"])


def test_the_api_allows_the_methods_of_each_right(world: World) -> None:
    methods = {str(person): (allowed(person, None), allowed(person, cedar(world))) for person in RIGHTS}
    assert methods == {
        "ajouteuse": (READ + ADDS, READ),
        "autrice": (READ + ADDS, READ),
        "correcteur": (READ, READ + CHANGES),
        "supprimeuse": (READ, READ + CHANGES + DELETES),
        "repentie": (READ + ADDS, READ),
    }


def test_the_api_allows_who_wrote_a_row_to_change_it(world: World) -> None:
    methods = {str(person): allowed(person, own_tree(person)) for person in (ADDER, AUTHOR, OWN_REMOVER)}
    assert methods == {
        "ajouteuse": READ,
        "autrice": READ + CHANGES,
        "repentie": READ + CHANGES + DELETES,
    }


REFUSALS = [
    (ADDER, "PUT", 405, NO_CHANGE),
    (ADDER, "PATCH", 405, NO_CHANGE),
    (ADDER, "DELETE", 405, NO_CHANGE),
    (AUTHOR, "PUT", 403, NOT_OWN),
    (AUTHOR, "PATCH", 403, NOT_OWN),
    (AUTHOR, "DELETE", 405, NO_DELETION),
    (OWN_REMOVER, "DELETE", 403, NOT_OWN),
    (CHANGER, "DELETE", 405, NO_DELETION),
    (CHANGER, "POST", 405, NO_ADDITION),
]


@pytest.mark.parametrize(("person", "method", "status", "reason"), REFUSALS, ids=str)
def test_the_api_names_the_right_that_is_missing(
    world: World, person: Person, method: str, status: int, reason: str
) -> None:
    pk = None if method == "POST" else cedar(world)
    form = {"form": PATCH} if method in ("PATCH", "DELETE") else {}
    answer = send(method, items(TREES, pk), person, tree(), if_match="*", **form)
    assert answer.status == status, answer.body
    assert reason in answer.document["detail"]


def test_who_wrote_a_row_changes_and_deletes_it(world: World) -> None:
    pk = own_tree(OWN_REMOVER)
    patch = {"properties": {"genre": "Tilia"}}
    assert send("PATCH", items(TREES, pk), OWN_REMOVER, patch, form=PATCH, if_match="*").status == 200
    assert send("DELETE", items(TREES, pk), OWN_REMOVER, if_match="*").status == 204
    assert not RemarkableTree.objects.filter(pk=pk).exists()


def test_an_own_row_does_not_leave_the_rows_of_its_author(world: World) -> None:
    elsewhere = {"type": "Feature", "geometry": {"type": "Point", "coordinates": list(MIDDLES[BOULOGNE])}}
    answer = send("PATCH", items(TREES, own_tree(AUTHOR)), AUTHOR, elsewhere, form=PATCH, if_match="*")
    assert answer.status == 403


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
    reasons = (NO_CHANGE, NO_ADDITION, NO_DELETION, NOT_OWN)
    refusals = {
        str(person): {
            name: next((reason for reason in reasons if reason in answer.body), answer.body)
            for name, action in actions.items()
            if (answer := send_transaction(transaction(action), person)).status != 200
        }
        for person in RIGHTS
    }
    assert refusals == {
        "ajouteuse": dict.fromkeys(("Update", "Replace", "Delete"), NO_CHANGE),
        "autrice": dict.fromkeys(("Update", "Replace"), NOT_OWN) | {"Delete": NO_DELETION},
        "correcteur": {"Insert": NO_ADDITION, "Delete": NO_DELETION},
        "supprimeuse": {"Insert": NO_ADDITION},
        "repentie": dict.fromkeys(("Update", "Replace", "Delete"), NOT_OWN),
    }


def test_wfs_keeps_nothing_of_a_transaction_with_a_row_of_somebody_else(world: World) -> None:
    own = own_tree(AUTHOR)
    sent = transaction(update(by_id(own), "Tilia"), update(by_id(cedar(world)), "Tilia"))
    assert NOT_OWN in send_transaction(sent, AUTHOR).body
    assert not RemarkableTree.objects.filter(genre="Tilia").exists()


def test_a_sheet_offers_to_change_to_who_changes(world: World) -> None:
    own = send(
        "POST",
        items(PLAYGROUNDS),
        AUTHOR,
        tree({"nom": "Jeux neufs"}) | {"properties": {"nom": "Jeux neufs"}},
    )
    assert own.status == 201, own.body
    sheets = {"own": own.document["id"], "other": world.playgrounds["Jeux-Val"].pk}
    offers = {
        (str(person), name): f"{address}saisie/" in get(address, person, by_basic=False).body
        and get(f"{address}saisie/", person, by_basic=False).status == 200
        for person in (ADDER, AUTHOR, CHANGER)
        for name, pk in sheets.items()
        for address in (f"/catalogue/{PLAYGROUNDS}/{pk}/",)
    }
    assert offers == {
        ("ajouteuse", "own"): False,
        ("ajouteuse", "other"): False,
        ("autrice", "own"): True,
        ("autrice", "other"): False,
        ("correcteur", "own"): True,
        ("correcteur", "other"): True,
    }
    assert get(f"/catalogue/{PLAYGROUNDS}/{sheets['other']}/saisie/", ADDER, by_basic=False).status == 404


def test_the_administration_offers_what_each_right_gives(world: World) -> None:
    row = f"{SITE}heritage/remarkabletree/{cedar(world)}/change/"
    pages = {}
    for person in RIGHTS:
        client: Client = staff(person, "heritage.*")
        change = client.get(row)
        pages[str(person)] = (
            client.get(f"{SITE}heritage/remarkabletree/add/").status_code,
            change.context["has_change_permission"],
            change.context["has_delete_permission"],
        )
    assert pages == {
        "ajouteuse": (200, False, False),
        "autrice": (200, False, False),
        "correcteur": (403, True, False),
        "supprimeuse": (403, True, True),
        "repentie": (200, False, False),
    }


def test_deliveries_take_every_right_on_every_row(world: World) -> None:
    every = {"can_add": True, "can_change": True, "can_delete": True}
    loads = {}
    for number, missing in enumerate(("", *every, "written_fields")):
        person = Person(f"livreur-{number}", groups=(f"Livraison {number}",))
        limit = {"written_fields": ["genre"]} if missing == "written_fields" else {}
        rights = {name: name != missing for name in every}
        rights["can_delete"] = rights["can_delete"] and rights["can_change"]
        grant(person, TREES, **rights, **limit)
        loads[missing] = access.scope(person.visitor(), TREES).can_load
    assert loads == {"": True, **dict.fromkeys((*every, "written_fields"), False)}
