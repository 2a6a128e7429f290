"""Instants on the clock of Paris, at both changes of hour."""

from __future__ import annotations

import datetime as dt

import pytest

from publication.errors import AmbiguousInstant, InvalidInstant
from publication.forms import PlanForm, plan_values
from publication.instants import FIRST, SECOND, local_instant, turn_of

FORWARD, BACK = dt.date(2027, 3, 28), dt.date(2027, 10, 31)
HALF_PAST_TWO = dt.time(2, 30)


def utc(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), dt.UTC)


def test_an_hour_of_paris_is_an_instant() -> None:
    assert local_instant(dt.date(2027, 1, 4), dt.time(8)) == utc(dt.date(2027, 1, 4), 7)
    assert local_instant(dt.date(2027, 7, 5), dt.time(8)) == utc(dt.date(2027, 7, 5), 6)


def test_an_hour_that_clocks_jump_over_is_refused_by_name() -> None:
    with pytest.raises(InvalidInstant, match="02:30 n’existe pas le 28/03/2027") as refusal:
        local_instant(FORWARD, HALF_PAST_TWO, parameter="ends_at")
    assert refusal.value.parameter == "ends_at"


def test_an_hour_that_exists_twice_needs_a_choice() -> None:
    with pytest.raises(AmbiguousInstant, match="02:30 existe deux fois le 31/10/2027"):
        local_instant(BACK, HALF_PAST_TWO)
    assert local_instant(BACK, HALF_PAST_TWO, turn=FIRST) == utc(BACK, 0, 30)
    assert local_instant(BACK, HALF_PAST_TWO, turn=SECOND) == utc(BACK, 1, 30)


@pytest.mark.parametrize("turn", [FIRST, SECOND])
def test_a_form_gives_back_the_hour_that_was_chosen(turn: str) -> None:
    instant = local_instant(BACK, HALF_PAST_TWO, turn=turn)
    values = plan_values(starts_at=None, ends_at=instant)
    assert values["ends_turn"] == turn_of(instant) == turn
    form = PlanForm({name: str(value) for name, value in values.items()})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["ends_at"] == instant


def test_the_list_of_two_hours_is_there_when_an_hour_exists_twice() -> None:
    form = PlanForm({"ends_day": "2027-10-31", "ends_time": "02:30"})
    assert not form.is_valid()
    assert form.asks_turns == {"ends"}
    assert PlanForm({"ends_day": "2027-10-31", "ends_time": "04:30"}).asks_turns == set()


def test_an_hour_without_its_day_is_refused() -> None:
    form = PlanForm({"starts_time": "08:00"})
    assert list(form.errors) == ["starts_day"]
