"""Names at the ends of lines: moved apart as little as it takes, so that each is read."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.panels.charts.lines import LineChart, has_names, line_chart, spread
from tests.examples import count
from tests.panels import layers_of

PLACES = st.lists(st.floats(0, 300), min_size=1, max_size=9).map(sorted)


def test_names_that_are_far_stay_at_their_points() -> None:
    assert spread([10, 50, 90], 17) == [10, 50, 90]


def test_names_that_touch_keep_their_middle() -> None:
    assert spread([100, 100], 17) == [91.5, 108.5]


@settings(max_examples=count(200))
@given(PLACES)
def test_no_name_lies_on_another(places: list[float]) -> None:
    moved = spread(places, 17)
    assert all(below - above >= 17 - 1e-6 for above, below in pairwise(moved))


@settings(max_examples=count(200))
@given(PLACES)
def test_names_are_moved_around_where_they_were(places: list[float]) -> None:
    assert sum(spread(places, 17)) == pytest.approx(sum(places), abs=1e-6)


def lines(ends: dict[str, float], *, last: dict[str, str] | None = None) -> LineChart:
    """Return a chart of a line for each name, from zero to its end."""
    rows = [
        {"k0": day, "l0": day, "l1": name, "v0": value, "w0": "", "tip": "", "filters": []}
        for name, end in ends.items()
        for day, value in (("2026-01-01", 0.0), ((last or {}).get(name, "2026-02-01"), end))
    ]
    filters = [("genre", name) for name in ends]
    return LineChart(
        rows, "", 200, "month", series=tuple(ends), filters=filters, colours=["brand"] * len(ends)
    )


@pytest.mark.parametrize(
    ("chart", "are_named"),
    [
        pytest.param(lines({"Vanves": 5, "Meudon": 80}), True, id="two short names"),
        pytest.param(lines({"Vanves": 79, "Meudon": 80}), True, id="two names that are close"),
        pytest.param(lines({"Ouverture d’un tableau": 5, "Appel": 80}), False, id="a long name"),
        pytest.param(lines({f"Ligne {n}": n * 10 for n in range(7)}), False, id="seven names"),
        pytest.param(lines({f"Ligne {n}": 80 for n in range(6)}), False, id="six lines that end together"),
        pytest.param(
            lines({"Vanves": 5, "Meudon": 80}, last={"Vanves": "2026-03-01"}),
            False,
            id="lines that end apart",
        ),
        pytest.param(lines({}), False, id="no line"),
    ],
)
def test_names_stand_at_the_ends_where_each_is_read(chart: LineChart, are_named: bool) -> None:
    assert has_names(chart) is are_named
    assert bool(texts(line_chart(chart)) if chart.rows else []) is are_named


def texts(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the names that a click filters by."""
    return [row for mark, rows in layers_of(spec) if mark["type"] == "text" and mark["aria"] for row in rows]


def test_a_name_filters_by_its_line() -> None:
    named = texts(line_chart(lines({"Vanves": 5, "Meudon": 80})))
    assert {row["l1"]: row["filters"] for row in named} == {
        "Vanves": [["genre", "Vanves"]],
        "Meudon": [["genre", "Meudon"]],
    }


def with_running(*, is_filled: bool = False) -> dict[str, Any]:
    """Return the chart of three months of which the last is not over."""
    rows = [
        {"k0": f"2026-0{month}-01", "l0": str(month), "v0": value, "w0": "", "tip": "", "filters": []}
        | ({"running": True} if month == 3 else {})
        for month, value in ((1, 30.0), (2, 31.0), (3, 2.0))
    ]
    return line_chart(LineChart(rows, "", 200, "month", is_filled=is_filled))


def drawn(spec: dict[str, Any]) -> list[tuple[str, bool, list[str]]]:
    """Return the marks of a chart: their kind, whether they are hollow, the months that they go through."""
    return [
        (mark["type"], mark.get("filled") is False, [row["l0"] for row in rows])
        for mark, rows in layers_of(spec)
    ]


def test_the_period_that_is_not_over_is_drawn_apart() -> None:
    assert drawn(with_running()) == [
        ("line", False, ["1", "2"]),
        ("point", False, ["1", "2"]),
        ("point", True, ["3"]),
    ]


def test_an_area_leaves_the_period_that_is_not_over_out() -> None:
    assert drawn(with_running(is_filled=True)) == [("area", False, ["1", "2"]), ("point", False, ["1", "2"])]


def test_names_stand_at_the_end_of_the_lines_not_at_a_running_period() -> None:
    chart = lines({"Vanves": 5, "Meudon": 80})
    running = [
        {"k0": "2026-03-01", "l0": "", "l1": name, "v0": 0.0, "tip": "", "filters": [], "running": True}
        for name in ("Vanves", "Meudon")
    ]
    spec = line_chart(replace(chart, rows=[*chart.rows, *running]))
    named = {row["l1"]: row["v0"] for mark, rows in layers_of(spec) if mark["type"] == "text" for row in rows}
    assert named == {"Vanves": 5, "Meudon": 80}
