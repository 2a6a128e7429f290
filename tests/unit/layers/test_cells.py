"""Cells of official files: numbers, codes, and what a row that reads badly says of itself."""

from __future__ import annotations

import pytest

from layers.errors import InvalidValue
from layers.parsing import cells
from layers.parsing.official_files import FileColumn, RowProblem, read_row, required

COLUMNS = {"numero": required(cells.integer), "rep": FileColumn(cells.text_of(5))}


def test_a_whole_number_is_bounded() -> None:
    assert cells.integer("40000", largest=99_999) == 40_000
    with pytest.raises(InvalidValue, match="99999"):
        cells.integer("100000", largest=99_999)


def test_a_code_gets_back_the_zero_that_a_spreadsheet_dropped() -> None:
    assert cells.code_insee("1004") == "01004"


def test_a_row_says_everything_that_is_wrong_with_it() -> None:
    values, problems = read_row(COLUMNS, 7, {"numero": "", "rep": "quater", "autre": "x"})
    assert values == {}
    assert [(problem.line, problem.field) for problem in problems] == [(7, "numero"), (7, "rep")]


def test_an_empty_cell_has_the_value_of_its_column() -> None:
    assert read_row(COLUMNS, 2, {"numero": "12", "rep": None}) == ({"numero": 12, "rep": ""}, [])


def test_a_problem_names_line_column_and_value() -> None:
    problem = RowProblem(3, "numero", "douze", "nombre attendu")
    assert problem.sentence == "ligne 3, numero «\u00a0douze\u00a0»\u00a0: nombre attendu"
