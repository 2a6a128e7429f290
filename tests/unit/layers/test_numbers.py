"""Whole numbers of texts: bounded before they are converted, whatever wrote them."""

from __future__ import annotations

import pytest

from dashboards.panels.states import in_reading_order
from datasets.readers.headers import find_header
from datasets.readers.source import ReadOptions
from layers.errors import InvalidParameter
from layers.parsing.aggregates import parse_aggregate
from layers.parsing.numbers import MAX_BIGINT, parse_integer
from layers.parsing.raster_styles import RasterStyle, parse_style

HUGE = "9" * 6_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "-1",
        "+1",
        "1.0",
        "1e3",
        "1_000",
        "٣",
        "²",
        "³4",
        "0x1",
        HUGE,
        "0" * 6_000,
        str(MAX_BIGINT + 1),
    ],
)
def test_what_is_no_number_of_a_column_is_none(text: str) -> None:
    assert parse_integer(text) is None


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), (str(MAX_BIGINT), MAX_BIGINT)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert parse_integer(text) == number


def test_a_number_out_of_its_bounds_is_none() -> None:
    assert [parse_integer(text, minimum=1, maximum=200) for text in ("0", "1", "200", "201")] == [
        None,
        1,
        200,
        None,
    ]


@pytest.mark.parametrize("bins", ["000000001" + "5" * 6_000, "00000001999999999999", HUGE, "0", "201"])
def test_bins_of_an_aggregate_are_bounded(bins: str) -> None:
    with pytest.raises(InvalidParameter):
        parse_aggregate({"group_by": [f"bins{bins}:hauteur"]})


def test_texts_with_numbers_of_any_length_are_ordered() -> None:
    texts = [HUGE, "10²", "2²", "²", "٣"]
    assert in_reading_order(texts)[:2] == ["2²", "10²"]


def test_first_rows_with_numbers_of_any_length_are_read() -> None:
    rows = [(line, [HUGE, HUGE]) for line in range(1, 5)]
    assert find_header(rows, ReadOptions()).rows == 0


@pytest.mark.parametrize("name", ["opacity", "rescale"])
def test_a_style_of_a_raster_holds_numbers_of_a_float(name: str) -> None:
    value = {"opacity": 10**400, "rescale": [0, 10**400]}[name]
    with pytest.raises(ValueError, match=name):
        parse_style({name: value}, default=RasterStyle(), bands=1)
