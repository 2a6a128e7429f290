"""Rows of a dataset edited on every road, for each right; the pages where they are restored, opened, and chosen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from datasets.models import Dataset, Delivery
from layers import access
from layers.visitor import system_visitor
from tests.deliveries import bench, dataset, deliver, published
from tests.factories import MEUDON, MIDDLES
from tests.people import ADMINISTRATOR
from tests.wfs_writing import by_id, delete, point, send_transaction, transaction, update
from tests.world import grant
from tests.writes import EDITOR, PATCH, items, send

pytestmark = pytest.mark.usefixtures("communes")
_EVERY_CHANGE = {"change", "delete"}


@pytest.fixture
def benches() -> Dataset:
    """Four benches online."""
    made = dataset()
    published(made, *(bench(f"B{number}") for number in range(1, 5)))
    return made


def _pk(code: str) -> int:
    return int(access.scope(system_visitor(), "bancs").queryset.get(f0=code).pk)


def _by_api(code: str, changed: str, deleted: str) -> dict[str, bool]:
    """Add, change and delete a bench by the OGC API; return what was done."""
    place = {"type": "Point", "coordinates": list(MIDDLES[MEUDON])}
    new = {"type": "Feature", "geometry": place, "properties": {"code": code, "nom": "Neuf"}}
    sent = {
        "add": send("POST", items("bancs"), EDITOR, new),
        "change": send(
            "PATCH",
            items("bancs", _pk(changed)),
            EDITOR,
            {"properties": {"nom": "Autre"}},
            form=PATCH,
            if_match="*",
        ),
        "delete": send("DELETE", items("bancs", _pk(deleted)), EDITOR, if_match="*"),
    }
    return {name: answer.status < 300 for name, answer in sent.items()}


def _by_wfs(code: str, changed: str, deleted: str) -> dict[str, bool]:
    """Do the same by WFS."""
    new = (
        f"<wfs:Insert><portail:bancs><portail:geom>{point()}</portail:geom><portail:code>{code}</portail:code>"
        "</portail:bancs></wfs:Insert>"
    )
    actions = {
        "add": new,
        "change": update(by_id(_pk(changed), layer="bancs"), "Autre", name="nom", layer="bancs"),
        "delete": delete(by_id(_pk(deleted), layer="bancs"), layer="bancs"),
    }
    return {
        name: send_transaction(transaction(action), EDITOR).status < 300 for name, action in actions.items()
    }


@pytest.mark.parametrize(
    ("rights", "done"),
    [
        ({}, set()),
        ({"can_add": True}, {"add"}),
        ({"can_change": True}, _EVERY_CHANGE),
        ({"can_add": True, "can_change": True}, {"add", *_EVERY_CHANGE}),
    ],
    ids=["reads", "adds", "changes", "both"],
)
def test_each_right_does_the_same_on_every_road(benches: Dataset, rights: Any, done: set[str]) -> None:
    grant(EDITOR, "bancs", **rights)
    roads = {"API": _by_api("C1", "B1", "B2"), "WFS": _by_wfs("C2", "B3", "B4")}
    expected = {name: name in done for name in ("add", "change", "delete")}
    assert roads == {"API": expected, "WFS": expected}


def _client() -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(ADMINISTRATOR.account())
    return client


def _rename(code: str, name: str) -> None:
    body = {"properties": {"nom": name}}
    sent = send("PATCH", items("bancs", _pk(code)), ADMINISTRATOR, body, form=PATCH, if_match="*")
    assert sent.status == 200, sent.body


def test_a_value_is_restored_from_the_page_of_the_history(benches: Dataset) -> None:
    _rename("B1", "Autre")
    address = f"/catalogue/bancs/{_pk('B1')}/saisie/historique/"
    page = _client().get(address)
    form = {
        "event": str(page.context["page"][0].event),
        "row-version": page.context["version"],
        "field": "nom",
    }
    assert _client().post(f"{address}retablir/", form).status_code == 302
    assert access.scope(system_visitor(), "bancs").queryset.get(f0="B1").f1 == "Banc"


def test_a_dataset_is_closed_to_edits_from_the_page_of_its_versions(benches: Dataset) -> None:
    _client().post("/jeux/bancs/modifications/", {})
    assert 'name="edited"' in _client().get("/jeux/bancs/versions/").content.decode()
    assert not Dataset.objects.get().is_edited_in_place


def test_the_review_asks_what_becomes_of_edits_and_the_choice_is_stored(benches: Dataset) -> None:
    _rename("B1", "Modifié")
    delivery = deliver(benches, bench("B1", "Fichier"), *(bench(f"B{number}") for number in range(2, 5)))
    review = f"/jeux/bancs/livraisons/{delivery.number}/relecture/"
    page = _client().get(review).content.decode()
    assert [text in page for text in ("Modifié", "Fichier", "Garder les modifications")] == [True] * 3

    address = f"/jeux/bancs/versions/{delivery.number}/modifications/"
    answer = _client().post(address, {"changed": "edits", "page": "review"})
    assert answer["Location"] == review
    assert Delivery.objects.get(pk=delivery.pk).edit_choices["changed"] == "edits"
