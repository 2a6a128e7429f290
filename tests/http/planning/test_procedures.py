"""Procedures of plans as JSON, and what each changed at a place."""

from __future__ import annotations

from typing import Any

import pytest

from layers.models import Layer
from layers.vocabulary import Visibility
from tests.people import ADMINISTRATOR, PUBLIC, Person
from tests.plan_in_time import NEW, OLD, PlanInTime, plan_in_time
from tests.protocols import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
ADDRESS = "/api/planning/procedures"


@pytest.fixture
def plan() -> PlanInTime:
    """Return the small document of three versions."""
    return plan_in_time()


def listed(person: Person = PUBLIC, **parameters: str) -> list[dict[str, Any]]:
    """Return the procedures that a person reads."""
    answer = ask(ADDRESS, parameters, person)
    assert answer.status == 200, answer.body
    procedures: list[dict[str, Any]] = answer.document["procedures"]
    return procedures


def test_procedures_are_in_the_order_of_their_days_with_their_periods(plan: PlanInTime) -> None:
    periods = [(each["nomproc"], each["from"], each["until"], each["state"]) for each in listed()]
    assert periods == [
        ("E", "2021-01-01", "2024-06-01", "former"),
        ("M1", "2024-06-01", None, "online"),
    ]


def test_a_procedure_under_way_is_listed_for_nobody(plan: PlanInTime) -> None:
    assert [each["nomproc"] for each in listed(ADMINISTRATOR)] == ["E", "M1"]


def test_procedures_are_those_of_who_reads_a_layer_of_plans(plan: PlanInTime) -> None:
    Layer.objects.filter(slug__startswith="plui-").update(visibility=Visibility.INTERNAL)
    assert listed() == []


def test_what_a_procedure_changed_at_a_place_is_with_it(plan: PlanInTime) -> None:
    before, after = listed(point="2.209,48.809")
    assert before["isFirst"]
    assert [(each["before"], each["after"]) for each in after["changes"]] == [(OLD, NEW)]


def test_a_procedure_has_no_change_where_it_changed_nothing(plan: PlanInTime) -> None:
    assert [each["changes"] for each in listed(point="2.215,48.809")] == [[], []]


def test_the_changes_are_the_same_at_each_date(plan: PlanInTime) -> None:
    today = listed(point="2.209,48.809")
    dated = ask(ADDRESS, {"point": "2.209,48.809", "plan-date": "2024-03-01"})
    assert dated.document["procedures"] == today


@pytest.mark.parametrize(
    ("parameters", "culprit"),
    [
        ({"f": "xml"}, "f"),
        ({"lieu": "x"}, "lieu"),
        ({"point": "x"}, "point"),
        ({"plan-date": "x"}, "plan-date"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_named(parameters: dict[str, str], culprit: str) -> None:
    answer = ask(ADDRESS, parameters)
    assert (answer.status, answer.document["parameter"]) == (400, culprit)
