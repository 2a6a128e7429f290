"""The first draft of a form takes the conditions of the fields of its layer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from datasets.definitions import FieldCondition
from datasets.schemas.services import create_layer
from datasets.vocabulary import ConditionOperator
from layers import access
from layers.visitor import system_visitor
from tests.deliveries import BENCHES, theme
from webforms.documents import FormDocument, read_document, visible_items
from webforms.schema import document_of_layer

pytestmark = pytest.mark.usefixtures("communes")


def draft(**conditions: FieldCondition) -> FormDocument:
    """Return the first draft of benches some of whose fields have a condition, by name."""
    fields = tuple(replace(each, condition=conditions.get(each.name)) for each in BENCHES.fields)
    create_layer(
        slug="bancs", title="Bancs", theme=theme(), schema=replace(BENCHES, fields=fields), visitor=system_visitor()
    )  # fmt: skip
    document = document_of_layer(access.scope(system_visitor(), "bancs"))
    return read_document(document.as_json())  # conditions look back, or it is refused


@pytest.mark.parametrize(
    ("answers", "is_there"), [({"neuf": True}, True), ({"neuf": False}, False), ({}, False)]
)
def test_a_field_is_there_when_the_other_one_says_so(answers: dict[str, Any], is_there: bool) -> None:
    document = draft(pose=FieldCondition("neuf", ConditionOperator.EQUAL, "true"))
    names = [item.name for item in visible_items(document.sections[1], answers)]
    assert ("pose" in names) is is_there


def test_a_field_comes_after_the_one_that_its_condition_speaks_of() -> None:
    document = draft(
        nom=FieldCondition("prix", ConditionOperator.AT_LEAST, "12.5"),
        prix=FieldCondition("pose", ConditionOperator.FILLED),
    )
    items = {item.name: item for item in document.sections[1].items}
    assert [*items] == ["code", "pose", "prix", "nom", "places", "neuf"]
    assert items["nom"].condition == {"field": "prix", "op": ">=", "value": "12.5"}
    assert items["prix"].condition == {"field": "pose", "op": "empty", "value": False}


def test_conditions_that_lead_back_to_each_other_lose_one() -> None:
    document = draft(
        nom=FieldCondition("prix", ConditionOperator.FILLED),
        prix=FieldCondition("nom", ConditionOperator.FILLED),
    )
    assert sum(item.condition is not None for item in document.items) == 1
