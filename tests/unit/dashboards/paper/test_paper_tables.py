"""How wide and how high the tables of a file are, and how many pages a file is written in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from dashboards.documents.document import Panel
from dashboards.filters.conditions import PanelFilters
from dashboards.models import Orientation, PaperSize
from dashboards.panels.kinds import PanelAnswer, PanelColumn, PanelTable
from dashboards.panels.presenters import present
from dashboards.paper import document
from dashboards.paper.document import ANNEX, LAST_ROW
from dashboards.paper.html import as_printed
from dashboards.paper.layout import PaperLayout
from dashboards.paper.rows import DENSITIES, READABLE, PanelContent, RowSize, rows_of
from dashboards.paper.tables import TableSize
from dashboards.reading.panels import PanelReading
from dashboards.registry import PANEL_KINDS
from export_formats.pdf import Pdf

LANDSCAPE = PaperLayout(PaperSize.A4, Orientation.LANDSCAPE)
LONG = "Établissements recevant exceptionnellement"


def table(name: str, heads: Sequence[str], rows: int = 4, width: int = 4) -> PanelContent:
    """Return a table of the page that was read."""
    columns = tuple(PanelColumn(str(n), head) for n, head in enumerate(heads))
    data = PanelTable(columns, tuple(tuple("1" for _head in heads) for _row in range(rows)))
    panel = Panel(name, "table", title=name, width=width)
    answer = PanelAnswer(data, rows, context={})
    return PanelContent(
        PanelReading(panel, answer, PanelFilters()), present(panel, PANEL_KINDS["table"], answer)
    )


def chart(name: str) -> PanelContent:
    """Return a chart that is still to be read."""
    panel = Panel(name, "bar", title=name, width=4)
    return PanelContent(PanelReading(panel, None, PanelFilters()), None)


def sizes(*panels: PanelContent, density: Any) -> list[RowSize]:
    """Return the sizes of the rows of panels."""
    return [
        RowSize(
            row,
            {
                panel.panel.id: as_printed(panel.presentation, density.limits(LANDSCAPE))
                for column in row
                for panel in column.panels
                if panel.presentation is not None
            },
            density,
            LANDSCAPE,
        )
        for row in rows_of(panels, density, LANDSCAPE)
    ]


def test_a_text_that_fits_is_a_line() -> None:
    size = TableSize([["Commune", "Aires"], ["Sèvres", "3"]], 1)
    assert size.height(400) == size.height(800)


def test_a_text_that_does_not_fit_is_several_lines() -> None:
    size = TableSize([["Commune", LONG], ["Sèvres", "3"]], 1)
    assert size.height(size.least_width) > size.height(800)


def test_a_table_is_as_wide_as_its_longest_words_and_breaks_after_a_hyphen() -> None:
    whole, broken = (
        TableSize([[word], ["1"]], 1).least_width for word in ("Issyxlesxmoulinx", "Issy-les-moulinx")
    )
    assert broken < whole


@pytest.mark.parametrize("density", DENSITIES)
def test_a_table_beside_charts_is_as_wide_as_its_words(density: Any) -> None:
    heads = [f"{word}{n}" for n, word in enumerate(["contemporaine", "architectural", "exceptionnel"] * 2)]
    for size in sizes(chart("a"), chart("b"), table("t", heads), chart("c"), density=density):
        for column in size.row:
            presentation = column.panels[0].presentation
            if presentation is not None:
                texts = [[each.title for each in presentation.columns]]
                assert size.width(column) >= TableSize(texts, density.reduction).least_width


def test_a_row_is_as_high_as_a_table_whose_heads_take_several_lines() -> None:
    heights = [
        sizes(table("t", [f"{words} {n}" for n in range(6)], rows=7), density=DENSITIES[3])[0].height
        for words in ("Un", f"{LONG} {LONG}")
    ]
    assert heights[1] > heights[0]


class Written:
    """The file of a dashboard written with invented pages; ``count`` is the density and the pages counted before."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *pdfs: Pdf, count: tuple[int, int]) -> None:
        self.pdfs = pdfs
        self.densities: list[Any] = []
        monkeypatch.setattr(document, "document", lambda _content, _layout, density: self.written(density))
        monkeypatch.setattr(document, "pdf_of", self.pdf_of)
        monkeypatch.setattr(document, "fewest_pages", lambda _parts, _layout: count)

    def written(self, density: Any) -> str:
        """Note the density."""
        self.densities.append(density)
        return ""

    def pdf_of(self, _html: str) -> Pdf:
        """Return the next file; the last one again when there is none."""
        return self.pdfs[min(len(self.densities), len(self.pdfs)) - 1]

    def content(self) -> bytes:
        """Return the file that is written."""
        empty: Any = type("Content", (), {"sections": ()})()
        return document._pdf(empty, LANDSCAPE)


def pdf(name: str, pages: int, last_row: int) -> Pdf:
    """Return a file of so many pages before its data, whose last row starts on a page."""
    return Pdf(name.encode(), pages + 4, {LAST_ROW: last_row, ANNEX: pages})


def test_the_end_of_a_table_alone_on_a_page_asks_for_a_closer_density(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = Written(monkeypatch, pdf("wide", 3, 1), pdf("close", 2, 1), count=(0, 3))
    assert written.content() == b"close"
    assert written.densities == list(DENSITIES[:2])


def test_a_density_that_saves_no_page_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    written = Written(monkeypatch, pdf("wide", 3, 1), pdf("close", 3, 2), count=(0, 3))
    assert written.content() == b"wide"
    assert written.densities == list(DENSITIES[:2])


def test_a_file_of_more_pages_than_counted_before_takes_a_closer_density(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = Written(monkeypatch, pdf("counted", 3, 2), pdf("close", 2, 1), count=(1, 2))
    assert written.content() == b"close"
    assert written.densities == list(DENSITIES[1:3])


def test_letters_are_no_smaller_than_four_pages_need(monkeypatch: pytest.MonkeyPatch) -> None:
    written = Written(monkeypatch, pdf("read with ease", 4, 3), count=(READABLE - 1, 3))
    assert written.content() == b"read with ease"
    assert written.densities == [DENSITIES[READABLE - 1]]


def test_a_dashboard_of_too_many_panels_has_the_fewest_pages_of_the_closest_densities(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closest = len(DENSITIES) - READABLE
    pdfs = [pdf("wide", 7, 6), pdf("close", 5, 4), *(pdf("closest", 6, 5) for _each in range(closest - 1))]
    written = Written(monkeypatch, *pdfs, count=(READABLE - 1, 7))
    assert written.content() == b"close"
    assert written.densities == list(DENSITIES[READABLE - 1 :])
