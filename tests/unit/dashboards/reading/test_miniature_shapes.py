"""Charts as small as a card: paths that follow the numbers of the panel's table."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dashboards.panels.kinds import MiniatureDrawing, PanelAnswer, PanelColumn, PanelTable
from dashboards.registry import PANEL_KINDS

NUMBER = PanelColumn("count", "Nombre", is_number=True)


def answered(rows: list[tuple[Any, ...]], *keys: str) -> PanelAnswer:
    """Return the answer of groups by some keys."""
    columns = (*(PanelColumn(key, key) for key in keys), NUMBER)
    return PanelAnswer(PanelTable(columns, tuple(rows)), matched=len(rows))


def drawn(kind: str, rows: list[tuple[Any, ...]], *keys: str) -> MiniatureDrawing:
    """Return what is drawn of groups."""
    found = PANEL_KINDS[kind].miniature(answered(rows, *keys), ()).drawing
    assert found is not None
    return found


def lengths(drawing: MiniatureDrawing) -> list[float]:
    """Return how long bars across are."""
    return [float(re.findall(r"h([\d.]+)", path)[0]) for _class, path in drawing.paths]


def test_bars_are_as_long_as_their_values_the_longest_first() -> None:
    assert lengths(drawn("bar", [("a", 5), ("b", 10)], "genre")) == [100, 50]


def test_the_parts_of_a_bar_follow_one_another_the_largest_first() -> None:
    drawing = drawn("stacked_bar", [("a", "x", 10), ("a", "y", 30)], "genre", "etat")
    assert [shade for shade, _path in drawing.paths] == ["shade-1", "shade-2"]
    assert lengths(drawing) == [75, 25]


def test_bars_of_periods_stand_in_their_order() -> None:
    drawing = drawn("bar", [("2023", 10), ("2024", 5)], "year:date")
    assert [path.split("v")[1].split("h")[0] for _class, path in drawing.paths] == ["40.0", "20.0"]


def test_a_line_goes_through_its_values_one_for_each_series() -> None:
    rows = [("mai", "a", 0), ("juin", "a", 4), ("mai", "b", 2), ("juin", "b", 2)]
    drawing = drawn("line", rows, "month:date", "type")
    assert [path for _class, path in drawing.paths] == ["M0.0 38.0L100.0 2.0", "M0.0 20.0L100.0 20.0"]


def test_a_trajectory_draws_what_was_measured() -> None:
    columns = (PanelColumn("year", "Année"), PanelColumn("measure", "Mesure", is_number=True))
    answer = PanelAnswer(PanelTable(columns, ((2023, 4), (2024, None), (2025, 0))), matched=1)
    drawing = PANEL_KINDS["trajectory"].miniature(answer, ()).drawing
    assert drawing is not None
    assert [path for _class, path in drawing.paths] == ["M0.0 2.0L100.0 38.0"]


def test_the_parts_of_a_ring_are_no_more_than_a_turn() -> None:
    assert len(drawn("donut", [("a", 1), ("b", 0), ("c", 3)], "genre").paths) == 2


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        pytest.param("bar", [], id="nothing"),
        pytest.param("bar", [("a", None)], id="no value"),
        pytest.param("bar", [("a", 0)], id="nothing but zero"),
        pytest.param("line", [("mai", 3)], id="one point"),
        pytest.param("donut", [("a", 0)], id="an empty whole"),
        pytest.param("scatter", [("a", 3)], id="one number"),
        pytest.param("gallery", [("a", 3)], id="a kind without drawing"),
    ],
)
def test_what_cannot_be_drawn_is_left_to_its_pictogram(kind: str, rows: list[tuple[Any, ...]]) -> None:
    assert PANEL_KINDS[kind].miniature(answered(rows, "genre"), ()).drawing is None
