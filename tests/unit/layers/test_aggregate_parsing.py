"""Group keys, measures, order and bound of an aggregate: each is read once, or refused by name."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import InvalidParameter, LayersError, UnknownParameter
from layers.parsing import SortKey
from layers.parsing.aggregates import (
    COUNT,
    DEFAULT_GROUPS,
    MAX_BINS,
    MAX_GROUPS,
    MAX_KEYS,
    MAX_MEASURES,
    SHAPING,
    AggregateMeasure,
    AggregateQuery,
    FieldPeriod,
    GroupKey,
    parse_aggregate,
)
from layers.parsing.datetimes import Interval
from layers.parsing.query import SELECTING


def read(text: str, *allowed: str) -> AggregateQuery:
    return parse_aggregate(parse_qs(text, keep_blank_values=True), allowed=allowed)[1]


def refused(text: str) -> str:
    with pytest.raises(InvalidParameter) as caught:
        read(text)
    return caught.value.parameter


def test_nothing_asked_is_how_many_there_are() -> None:
    assert read("") == AggregateQuery((), (COUNT,), (), DEFAULT_GROUPS)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("typezone", GroupKey("typezone", "typezone")),
        ("année", GroupKey("année", "année")),
        ("year:date_pose", GroupKey("date_pose", "year:date_pose", period="year")),
        ("week:date_pose", GroupKey("date_pose", "week:date_pose", period="week")),
        ("width5:hauteur", GroupKey("hauteur", "width5:hauteur", width=Decimal(5))),
        ("width0.25:hauteur", GroupKey("hauteur", "width0.25:hauteur", width=Decimal("0.25"))),
        ("bins10:hauteur", GroupKey("hauteur", "bins10:hauteur", bins=10)),
        (f"bins{MAX_BINS}:x", GroupKey("x", f"bins{MAX_BINS}:x", bins=MAX_BINS)),
    ],
)
def test_a_group_key_is_a_property_perhaps_cut(text: str, key: GroupKey) -> None:
    assert read(f"group_by={text}").keys == (key,)


@pytest.mark.parametrize(
    "text",
    [
        "", ",", "a,", ",a", "a,a", ":a", "year:", "year1:a", "decade:a", "width:a", "width0:a", "width0.0:a",
        "width-1:a", "width1e3:a", "widthNaN:a", "width1234567890123:a", "bins:a", "bins0:a", "bins1.5:a", "bins201:a",
        "bins٣:a", "bins" + "1" * 5000 + ":a", "YEAR:a", "a:b:", " :a", ",".join(f"k{n}" for n in range(MAX_KEYS + 1)),
    ],
)  # fmt: skip
def test_a_malformed_group_key_is_refused(text: str) -> None:
    assert refused(f"group_by={text}") == "group_by"


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("count", COUNT),
        ("area", AggregateMeasure("area", "area")),
        ("length", AggregateMeasure("length", "length")),
        ("sum:surface", AggregateMeasure("sum", "sum:surface", "surface")),
        ("median:x", AggregateMeasure("median", "median:x", "x")),
        ("distinct:genre", AggregateMeasure("distinct", "distinct:genre", "genre")),
        ("p90:x", AggregateMeasure("percentile", "p90:x", "x", share=0.9)),
        ("p0:x", AggregateMeasure("percentile", "p0:x", "x", share=0.0)),
        ("p99.9:x", AggregateMeasure("percentile", "p99.9:x", "x", share=0.999)),
        ("p100:x", AggregateMeasure("percentile", "p100:x", "x", share=1.0)),
        ("median:days:a..b", AggregateMeasure("median", "median:days:a..b", "days:a..b")),
    ],
)
def test_a_measure_is_a_function_of_a_property(text: str, measure: AggregateMeasure) -> None:
    assert read(f"measures={text}").measures == (measure,)


@pytest.mark.parametrize(
    "text",
    [
        "", "count,", "count,count", "sum", "sum:", "sum5:x", "p:x", "p101:x", "p-1:x", "p90", "p1e1:x", "count:x",
        "area:x", "variance:x", "p0.0000001:x", "percentile:x", "days:a..b",
        "sum:days:", "sum:days:a", "sum:days:a..", "sum:days:..b", "sum:days:a...b", "sum:days:a..b..c", "sum:days:a/b",
        "sum:days:a:b..c", "sum:days:x.y.z..b", "share:sum:days:a",
        ",".join(f"sum:x{n}" for n in range(MAX_MEASURES + 1)),
    ],
)  # fmt: skip
def test_a_malformed_measure_is_refused(text: str) -> None:
    assert refused(f"measures={text}") == "measures"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("median:days:a..b", ("a", "b")),
        ("p90:days:feature.a..b", ("feature.a", "b")),
        ("max:days:a..feature.b", ("a", "feature.b")),
        ("median:days", None),
        ("median:a", None),
    ],
)
def test_days_go_from_a_date_to_another(text: str, ends: tuple[str, str] | None) -> None:
    (measure,) = read(f"measures={text}").measures
    assert measure.ends() == ends


SUM_A, SUM_B = AggregateMeasure.of("sum", "a"), AggregateMeasure.of("sum", "b")


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("share:count", AggregateMeasure("share", "share:count", parts=(COUNT,))),
        ("share:sum:a", AggregateMeasure.derived("share", SUM_A)),
        ("ratio:sum:a/sum:b", AggregateMeasure.derived("ratio", SUM_A, SUM_B)),
        (
            "ratio:100*sum:a/sum:b",
            AggregateMeasure("ratio", "ratio:100*sum:a/sum:b", parts=(SUM_A, SUM_B), times=100.0),
        ),
        (
            "ratio:count/distinct:b",
            AggregateMeasure.derived("ratio", COUNT, AggregateMeasure.of("distinct", "b")),
        ),
        ("per_inhabitant:count", AggregateMeasure.derived("per_inhabitant", COUNT)),
        ("per_km2:area", AggregateMeasure.derived("per_km2", AggregateMeasure.of("area"))),
        ("cumulated:sum:b", AggregateMeasure.derived("cumulated", SUM_B)),
        ("change:avg:a", AggregateMeasure.derived("change", AggregateMeasure.of("avg", "a"))),
    ],
)
def test_a_measure_is_derived_from_others(text: str, measure: AggregateMeasure) -> None:
    assert read(f"measures={text}").measures == (measure,)


@pytest.mark.parametrize(
    "text",
    [
        "share", "share:", "share:avg:a", "share:share:count", "share:distinct:a", "cumulated:avg:a", "change:",
        "change:nothing:a", "per_inhabitant:avg:a", "per_km2:median:a", "ratio:count", "ratio:/count", "ratio:count/",
        "ratio:ratio:count/count/count", "per_km3:count",
        "ratio:0*count/count", "ratio:*count/count", "ratio:-2*count/count", "ratio:1e3*count/count", "share:2*count",
    ],
)  # fmt: skip
def test_a_measure_derived_from_what_does_not_fit_is_refused(text: str) -> None:
    assert refused(f"measures={text}") == "measures"


def test_series_are_a_key_whose_numbers_are_summed() -> None:
    asked = read("group_by=commune&series=a,b")
    assert asked.series == ("a", "b")
    assert [str(key) for key in asked.keys] == ["commune", "series"]
    assert [str(measure) for measure in asked.measures] == ["sum:value"]


def test_the_key_of_series_stands_where_it_is_asked() -> None:
    assert [str(key) for key in read("group_by=series,commune&series=a,b").keys] == ["series", "commune"]


def test_related_records_are_filtered_and_dated() -> None:
    asked = read("relation=inspections&relation-filter=type='x'&period=date:2025-01-01/..")
    assert asked.relation == "inspections"
    assert asked.record_filter is not None
    assert asked.periods == (FieldPeriod("date", Interval(dt.date(2025, 1, 1), None)),)


def test_another_filter_of_records_is_another_question() -> None:
    texts = ("relation=a&relation-filter=x=1", "relation=a&relation-filter=x=2", "relation=a")
    assert len({read(text) for text in texts}) == 3


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("relation=", "relation"),
        ("relation-filter=a=1", "relation-filter"),
        ("relation=a&relation-filter=a=", "relation-filter"),
        ("series=", "series"),
        ("series=a,a", "series"),
        ("period=date", "period"),
        ("period=:2025-01-01", "period"),
        ("period=date:", "period"),
        ("period=date:../..", "period"),
        ("period=date:2025-02-30", "period"),
        ("period=date:2026-01-01/2025-01-01", "period"),
        ("empty=", "empty"),
        ("empty=1", "empty"),
    ],
)
def test_a_malformed_choice_of_rows_names_its_parameter(text: str, culprit: str) -> None:
    assert refused(text) == culprit


def test_groups_are_sorted_on_columns_of_the_answer() -> None:
    asked = read("group_by=commune,year:pose&measures=count,sum:x&sortby=-sum:x,%2Byear:pose,commune")
    assert asked.sort == (SortKey("sum:x", True), SortKey("year:pose"), SortKey("commune"))


@pytest.mark.parametrize(
    "text", ["", "surface", "-surface", "count,count", "count,-count", "--count", "x,count"]
)
def test_an_order_over_anything_else_is_refused(text: str) -> None:
    assert refused(f"group_by=commune&sortby={text}") == "sortby"


@pytest.mark.parametrize("text", ["0", "-1", "", "1.5", "1e3", "000", "٣", " 1"])
def test_a_bound_out_of_its_bounds_is_refused(text: str) -> None:
    assert refused(f"limit={text}") == "limit"


@pytest.mark.parametrize("text", [f"{MAX_GROUPS}", f"{MAX_GROUPS + 1}", "9" * 400])
def test_a_bound_over_the_largest_is_the_largest(text: str) -> None:
    assert read(f"limit={text}").limit == MAX_GROUPS


@pytest.mark.parametrize("name", ["properties", "cursor", "crs", "groupby", "f"])
def test_what_shapes_features_is_unknown_here(name: str) -> None:
    with pytest.raises(UnknownParameter) as caught:
        read(f"{name}=a")
    assert caught.value.parameter == name


def test_a_parameter_of_the_protocol_is_let_through() -> None:
    assert read("f=html", "f") == AggregateQuery()


def test_what_selects_features_is_read_as_for_features() -> None:
    selecting, _asked = parse_aggregate({"commune": ["92048"], "q": ["cèdre"], "group_by": ["genre"]})
    assert (selecting.communes, selecting.text) == (("92048",), "cèdre")
    assert selecting.fingerprint == (("commune", "92048"), ("q", "cèdre"))


@pytest.mark.parametrize("name", [name for name in SELECTING if name != "touching"])
def test_a_null_character_is_refused_in_what_selects(name: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse_aggregate({name: ["a\x00b"]})
    assert caught.value.parameter == name


@given(
    st.dictionaries(
        st.sampled_from(SHAPING),
        st.lists(st.text(max_size=30), max_size=2),
    )
)
def test_any_text_is_read_or_refused(parameters: dict[str, list[str]]) -> None:
    try:
        _selecting, asked = parse_aggregate(parameters)
    except LayersError:
        return
    assert 1 <= asked.limit <= MAX_GROUPS
