"""Answers of figures: groups beyond those of the aggregates, and what lies outside all communes."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from explorer.map_state.parsing import parse_map
from explorer.natural_language import figure_answers
from explorer.natural_language.figure_answers import read_figure
from explorer.natural_language.figure_measures import Measured
from explorer.natural_language.figure_values import FigureAnswer
from explorer.natural_language.parse_result import Figure
from layers.access import Scope

SCOPE = cast(
    Scope,
    SimpleNamespace(
        slug="arbres",
        layer=SimpleNamespace(title="Arbres"),
        filterable={"genre": SimpleNamespace(title="genre"), "commune": SimpleNamespace(title="commune")},
    ),
)


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Answer a figure from measures that are given in turn."""

    def answer(figure: Figure, *measures: Measured) -> FigureAnswer:
        turns = iter(measures)
        monkeypatch.setattr(figure_answers, "measure", lambda *_arguments: next(turns))
        monkeypatch.setattr(figure_answers, "_period", lambda *_arguments: "")
        query = parse_map({"arbres.genre": ["Quercus"]})
        return read_figure(SCOPE, figure, query, {})

    yield answer


def measured(values: dict[str, float | None], labels: dict[str, str]) -> Measured:
    return Measured(values, labels, "", "Arbres", len(values), "")


def test_a_share_of_a_group_that_the_whole_does_not_list_has_no_value(answered: Any) -> None:
    part = measured({"Quercus": 2.0, "Acer": 1.0}, {"Quercus": "Quercus", "Acer": "Acer"})
    whole = measured({"Quercus": 4.0}, {"Quercus": "Quercus"})
    answer = answered(Figure("share", group="genre"), part, whole)
    assert {each.code: each.value for each in answer.groups} == {"Quercus": 50.0, "Acer": None}


def test_a_value_is_no_place_outside_the_communes_though_it_is_worded_so(answered: Any) -> None:
    rows = measured({"x": 3.0, "y": 1.0}, {"x": "Hors communes", "y": "Autre"})
    answer = answered(Figure("count", group="genre"), rows)
    assert [each.code for each in answer.groups] == ["x", "y"]


def test_what_lies_outside_all_communes_is_no_group_of_them(answered: Any) -> None:
    part = measured({"92048": 3.0, "": 1.0}, {"92048": "Meudon", "": "Hors communes"})
    answer = answered(Figure("share", group="commune"), part, part)
    assert [each.code for each in answer.groups] == ["92048"]
