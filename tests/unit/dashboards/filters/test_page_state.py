"""The filters of a page are read once from its address, and written back the same."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dashboards.filters.parsing import PageState, Period, joined, parse_state, split
from layers.errors import InvalidParameter, LayersError, UnknownParameter

TEXTS = st.text(
    st.characters(blacklist_characters="\x00", blacklist_categories=("Cs",)), min_size=1, max_size=12
)
STATE = PageState(("92048",), Period(dt.date(2025, 1, 1), None), {"etat": ("bon", "a,b")})


@given(st.lists(TEXTS, max_size=6))
def test_values_are_read_back_as_they_were_written(values: list[str]) -> None:
    assert split(joined(values)) == values


def test_a_state_is_read_back_from_its_own_address() -> None:
    assert parse_state({name: [value] for name, value in STATE.pairs}) == STATE


def test_the_boxes_of_a_form_come_one_by_one() -> None:
    assert parse_state({"commune": ["92048", "92040"], "etat": ["bon", "a\\,b"]}) == PageState(
        ("92048", "92040"), None, {"etat": ("bon", "a,b")}
    )


def test_what_a_form_leaves_empty_asks_nothing() -> None:
    assert parse_state({"commune": [""], "periode": [""], "etat": [""]}) == PageState()


def test_a_period_counted_from_today_stays_one_in_the_address() -> None:
    state = parse_state({"periode": ["this-year"]})
    today = timezone.localdate()
    assert state.query == "periode=this-year"
    assert state.period == Period(dt.date(today.year, 1, 1), dt.date(today.year, 12, 31), "this-year")
    assert state.period.condition == "this-year"


@pytest.mark.parametrize(
    "text",
    [
        "hier",
        "last-14-moons",
        "last-9999-years",
        "2025-01-01",
        "../..",
        "2025-02-30/..",
        "2025-02-01/2025-01-01",
        "a/b/c",
    ],
)  # fmt: skip
def test_a_period_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse_state({"periode": [text]})
    assert refused.value.parameter == "periode"


@pytest.mark.parametrize("name", ["a.b", "1a", "é", "a-b", "x" * 64])
def test_what_no_field_is_called_is_an_unknown_filter(name: str) -> None:
    with pytest.raises(UnknownParameter) as refused:
        parse_state({name: ["1"]})
    assert refused.value.parameter == name[:60]


@pytest.mark.parametrize(
    "parameters",
    [
        {"commune": ["Meudon"]},
        {"etat": ["bon\x00"]},
        {"etat": ["x" * 2_001]},
        {"etat": [",".join(map(str, range(101)))]},
        {f"f{number}": ["1"] for number in range(21)},
        {"periode": ["2025-01-01/..", "2026-01-01/.."]},
    ],
    ids=["commune", "null", "long", "many values", "many filters", "twice"],
)
def test_what_is_too_much_or_malformed_is_refused(parameters: dict[str, list[str]]) -> None:
    with pytest.raises(LayersError):
        parse_state(parameters)


def test_a_click_asks_a_value_alone_and_a_second_one_no_more() -> None:
    once = STATE.toggled("etat", "bon")
    assert once.values == {"etat": ("bon",)}
    assert once.toggled("etat", "bon").values == {}
