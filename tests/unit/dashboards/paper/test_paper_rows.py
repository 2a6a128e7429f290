"""How panels stand side by side on the sheet of a file, and how high their drawings are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashboards.documents.document import Panel
from dashboards.filters.conditions import PanelFilters
from dashboards.models import Orientation, PaperSize
from dashboards.panels.charts.bars import BarChart, bar_chart
from dashboards.panels.charts.drawing import MULTIPLE_WIDTH, Picture, printable
from dashboards.panels.kinds import PanelAnswer, PanelColumn, PanelTable
from dashboards.panels.presenters import present
from dashboards.panels.small_multiples.kind import MultiplesChart, multiples_chart
from dashboards.paper import pages
from dashboards.paper.html import as_printed
from dashboards.paper.layout import PaperLayout
from dashboards.paper.pages import estimated_pages
from dashboards.paper.rows import DENSITIES, READABLE, PanelContent, RowSize, printed_row, rows_of, spared_row
from dashboards.reading.panels import PanelReading
from dashboards.registry import PANEL_KINDS

A4, A3 = PaperLayout(), PaperLayout(PaperSize.A3, Orientation.LANDSCAPE)
WIDE, CLOSE = DENSITIES[0], DENSITIES[-1]


def bars(count: int) -> dict[str, Any]:
    """Return the specification of bars across, one a name."""
    rows = [{"l0": f"Nom {n}", "v0": n, "w0": str(n), "tip": "", "filters": []} for n in range(count)]
    return bar_chart(BarChart(rows, "Des barres", 180))


def read(name: str, kind: str = "bar", width: int = 6, rows: int = 4, **answer: Any) -> PanelContent:
    """Return a panel that was read: a chart of four bars, or a table."""
    columns = tuple(PanelColumn(str(n), f"Colonne {n}") for n in range(2))
    table = PanelTable(columns, tuple((f"Ligne {n}", "x") for n in range(rows)))
    spec = bars(4) if kind == "bar" else None
    panel = Panel(name, kind, title=name, width=width)
    made = PanelAnswer(table, rows, **{"spec": spec, "context": {}, **answer})
    presented = present(panel, PANEL_KINDS[kind], made)
    return PanelContent(PanelReading(panel, made, PanelFilters()), presented)


def replace_kind(content: PanelContent, kind: str) -> PanelContent:
    """Return a panel of another kind, not read yet."""
    panel = replace(content.panel, kind=kind)
    return PanelContent(PanelReading(panel, None, PanelFilters()), None)


def stands(*panels: PanelContent, layout: PaperLayout = A4) -> list[list[str]]:
    """Return the rows of a section: the names of the panels of each column."""
    return [
        ["+".join(panel.panel.id for panel in column.panels) for column in row]
        for row in rows_of(panels, WIDE, layout)
    ]


def test_panels_stand_side_by_side_as_on_the_screen() -> None:
    assert stands(read("a", width=7), read("b", width=5), read("c"), read("d")) == [["a", "b"], ["c", "d"]]


def test_a_wider_sheet_has_more_of_them_in_a_row() -> None:
    assert stands(*(read(name) for name in "abcd"), layout=A3) == [["a", "b", "c", "d"]]


def test_rows_are_about_as_full_as_each_other() -> None:
    panels = [read(name, width=4) for name in "abcd"]
    assert stands(*panels) == [["a", "b"], ["c", "d"]]


def test_two_key_figures_stand_one_above_the_other_beside_a_drawing() -> None:
    panels = read("a", width=7), read("n", "figure"), read("m", "figure"), read("b", width=5)
    assert stands(*panels) == [["a", "n+m", "b"]]


def test_a_key_figure_after_full_rows_is_no_row_alone() -> None:
    panels = [read(name, width=6) for name in "abcd"]
    assert stands(*panels, read("n", "figure")) == [["a", "b"], ["c", "d", "n"]]


@pytest.mark.parametrize("kind", ["gallery", "trajectory"])
@pytest.mark.parametrize("layout", [A4, A3], ids=["narrow", "wide"])
def test_photos_and_trajectories_are_as_wide_as_they_need(kind: str, layout: PaperLayout) -> None:
    panels = [replace_kind(read("a", width=3), kind), *(read(name, width=3) for name in "bcde")]
    for row in rows_of(panels, CLOSE, layout):
        size = RowSize(row, {}, CLOSE, layout)
        for column in row:
            if column.panels[0].panel.id == "a":
                assert size.width(column) >= 0.9 * PANEL_KINDS[kind].paper.least


def test_more_key_figures_are_a_row() -> None:
    assert stands(*(read(name, "figure") for name in "abcde"), read("z")) == [
        ["a", "b", "c"],
        ["d", "e"],
        ["z"],
    ]


def test_a_table_of_many_rows_stands_alone() -> None:
    assert stands(read("a"), read("t", "table", rows=30), read("b")) == [["a"], ["t"], ["b"]]


def size_of(*panels: PanelContent) -> RowSize:
    """Return the sizes of a row."""
    (row,) = rows_of(panels, WIDE, A4)
    limits = WIDE.limits(A4)
    printed = {
        panel.panel.id: as_printed(panel.presentation, limits) for panel in panels if panel.presentation
    }
    return RowSize(row, printed, WIDE, A4)


def test_the_drawings_of_a_row_fill_its_height() -> None:
    wordy = read("b", notes=("Une note qui tient en une ligne.",))
    size = size_of(read("a"), wordy)
    assert size.drawing_height("a") > size.drawing_height("b") == WIDE.height


def test_the_panels_of_a_row_fill_its_width() -> None:
    size = size_of(read("a", width=7), read("b", width=5))
    inside = sum(size.width(column) for column in size.row)
    assert A4.drawing_width - 60 < inside < A4.drawing_width
    assert sum(size.share(column) for column in size.row) < 1_000


@pytest.mark.parametrize("density", DENSITIES)
def test_a_bar_is_as_high_as_its_name(density: Any) -> None:
    panel = read("a", spec=bars(30))
    (row,) = rows_of([panel], density, A4)
    assert panel.presentation is not None
    size = RowSize(row, {"a": panel.presentation}, density, A4)
    assert size.drawing_height("a") / density.scale / 30 >= 12


def test_a_closer_density_has_fewer_pages() -> None:
    sections = [("", [read(f"{part}{n}") for n in range(8)]) for part in "abcdef"]
    counts = [estimated_pages(sections, density, A4) for density in DENSITIES]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < counts[0]


def test_the_count_of_pages_cuts_long_tables_alone() -> None:
    assert [pages._sheets([(600, is_cut)] * 3, 1_000) for is_cut in (False, True)] == [3, 2]


def test_a_file_of_few_pages_is_read_with_ease() -> None:
    sections = [("", [read(f"{part}{n}") for n in range(8)]) for part in "ab"]
    index, count = pages.fewest_pages(sections, A4)
    assert count == min(estimated_pages(sections, each, A4) for each in DENSITIES[:READABLE])
    assert DENSITIES[index].letters >= 7.5


def test_a_table_has_its_first_rows_on_paper() -> None:
    panel = read("t", "table", rows=30)
    assert panel.presentation is not None
    printed = as_printed(panel.presentation, replace(WIDE, rows=10).limits(A4))
    assert [len(printed.rows), len(printed.answer.table.rows)] == [10, 10]


def test_small_multiples_share_the_width_that_they_have() -> None:
    rows = [
        {"l0": f"Zone {n}", "k1": f"202{year}-01-01", "v0": year, "w0": "", "tip": "", "filters": []}
        for n in range(8)
        for year in range(3)
    ]
    chart = multiples_chart(MultiplesChart(rows, [f"Zone {n}" for n in range(8)], "Zones", period="year"))
    printed = printable(chart, Picture("svg", 840, height=300))
    assert printed["columns"] == 4
    assert printed["columns"] * (printed["spec"]["width"] + 62) == pytest.approx(840, abs=4)
    assert printed["spec"]["height"] == 100


def test_the_closest_density_is_still_read() -> None:
    assert CLOSE.letters >= 7
    assert 12 * CLOSE.scale * 0.75 >= 6


def multiple(name: str, count: int = 12) -> PanelContent:
    """Return small multiples of so many charts."""
    names = [f"Zone {n}" for n in range(count)]
    rows = [
        {"l0": each, "l1": "", "k1": "2025-01-01", "v0": 1, "w0": "1", "tip": "", "filters": []}
        for each in names
    ]
    return read(name, "small_multiples", spec=multiples_chart(MultiplesChart(rows, names, "", "month")))


@pytest.mark.parametrize("density", [each for each in DENSITIES if each.is_close])
@pytest.mark.parametrize("layout", [A4, PaperLayout(orientation=Orientation.LANDSCAPE), A3])
def test_small_multiples_of_a_close_density_have_room_for_three_side_by_side(
    density: Any, layout: PaperLayout
) -> None:
    panels = [read("a"), read("b"), multiple("m"), read("c")]
    pairs = [(row, column) for row in rows_of(panels, density, layout) for column in row]
    row, column = next(pair for pair in pairs if pair[1].panels[0].panel.id == "m")
    size = RowSize(row, printed_row(row, density, layout), density, layout)
    columns = round(size.width(column) / density.scale) // MULTIPLE_WIDTH
    assert columns >= 3
    rows = -(-12 // columns)
    assert size.drawing_height("m") / density.scale / rows >= 90


def test_a_table_takes_no_spare_rows_that_leave_the_drawings_beside_it_in_empty_boxes() -> None:
    density, layout = replace(CLOSE, spare_rows=12), PaperLayout(orientation=Orientation.LANDSCAPE)
    table = read("t", "table", rows=12)
    (row,) = rows_of([read("a"), read("b"), table], density, layout)
    size = spared_row(row, density, layout)
    drawings = [panel.panel.id for column in row for panel in column.panels if panel.has_drawing]
    assert CLOSE.rows <= len(size.printed["t"].rows) < 12
    assert all(size.drawing_height(name) > 0 for name in drawings)
    assert size.height <= max(
        size.filled_height, RowSize(row, printed_row(row, CLOSE, layout), CLOSE, layout).height
    )


def test_a_table_fills_the_height_that_its_neighbour_has_anyway() -> None:
    layout = PaperLayout(orientation=Orientation.LANDSCAPE)
    (row,) = rows_of([read("a", spec=bars(20)), read("t", "table", rows=12)], CLOSE, layout)
    size, least = spared_row(row, CLOSE, layout), RowSize(row, printed_row(row, CLOSE, layout), CLOSE, layout)
    assert len(size.printed["t"].rows) > CLOSE.rows
    assert size.height == least.height


def test_a_table_alone_in_its_row_takes_its_spare_rows() -> None:
    density = replace(CLOSE, spare_rows=12)
    (row,) = rows_of([read("t", "table", rows=12)], density, A4)
    assert len(spared_row(row, density, A4).printed["t"].rows) == 12


@pytest.mark.parametrize(
    ("layout", "rows"), [(A4, [4, 4]), (PaperLayout(orientation=Orientation.LANDSCAPE), [8])]
)
def test_eight_key_figures_of_a_close_density_are_as_wide_as_their_words_need(
    layout: PaperLayout, rows: list[int]
) -> None:
    figures = [read(str(n), "figure") for n in range(8)]
    assert [len(row) for row in rows_of(figures, CLOSE, layout)] == rows


def test_a_close_density_has_the_title_of_a_section_on_the_line_of_its_text() -> None:
    texts = {name: [("Un texte court." if name else "", [read("a")])] * 20 for name in (True, False)}
    pages = {name: estimated_pages(parts, CLOSE, A4) for name, parts in texts.items()}
    assert pages[True] == pages[False]
