"""The margin around the extent of a layer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.queries.territory import Bounds, enlarged

longitudes = st.tuples(st.floats(-180, 180), st.floats(-180, 180)).map(sorted)
latitudes = st.tuples(st.floats(-90, 90), st.floats(-90, 90)).map(sorted)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((2.21, 48.81, 2.21, 48.81), (2.2095, 48.8095, 2.2105, 48.8105)),
        ((2.1, 48.7, 2.3, 48.8), (2.096, 48.696, 2.304, 48.804)),
        ((2.10001, 48.70001, 2.30001, 48.79999), (2.096, 48.696, 2.3041, 48.804)),
        ((-180.0, -90.0, 180.0, 90.0), (-180.0, -90.0, 180.0, 90.0)),
    ],
    ids=["point", "2 % of the longer side", "outwards", "world"],
)
def test_an_extent_has_a_margin(bounds: Bounds, expected: Bounds) -> None:
    assert enlarged(bounds) == expected


@given(longitudes=longitudes, latitudes=latitudes)
def test_an_extent_holds_what_it_is_made_of(longitudes: list[float], latitudes: list[float]) -> None:
    (west, east), (south, north) = longitudes, latitudes
    around = enlarged((west, south, east, north))
    assert (around[0] <= west, around[1] <= south, around[2] >= east, around[3] >= north) == (True,) * 4
