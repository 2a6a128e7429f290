"""Which versions are in force on a day, and which layers have rows of other days."""

from __future__ import annotations

import datetime as dt

import pytest

from gisportal.catalogue import CODED
from layers.errors import UnknownPlanDate
from plui.dated.periods import published_periods, versions_on
from plui.models import TABLES, PlanVersion
from plui.vocabulary import PlanState
from tests.factories import MEUDON, SEVRES
from tests.plan_in_time import CHANGE_DAY, FIRST_DAY, PlanInTime, plan_in_time, plan_version

DAY = dt.timedelta(days=1)


@pytest.fixture
def plan(db: None) -> PlanInTime:
    """Return the small document of three versions."""
    return plan_in_time()


def test_a_version_is_in_force_from_its_first_day(plan: PlanInTime) -> None:
    assert versions_on(FIRST_DAY) == (plan.elaboration.pk,)


def test_the_last_day_of_a_version_is_the_one_before_the_next(plan: PlanInTime) -> None:
    assert versions_on(CHANGE_DAY - DAY) == (plan.elaboration.pk,)


def test_what_is_online_answers_from_its_first_day_on(plan: PlanInTime) -> None:
    assert [versions_on(day) for day in (CHANGE_DAY, CHANGE_DAY + 10_000 * DAY)] == [(), ()]


def test_no_version_is_in_force_before_the_first(plan: PlanInTime) -> None:
    with pytest.raises(UnknownPlanDate):
        versions_on(FIRST_DAY - DAY)


def test_a_day_between_two_versions_has_none(plan: PlanInTime) -> None:
    PlanVersion.objects.filter(pk=plan.elaboration.pk).update(in_force_until=CHANGE_DAY - 30 * DAY)
    with pytest.raises(UnknownPlanDate):
        versions_on(CHANGE_DAY - DAY)


def test_a_portal_without_versions_has_no_day_of_a_plan(db: None) -> None:
    with pytest.raises(UnknownPlanDate):
        versions_on(CHANGE_DAY)


def test_the_versions_of_several_documents_are_in_force_together(plan: PlanInTime) -> None:
    other = plan_version("E", FIRST_DAY, state=PlanState.FORMER)
    PlanVersion.objects.filter(pk=other.pk).update(partition="200057974_A", state=PlanState.ONLINE)
    assert set(versions_on(FIRST_DAY)) == {plan.elaboration.pk, other.pk}


def test_a_commune_has_the_days_of_its_documents_alone(plan: PlanInTime) -> None:
    other = plan_version("E", FIRST_DAY - DAY)
    PlanVersion.objects.filter(pk=other.pk).update(
        partition="200057974_A", communes=[SEVRES], state=PlanState.ONLINE
    )
    assert versions_on(CHANGE_DAY - DAY, MEUDON) == (plan.elaboration.pk,)
    assert versions_on(CHANGE_DAY - DAY, SEVRES) == ()
    assert published_periods(SEVRES) == [(FIRST_DAY - DAY, None)]
    assert FIRST_DAY - DAY not in [first for first, _end in published_periods(MEUDON)]
    with pytest.raises(UnknownPlanDate) as refusal:
        versions_on(FIRST_DAY - DAY, MEUDON)
    assert "depuis le 31 décembre 2020" not in refusal.value.detail


def test_each_layer_of_a_plan_has_its_rows_of_other_days() -> None:
    twins = {live: twin._meta.db_table for live, twin in TABLES.values()}
    layers = [each for each in CODED.all() if each.model in twins]
    read = {each.slug: each.dated and each.dated.model._meta.db_table for each in layers}
    assert layers
    assert read == {each.slug: twins[each.model] for each in layers}


def test_rows_of_other_days_have_the_fields_of_their_layer() -> None:
    dated = [each for each in CODED.all() if each.dated is not None]
    for each in dated:
        assert each.dated is not None
        columns = {column.attname for column in each.dated.model._meta.concrete_fields}
        assert {field.source for field in each.fields} <= columns
