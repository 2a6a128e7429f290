"""The drawing of a document puts panels where the grid of a page would."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from dashboards.documents.document import COLUMNS, Include, Panel, Section
from dashboards.reading.grid import MAX_ROWS, ROW, WIDTH, SketchPart, grid_positions, sketch
from tests.examples import examples

PANELS = st.lists(st.tuples(st.integers(1, COLUMNS), st.integers(1, 12)), max_size=12)


def panels(*sizes: tuple[int, int]) -> tuple[Panel, ...]:
    return tuple(
        Panel(f"p{rank}", "bar", width=width, height=height) for rank, (width, height) in enumerate(sizes)
    )


def places(*sizes: tuple[int, int]) -> list[tuple[int, int]]:
    return [(column, row) for column, row, _panel in grid_positions(panels(*sizes))]


def test_panels_fill_a_row_then_the_next() -> None:
    assert places((4, 2), (4, 2), (4, 2), (6, 2)) == [(0, 0), (4, 0), (8, 0), (0, 2)]


def test_a_panel_stands_beside_a_taller_one_and_under_what_precedes_it() -> None:
    assert places((6, 4), (6, 2), (6, 2)) == [(0, 0), (6, 0), (6, 2)]


def test_no_panel_goes_back_before_the_one_that_precedes_it() -> None:
    assert places((4, 1), (12, 1), (4, 1)) == [(0, 0), (0, 1), (0, 2)]


@examples(100)
@given(PANELS)
def test_no_two_panels_meet_and_none_leaves_the_grid(sizes: list[tuple[int, int]]) -> None:
    boxes = [
        (column, row, panel.width, panel.height) for column, row, panel in grid_positions(panels(*sizes))
    ]
    for first, second in itertools.combinations(boxes, 2):
        is_apart = (
            first[0] + first[2] <= second[0]
            or second[0] + second[2] <= first[0]
            or first[1] + first[3] <= second[1]
            or second[1] + second[3] <= first[1]
        )
        assert is_apart
    assert all(column + width <= COLUMNS for column, _row, width, _height in boxes)


def drawn(*sections: Section | Include, marked: tuple[str, ...] = ()) -> tuple[SketchPart, ...]:
    return sketch(sections, marked=marked).parts


def test_what_changed_is_marked_and_nothing_else() -> None:
    parts = drawn(Section("s", "", panels((6, 2), (6, 2))), Include("autre"), marked=("p1", "autre"))
    assert [part.is_marked for part in parts] == [False, True, True]


def test_a_section_with_a_title_has_it_drawn() -> None:
    assert [part.glyph for part in drawn(Section("s", "Titre", panels((6, 2))))] == ["title", "bars"]


def test_every_shape_stays_inside_its_panel() -> None:
    kinds = ("figure", "bar", "line", "map", "table", "donut", "text", "inconnu")
    wide = tuple(Panel(kind, kind, width=6, height=4) for kind in kinds)
    for part in drawn(Section("s", "", wide)):
        for x1, y1, x2, y2 in part.strokes:
            assert part.x <= min(x1, x2)
            assert max(x1, x2) <= part.x + part.width
            assert part.y <= min(y1, y2)
            assert max(y1, y2) <= part.y + part.height


def test_a_document_without_panels_is_a_drawing_too() -> None:
    assert sketch([]).view_box == f"0 0 {WIDTH} {2 * ROW}"


def test_a_long_document_is_cut() -> None:
    sections = [Section(f"s{rank}", "", panels((12, 12), (12, 12))) for rank in range(40)]
    assert sketch(sections).height < 2 * MAX_ROWS * ROW
