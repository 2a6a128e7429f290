"""How finely the surroundings of a geometry are drawn."""

from __future__ import annotations

import math

import pytest

from layers.sql.geometry import FINEST, quarter_of


@pytest.mark.parametrize(("metres", "tolerance"), [(300, 1), (300, 5), (1_000, 5), (10_000, 100)])
def test_fewest_segments_that_stray_from_the_circle_by_no_more_than_asked(
    metres: float, tolerance: float
) -> None:
    def stray(segments: int) -> float:
        return metres * (1 - math.cos(math.pi / 4 / segments))

    segments = quarter_of(metres, tolerance)
    assert 2 < segments < FINEST
    assert stray(segments) <= tolerance < stray(segments - 1)


def test_coarsest_circle_has_two_segments_a_quarter() -> None:
    assert quarter_of(10, 100) == 2


@pytest.mark.parametrize(("metres", "tolerance"), [(300, 0), (10_000, 0.01)])
def test_finest_circle_is_bounded(metres: float, tolerance: float) -> None:
    assert quarter_of(metres, tolerance) == FINEST
