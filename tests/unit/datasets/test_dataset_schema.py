"""The document of a schema: what a layer made from nothing adds to it, and how it is read without."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from datasets.definitions import DatasetSchema, FieldCondition, ParentLink, SchemaField, linked_fields
from datasets.errors import InvalidSchema
from datasets.loading.validation import check_schema
from datasets.vocabulary import ColumnType, ConditionOperator

STATE = SchemaField(
    "etat", ColumnType.STRING, "f1_etat", "État", enum=("bon", "casse"), enum_labels=("Bon", "Cassé"),
    enum_colours=("#2b8cbe", "#b00006"), default="bon", help="Vu de près.",
)  # fmt: skip
REASON = SchemaField(
    "motif", ColumnType.STRING, "f2_motif", "Motif",
    condition=FieldCondition("etat", ConditionOperator.EQUAL, "casse"),
)  # fmt: skip


def test_a_schema_is_read_as_it_was_written() -> None:
    schema = DatasetSchema((STATE, REASON), parent=ParentLink("rues", "motif"))
    assert DatasetSchema.from_json(schema.to_json()) == schema


@pytest.mark.parametrize("operator", [ConditionOperator.EMPTY, ConditionOperator.FILLED])
def test_a_condition_on_a_missing_value_is_a_rule_of_forms(operator: ConditionOperator) -> None:
    condition = FieldCondition("etat", operator)
    assert condition.rule == ("etat", "empty", operator is ConditionOperator.EMPTY)
    assert FieldCondition.from_json(condition.to_json()) == condition


def test_a_document_without_the_newer_keys_is_a_schema() -> None:
    document = {"name": "n", "type": "string", "column": "f1", "source": "N", "constraints": {"enum": ["a"]}}
    assert SchemaField.from_json(document).choices == (("a", "a"),)


def test_values_of_a_list_keep_their_label_when_others_leave() -> None:
    assert STATE.with_enum(["casse", "neuf"]).choices == (("casse", "Cassé"), ("neuf", "neuf"))


def test_conditions_follow_a_renamed_field_and_leave_with_a_removed_one() -> None:
    assert linked_fields([STATE, REASON], {"etat": "etat"})[1].condition == REASON.condition
    assert linked_fields([REASON])[0].condition is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"default": "neuf"}, "par défaut"),
        ({"enum_colours": ("red", "")}, "pas une couleur"),
        ({"enum": ("bon", "bon")}, "deux fois"),
        ({"condition": FieldCondition("etat", ConditionOperator.EQUAL, "bon")}, "lui-même"),
    ],
)
def test_what_cannot_work_is_refused_by_its_field(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidSchema, match=words) as refusal:
        check_schema(DatasetSchema((replace(STATE, **changes),)))
    assert refusal.value.parameter == "etat"


def test_a_default_beyond_its_bounds_is_refused() -> None:
    places = SchemaField("places", ColumnType.INTEGER, "f1", "Places", maximum=4.0, default="5")
    with pytest.raises(InvalidSchema, match="règles du champ"):
        check_schema(DatasetSchema((places,)))


def test_the_value_of_a_condition_is_one_of_the_other_field() -> None:
    with pytest.raises(InvalidSchema, match="n’est pas une valeur"):
        check_schema(
            DatasetSchema(
                (
                    STATE,
                    SchemaField(
                        "motif", ColumnType.STRING, "f2", "Motif",
                        condition=FieldCondition("etat", ConditionOperator.EQUAL, "usé"),
                    ),
                )
            )
        )  # fmt: skip
