"""How the layout of a file is asked, and how a wide table is cut for its sheet."""

from __future__ import annotations

import pytest

from dashboards.models import Orientation, PaperForm, PaperSize
from dashboards.panels.heat_table.kind import HeatCell, HeatPart, HeatRow
from dashboards.paper.layout import PaperLayout, filters_in, parse_layout
from layers.errors import InvalidParameter

ASKED = {
    "fichier-type": ["pdf"],
    "papier-format": ["a3"],
    "papier-sens": ["paysage"],
    "avec-tableaux": ["1"],
    "commune": ["92048"],
}


def test_the_address_says_the_layout() -> None:
    expected = PaperLayout(PaperSize.A3, Orientation.LANDSCAPE, PaperForm.PDF, has_tables=True)
    assert parse_layout(ASKED) == expected


def test_without_a_kind_of_file_nothing_is_asked() -> None:
    assert parse_layout({"papier-format": ["a3"]}) is None


def test_the_rest_of_the_address_are_filters() -> None:
    assert filters_in(ASKED) == {"commune": ["92048"]}


@pytest.mark.parametrize("name", ["fichier-type", "papier-format", "papier-sens", "avec-tableaux"])
def test_a_value_that_is_no_choice_is_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse_layout(ASKED | {name: ["docx"]})
    assert refused.value.parameter == name


def test_a_landscape_sheet_says_so_in_css() -> None:
    assert PaperLayout(PaperSize.A3, Orientation.LANDSCAPE).page_size == "A3 landscape"


def test_a_wide_table_of_strengths_is_printed_in_parts_that_hold_every_cell() -> None:
    cells = tuple(HeatCell(str(hour), 0) for hour in range(24))
    whole = HeatPart(tuple(map(str, range(24))), (HeatRow("EX-011", cells),))
    parts = whole.split(12)
    assert [len(part.heads) for part in parts] == [12, 12]
    assert [part.rows[0].label for part in parts] == ["EX-011", "EX-011"]
    assert tuple(cell for part in parts for cell in part.rows[0].cells) == cells
    assert HeatPart(whole.heads[:13], ()).split(12)[0].heads == whole.heads[:7]
