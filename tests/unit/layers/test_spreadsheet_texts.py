"""Texts of cells: none is run by a spreadsheet, whichever separator it cuts at, and each is read back as it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export_formats.csv import safe_cell
from layers.parsing.spreadsheet_texts import plain_text

RISKY = ["=1+1", "'=1+1", "a,=1+1", 'a,""=1+1', "a\t-1", "a\n@SUM(A1)", "\r＝1", ",\n=1", "＠A1", "a,'=1"]
TEXTS = st.text(alphabet="a=+-@'\",;\t\n\r＝ ", max_size=12)


@pytest.mark.parametrize("text", RISKY)
def test_no_reader_finds_a_formula(text: str) -> None:
    cells = re.split(r'[,\t\r\n]"*', safe_cell(text, ";"))
    assert [cell for cell in cells if cell[:1] in {*"=+-@＝＠"}] == []


@given(TEXTS)
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    assert plain_text(safe_cell(text, ";")) == text


@pytest.mark.parametrize("text", ["Parc d’Issy", "a, b", "l'été", "1,5", "a;=1"])
def test_an_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert safe_cell(text, ";") == text
