"""Panels of a section close up where others are absent: no hole tells that something is hidden."""

from __future__ import annotations

import pytest

from dashboards.documents.document import Panel
from dashboards.reading.grid import fill_gaps, screens


def widths(sizes: list[tuple[int, int]], absent: str) -> list[int]:
    """Return the widths of what stays of panels named a, b, c… of some widths and heights."""
    panels = [
        Panel("abcdef"[place], "text", width=wide, height=high) for place, (wide, high) in enumerate(sizes)
    ]
    return [panel.width for panel in fill_gaps(panels, absent)]


@pytest.mark.parametrize(
    ("sizes", "absent", "expected"),
    [
        pytest.param([(3, 2), (9, 4)], "", [3, 9], id="nothing is absent"),
        pytest.param([(3, 2), (9, 4)], "a", [12], id="its neighbour takes the row"),
        pytest.param([(3, 2)] * 4, "bd", [6, 6], id="neighbours share what is left"),
        pytest.param([(3, 2)] * 4, "c", [4, 4, 4], id="in equal parts"),
        pytest.param([(4, 2), (4, 2), (4, 2)], "a", [6, 6], id="a third each becomes a half"),
        pytest.param([(5, 2), (4, 2), (3, 2)], "c", [7, 5], id="in proportion, and whole"),
        pytest.param([(6, 2), (6, 2), (6, 2)], "a", [12, 6], id="another row stays as it is"),
        pytest.param([(6, 2), (6, 2), (12, 2)], "c", [6, 6], id="a whole row goes"),
        pytest.param([(4, 2), (4, 2)], "b", [8], id="what authors leave free stays free"),
        pytest.param([(8, 4), (4, 2), (4, 2)], "a", [6, 6], id="those beside a high one stand side by side"),
        pytest.param([(8, 4), (4, 2), (4, 2)], "b", [8, 4], id="beside a high one"),
    ],
)
def test_neighbours_take_the_room_of_what_is_absent(
    sizes: list[tuple[int, int]], absent: str, expected: list[int]
) -> None:
    assert widths(sizes, absent) == expected


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param([(3, 2)] * 4, ["abcd"], id="one band"),
        pytest.param([(3, 2)] * 4 + [(12, 6)], ["abcde"], id="as many rows as a screen has"),
        pytest.param([(7, 5), (5, 5), (6, 4), (6, 4)], ["ab", "cd"], id="bands that do not fit follow"),
        pytest.param(
            [(7, 5), (5, 5), (12, 3), (12, 3)], ["abc", "d"], id="bands fit as long as there is room"
        ),
        pytest.param([(8, 4), (4, 2), (4, 2), (12, 4)], ["abcd"], id="panels beside a high one are its band"),
        pytest.param([(12, 11), (12, 3)], ["a", "b"], id="a band higher than a screen is alone"),
        pytest.param([(7, 4), (5, 4), (12, 4), (12, 2)], ["abcd"], id="a low last band is not alone"),
        pytest.param([(12, 8), (12, 1), (12, 3)], ["a", "bc"], id="a low band that is not the last follows"),
    ],
)
def test_a_hall_screen_holds_whole_bands(sizes: list[tuple[int, int]], expected: list[str]) -> None:
    panels = [Panel("abcdef"[at], "text", width=wide, height=high) for at, (wide, high) in enumerate(sizes)]
    assert ["".join(names) for names in screens(panels)] == expected
