"""Numbers into classes: the limits of mapclassify, rounded so that nearly every value stays in its class."""

from __future__ import annotations

import math

import mapclassify
import numpy as np
import pytest

from layers.styles.definitions import ClassMethod
from styles.classification import MAX_COMPARED, classify, with_limits

SKEWED = np.random.default_rng(7).lognormal(sigma=0.8, size=900)


def test_quantiles_are_those_of_mapclassify_but_for_rounding() -> None:
    found = classify(SKEWED, 5, ClassMethod.QUANTILES)
    ours = np.array(found.counts)
    theirs = mapclassify.Quantiles(SKEWED, k=5).counts
    assert np.abs(ours - theirs).max() <= 0.02 * SKEWED.size


@pytest.mark.filterwarnings("ignore::UserWarning")  # numba is not installed
def test_natural_breaks_are_those_of_mapclassify_and_explain_more_than_quantiles() -> None:
    values = SKEWED[:MAX_COMPARED]
    theirs = mapclassify.FisherJenks(values, k=5)
    assert classify(values, 5, ClassMethod.JENKS).fit >= classify(values, 5, ClassMethod.QUANTILES).fit
    assert np.abs(np.array(classify(values, 5, ClassMethod.JENKS).counts) - theirs.counts).max() <= 8


def test_equal_classes_have_one_step_that_people_read() -> None:
    assert classify([0.3, 4, 81.97], 5, ClassMethod.EQUAL).limits == (0, 17, 34, 51, 68, 85)


def test_limits_are_short_and_hold_every_value() -> None:
    found = classify(SKEWED, 5, ClassMethod.QUANTILES)
    assert all(len(f"{limit:g}") <= 5 for limit in found.limits)
    assert sum(found.counts) == SKEWED.size


@pytest.mark.parametrize("method", [ClassMethod.QUANTILES, ClassMethod.EQUAL, ClassMethod.JENKS])
@pytest.mark.parametrize(
    "values",
    [[5, 5, 5], [1, 2], [-1e9, 0, 3, 1e12], [1e-7, 2e-7, 5e-7], [1, 1, 2, 5, 5, 9, None, math.inf, math.nan]],
)
def test_few_or_extreme_values_make_classes_that_go_up_and_hold_them(
    values: list[float | None], method: ClassMethod
) -> None:
    kept = [value for value in values if value is not None and math.isfinite(value)]
    found = classify(np.array(values, dtype=float), 5, method)
    assert list(found.limits) == sorted(found.limits)
    assert sum(found.counts) == len(kept)
    assert len(found.counts) <= 5


def test_no_number_makes_no_class() -> None:
    assert classify([math.nan], 5, ClassMethod.JENKS).limits == ()


def test_the_higher_limit_is_in_the_last_class_alone() -> None:
    assert with_limits([0, 1, 2, 3, 9], (0, 1, 3)).counts == (1, 3)


def test_classes_that_part_all_the_variance_fit_wholly() -> None:
    assert with_limits([1, 1, 5, 5], (1, 3, 5)).fit == 1
    assert with_limits([1, 2, 3, 4], (1, 4)).fit == 0


@pytest.mark.parametrize("count", [1, 10])
def test_too_few_or_too_many_classes_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="classes"):
        classify([1, 2, 3], count, ClassMethod.JENKS)
