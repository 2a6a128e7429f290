"""How many pairs of rows a spatial join is expected to meet, from the statistics of two tables."""

from __future__ import annotations

import pytest

from layers.sql.costs import DEFAULT_CHANCE, Spread, meeting_chance

# A square of 0.1 degree at the equator, where a degree is as long either way.
EXTENT = (0.0, 0.0, 0.1, 0.1)


def test_chance_is_the_share_of_the_extent_that_a_row_covers_both_ways() -> None:
    one, other = Spread(1_000, EXTENT, 0.01), Spread(1_000, EXTENT, 0.01)
    assert meeting_chance(one, other, 0) == pytest.approx(0.2 * 0.2)


def test_distance_widens_a_row_on_each_side() -> None:
    points = Spread(1_000, EXTENT)
    assert meeting_chance(points, points, 1_000) == pytest.approx((2 * 1_000 / 111_000 / 0.1) ** 2, rel=0.02)


def test_row_as_large_as_the_extent_meets_every_other() -> None:
    assert meeting_chance(Spread(10, EXTENT, 0.5), Spread(10, EXTENT), 0) == 1


def test_row_meets_one_other_at_least() -> None:
    assert meeting_chance(Spread(50, EXTENT, 1e-9), Spread(50, EXTENT), 0) == 1 / 50


@pytest.mark.parametrize("extents", [(None, EXTENT), (EXTENT, None)])
def test_tables_that_were_never_analysed_have_the_default_chance(
    extents: tuple[tuple[float, float, float, float] | None, ...],
) -> None:
    one, other = (Spread(10, extent, 0.01) for extent in extents)
    assert meeting_chance(one, other, 0) == DEFAULT_CHANCE
