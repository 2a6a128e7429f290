"""Classes of values: where they begin and end, and what they never do."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.maps.classification import METHODS, ValueClass, class_of, classify
from dashboards.maps.drawing import LARGEST_RADIUS, LEAST_RADIUS, largest_radius
from tests.examples import examples

VALUES = st.lists(st.integers(-1_000, 1_000).map(float), min_size=1, max_size=40)
METHOD = st.sampled_from(sorted(METHODS))
COUNT = st.integers(1, 7)


def test_quantiles_hold_as_many_values_each() -> None:
    assert [found.count for found in classify([float(n) for n in range(20)], 5)] == [4] * 5


def test_quantiles_never_part_equal_values() -> None:
    assert classify([1.0, 1.0, 1.0, 1.0, 9.0], 5) == (ValueClass(1, 1, 4), ValueClass(9, 9, 1))


def test_natural_breaks_fall_in_the_gaps() -> None:
    classes = classify([1, 2, 3, 50, 51, 90, 91, 92], 3, method="natural")
    assert [(found.low, found.high) for found in classes] == [(1, 3), (50, 51), (90, 92)]


def test_natural_breaks_hold_thousands_of_values() -> None:
    values = [float(n % 1_000) + (5_000 if n % 2 else 0) for n in range(4_000)]
    assert [found.high < 5_000 for found in classify(values, 2, method="natural")] == [True, False]


def test_no_value_makes_no_class() -> None:
    assert classify([], 5) == ()


def test_more_than_seven_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="from 1 to 7"):
        classify([1.0], 8)


@examples(200)
@given(VALUES, COUNT, METHOD)
def test_each_value_is_in_its_class(values: list[float], count: int, method: str) -> None:
    classes = classify(values, count, method=method)
    assert all(classes[class_of(classes, v)].low <= v <= classes[class_of(classes, v)].high for v in values)


@examples(200)
@given(VALUES, COUNT, METHOD)
def test_classes_follow_one_another(values: list[float], count: int, method: str) -> None:
    classes = classify(values, count, method=method)
    assert all(lower.high < upper.low for lower, upper in pairwise(classes))


@examples(200)
@given(VALUES, COUNT, METHOD)
def test_classes_count_every_value_once(values: list[float], count: int, method: str) -> None:
    assert sum(found.count for found in classify(values, count, method=method)) == len(values)


@examples(100)
@given(st.lists(st.integers(0, 50).map(float), min_size=1, max_size=9), st.integers(1, 4))
def test_natural_breaks_are_the_best_of_all(values: list[float], count: int) -> None:
    distinct = sorted(set(values))
    count = min(count, len(distinct))
    every = [
        [distinct[a:b] for a, b in pairwise((0, *cuts, len(distinct)))]
        for cuts in combinations(range(1, len(distinct)), count - 1)
    ]
    best = min(sum(_deviation([v for v in values if v in part]) for part in parts) for parts in every)
    found = classify(values, count, method="natural")
    assert sum(_deviation([v for v in values if c.low <= v <= c.high]) for c in found) == pytest.approx(best)


def _deviation(values: list[float]) -> float:
    middle = sum(values) / len(values)
    return sum((value - middle) ** 2 for value in values)


MAP_OF_SEVEN_COLUMNS = 665 * 330


@pytest.mark.parametrize(
    ("count", "radius"), [(1, LARGEST_RADIUS), (8, LARGEST_RADIUS), (64, 9.4), (5_000, LEAST_RADIUS)]
)
def test_circles_are_smaller_the_more_they_are(count: int, radius: float) -> None:
    assert largest_radius(count, MAP_OF_SEVEN_COLUMNS) == radius


def test_circles_are_smaller_on_a_smaller_map() -> None:
    assert largest_radius(64, MAP_OF_SEVEN_COLUMNS / 4) == 4.7


@given(st.integers(1, 5_000), st.integers(10_000, 1_000_000))
def test_circles_leave_most_of_a_map_free_unless_they_are_dots(count: int, area: int) -> None:
    radius = largest_radius(count, area)
    assert radius <= LEAST_RADIUS or count * 3.15 * radius**2 <= 0.09 * area
