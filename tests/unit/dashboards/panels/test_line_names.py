"""Names at the ends of lines: moved apart as little as it takes, so that each is read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.panels.charts.lines import spread
from tests.examples import count

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
