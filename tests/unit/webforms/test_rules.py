"""Conditions of forms, by the cases that the browser's evaluator answers too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from webforms.documents import read_document
from webforms.errors import InvalidForm
from webforms.rules import holds, read_condition

CASES = json.loads((Path(__file__).parents[2] / "cases" / "form_rules.json").read_text())
QUESTION = {"name": "a", "kind": "text", "label": "A"}


def test_every_shared_case_holds_as_it_says() -> None:
    wrong = [case["rule"] for case in CASES if holds(case["condition"], case["answers"]) is not case["holds"]]
    assert wrong == []


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "a", "op": "~", "value": 1},
        {"field": "a", "op": "=", "value": {"b": 1}},
        {"all": []},
        {"all": [], "any": []},
        {"any": [{"any": [{"any": [{"any": [{"field": "a", "op": "empty"}]}]}]}]},
        {"all": [{"field": "a", "op": "empty"}] * 21},
        {"field": "a", "op": "=", "value": "x" * 501},
        "a = 1",
    ],
)
def test_a_condition_beyond_its_grammar_is_refused(condition: Any) -> None:
    with pytest.raises(InvalidForm):
        read_condition(condition, label="question")


@pytest.mark.parametrize(
    ("items", "culprit"),
    [
        ([QUESTION, QUESTION], "a"),
        ([QUESTION | {"condition": {"field": "b", "op": "empty"}}, QUESTION | {"name": "b"}], "A"),
        ([QUESTION | {"name": "É"}], "name"),
        ([QUESTION | {"kind": "script"}], "A"),
        ([QUESTION | {"onclick": "x"}], "section 1"),
        ([QUESTION | {"kind": "position"}, QUESTION | {"name": "b", "kind": "position"}], "items"),
    ],
)
def test_a_fault_of_a_document_names_its_place(items: list[Any], culprit: str) -> None:
    with pytest.raises(InvalidForm) as refusal:
        read_document({"sections": [{"title": "", "items": items}]})
    assert refusal.value.parameter == culprit


def test_a_document_written_and_read_is_the_same() -> None:
    item = {
        "name": "a", "kind": "choice", "label": "A", "required": True, "choices": [["x", "X"]],
        "condition": {"any": [{"field": "b", "op": "in", "value": ["1", "2"]}]},
    }  # fmt: skip
    sections = [{"title": "S", "items": [QUESTION | {"name": "b"}, item]}]
    document = read_document({"sections": sections})
    assert document.as_json() == {"sections": sections}
    assert read_document(document.as_json()).digest == document.digest
