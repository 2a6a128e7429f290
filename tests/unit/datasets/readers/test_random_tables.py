"""Random tables, written as people's programs write them: read back they are the same, or refused in words."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from datasets.errors import FileRefused
from datasets.inference.schema import infer_schema
from datasets.readers.opening import open_source
from datasets.vocabulary import ColumnType, Severity
from tests.examples import examples

_LETTERS = "abcdeéèàçôûœÉ’ -.,;:|\t'\"/()#&%0123456789"
_WORDS = st.text(_LETTERS, min_size=1, max_size=12).map(str.strip).filter(bool)
_TEXTS = st.one_of(
    st.sampled_from(
        ["Meudon", "Ville-d’Avray", "12, rue des Prés", "a;b", 'dit "le Bois"', "deux\nlignes", "L'été"]
    ),
    _WORDS,
)
_VALUES = {
    ColumnType.STRING: _TEXTS,
    ColumnType.INTEGER: st.integers(-5000, 10**6).map(str),
    ColumnType.NUMBER: st.integers(-1000, 1000).map(lambda whole: f"{whole}.25"),
    ColumnType.DATE: st.dates()
    .filter(lambda day: day.year >= 1000 and day.year < 3000)
    .map(lambda day: day.isoformat()),
}
_ENDS = ("\n", "\r\n", "\r")


@dataclass(frozen=True)
class Table:
    """A table and how it is written."""

    kinds: tuple[ColumnType, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str
    units: bool
    total: bool
    separators: int
    delimiter: str
    encoding: str
    end: str
    quotes_all: bool

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(f"{kind.value} {'abcdef'[place]}" for place, kind in enumerate(self.kinds))

    @property
    def unit_row(self) -> tuple[str, ...]:
        numbers = {ColumnType.INTEGER, ColumnType.NUMBER}
        return tuple("m" if kind in numbers else "" for kind in self.kinds)

    @property
    def total_row(self) -> tuple[str, ...]:
        return ("Total", *("1" for _kind in self.kinds[1:]))

    @property
    def lines(self) -> list[tuple[str, ...]]:
        return [
            *([(self.title,)] if self.title else []),
            self.titles,
            *([self.unit_row] if self.units else []),
            *self.rows,
            *([self.total_row] if self.total else []),
            *[("",) * len(self.kinds)] * self.separators,
        ]

    def csv(self) -> bytes:
        def cell(text: str) -> str:
            needs = self.quotes_all or any(sign in text for sign in (self.delimiter, '"', "\n", "\r"))
            return '"' + text.replace('"', '""') + '"' if needs else text

        lines = (self.delimiter.join(map(cell, cells)) + self.end for cells in self.lines)
        return "".join(lines).encode(self.encoding)

    def xlsx(self) -> bytes:
        output = BytesIO()
        book = xlsxwriter.Workbook(output, {"in_memory": True})
        sheet = book.add_worksheet()
        numbers = {ColumnType.INTEGER, ColumnType.NUMBER}
        for line, cells in enumerate(self.lines):
            for column, text in enumerate(cells):
                is_number = self.kinds[column] in numbers and text in {row[column] for row in self.rows}
                if is_number:
                    sheet.write_number(line, column, float(text))
                elif text:
                    sheet.write_string(line, column, text)
        book.close()
        return output.getvalue()


@st.composite
def tables(draw: st.DrawFn) -> Table:
    kinds = (ColumnType.STRING, *draw(st.lists(st.sampled_from(list(_VALUES)), min_size=1, max_size=4)))
    rows = draw(st.lists(st.tuples(*(_VALUES[kind] for kind in kinds)), min_size=3, max_size=20))
    has_numbers = bool({ColumnType.INTEGER, ColumnType.NUMBER} & set(kinds))
    return Table(
        kinds,
        tuple(rows),
        title=draw(st.sampled_from(["", "", "Liste des bancs", "Bilan, au 12/03/2024", 'Liste "A"'])),
        units=has_numbers and draw(st.booleans()),
        total=draw(st.booleans()),
        separators=draw(st.integers(0, 3)),
        delimiter=draw(st.sampled_from(";,\t|")),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
        end=draw(st.sampled_from(_ENDS)),
        quotes_all=draw(st.booleans()),
    )


def _read(path: Path, table: Table) -> None:
    """Assert that the file is the table, or that something says that it may not be."""
    try:
        with open_source(path) as source:
            rows = [tuple(value or "" for value in values) for _line, values, _shape in source.rows()]
            result = infer_schema(source, communes={})
    except FileRefused as refusal:
        assert refusal.detail
        return
    told = [*source.findings, *result.findings]
    if any(item.severity == Severity.ERROR for item in told) or not source.layout.is_certain:
        return
    assert source.titles == table.titles
    types = [item.type for item in result.schema.fields]
    pairs = zip(table.kinds, types, strict=True)
    assert {guessed for kind, guessed in pairs if kind not in {ColumnType.STRING, guessed}} <= {
        ColumnType.BOOLEAN
    }
    assert rows == list(table.rows)


@given(table=tables())
@examples(150)
def test_table_written_as_csv_is_read_back_or_something_is_said(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table.csv())
    _read(path, table)


@given(table=tables())
@examples(60)
def test_table_written_as_workbook_is_read_back_or_something_is_said(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(table.xlsx())
    _read(path, table)
