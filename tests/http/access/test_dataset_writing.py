"""Who writes which rows of a dataset on which road: a margin around a commune, fields by group, files of all rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from datasets.models import Dataset
from layers import access
from layers.errors import Forbidden
from layers.visitor import system_visitor
from tests.deliveries import bench, dataset, deliver, published
from tests.factories import MEUDON
from tests.forms_of_layers import good_answer, tree_form
from tests.forms_of_layers import send as send_form
from tests.people import GARDENER, Person
from tests.staff import signed_in
from tests.wfs_writing import by_id, delete, point, send_transaction, transaction, update
from tests.world import grant
from tests.writes import PATCH, items, send

pytestmark = pytest.mark.usefixtures("communes")
TOWN = Person("ville", groups=("Ville",))
BORDER, NORTH = 2.22, 48.81  # between Meudon and Boulogne
NEAR, FAR = (BORDER + 0.0004, NORTH), (BORDER + 0.001, NORTH)  # 29 m and 73 m beyond
IN_MEUDON = f"commune = '{MEUDON}'"
ITEMS = [
    {"name": "position", "kind": "position", "label": "Où", "required": True},
    {"name": "code", "kind": "text", "label": "Code", "field": "code", "required": True},
]


@pytest.fixture
def benches() -> Dataset:
    """Two benches beyond the border of Meudon: within 50 m, and farther."""
    made = dataset()
    published(made, bench("NEAR", at=NEAR), bench("FAR", at=FAR))
    return made


def _pk(code: str) -> int:
    return int(access.scope(system_visitor(), "bancs").queryset.get(f0=code).pk)


def _codes() -> set[str]:
    return set(access.scope(system_visitor(), "bancs").queryset.values_list("f0", flat=True))


def _add_by_api(code: str, at: tuple[float, float]) -> None:
    geometry = {"type": "Point", "coordinates": list(at)}
    send(
        "POST", items("bancs"), TOWN, {"type": "Feature", "geometry": geometry, "properties": {"code": code}}
    )


def _add_by_wfs(code: str, at: tuple[float, float]) -> None:
    properties = f"<portail:geom>{point(at)}</portail:geom><portail:code>{code}</portail:code>"
    action = f"<wfs:Insert><portail:bancs>{properties}</portail:bancs></wfs:Insert>"
    send_transaction(transaction(action), TOWN)


def _add_by_form(code: str, at: tuple[float, float]) -> None:
    form = tree_form(ITEMS, audience="accounts", slug="bancs")
    answer = good_answer(form.published, position=f"{at[1]}, {at[0]}", code=code)
    send_form(form, {name: text for name, text in answer.items() if name != "q-essence"}, signed_in(TOWN))


@pytest.mark.parametrize("add", [_add_by_api, _add_by_wfs, _add_by_form])
def test_a_town_adds_up_to_its_margin_and_no_farther(
    benches: Dataset, add: Callable[[str, tuple[float, float]], None]
) -> None:
    grant(TOWN, "bancs", rows=IN_MEUDON, margin_m=50, can_add=True)
    add("N1", NEAR)
    add("F1", FAR)
    assert _codes() == {"NEAR", "FAR", "N1"}


def _change_by_api(code: str) -> int:
    body = {"properties": {"nom": "Autre"}}
    return send("PATCH", items("bancs", _pk(code)), TOWN, body, form=PATCH, if_match="*").status


def _change_by_wfs(code: str) -> int:
    action = update(by_id(_pk(code), layer="bancs"), "Autre", name="nom", layer="bancs")
    return send_transaction(transaction(action), TOWN).status


def _change_by_page(code: str) -> int:
    return int(signed_in(TOWN).get(f"/catalogue/bancs/{_pk(code)}/saisie/").status_code)


def _delete_by_api(code: str) -> int:
    return send("DELETE", items("bancs", _pk(code)), TOWN, if_match="*").status


def _delete_by_wfs(code: str) -> int:
    action = delete(by_id(_pk(code), layer="bancs"), layer="bancs")
    return send_transaction(transaction(action), TOWN).status


@pytest.mark.parametrize(
    "change", [_change_by_api, _change_by_wfs, _change_by_page, _delete_by_api, _delete_by_wfs]
)
def test_a_town_changes_and_deletes_up_to_its_margin(benches: Dataset, change: Callable[[str], int]) -> None:
    grant(TOWN, "bancs", rows=IN_MEUDON, margin_m=50, can_change=True, can_delete=True)
    done = {code: change(code) < 300 for code in ("NEAR", "FAR")}
    assert done == {"NEAR": True, "FAR": False}


def test_two_groups_write_their_own_fields_of_a_dataset(benches: Dataset) -> None:
    grant(TOWN, "bancs", can_change=True, written_fields=["nom"])
    grant(GARDENER, "bancs", can_change=True, written_fields=["places"])
    statuses = {
        (str(person), name): send(
            "PATCH",
            items("bancs", _pk("NEAR")),
            person,
            {"properties": {name: value}},
            form=PATCH,
            if_match="*",
        ).status
        for person in (TOWN, GARDENER)
        for name, value in {"nom": f"Banc de {person}", "places": 4 + len(str(person))}.items()
    }
    assert {key for key, status in statuses.items() if status == 200} == {
        (str(TOWN), "nom"),
        (str(GARDENER), "places"),
    }
    assert set(statuses.values()) == {200, 403}


def test_wfs_names_the_field_of_a_dataset_that_another_group_writes(benches: Dataset) -> None:
    grant(TOWN, "bancs", can_change=True, written_fields=["places"])
    action = update(by_id(_pk("NEAR"), layer="bancs"), "Autre", name="nom", layer="bancs")
    assert "d’écrire : nom" in send_transaction(transaction(action), TOWN).body


@pytest.mark.parametrize(
    "limit",
    [
        {"rows": IN_MEUDON, "margin_m": 50},
        {"written_fields": ["nom"]},
        {"can_change": False, "can_change_own": True},
    ],
    ids=["margin", "fields", "own"],
)
def test_a_file_of_every_row_takes_a_grant_without_limit(benches: Dataset, limit: dict[str, Any]) -> None:
    rights = {"can_add": True, "can_change": True, "can_delete": True} | limit
    grant(TOWN, "bancs", **rights)
    with pytest.raises(Forbidden):
        deliver(benches, bench("B9"), visitor=TOWN.visitor())
