"""Rows of a worksheet written a batch at a time: the cells that XlsxWriter writes one by one, hostile texts too."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import numpy
import pyarrow as pa
import pytest
import xlsxwriter
from defusedxml.ElementTree import fromstring
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from export_formats.tables import MAX_CELL_UNITS
from export_formats.writers.sheet_rows import CellColumn, SheetRows, cut_text
from layers.definitions import FieldType
from tests.examples import examples

_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESCAPE = re.compile("_x([0-9a-fA-F]{4})_")
_TYPES = {
    FieldType.TEXT: pa.string(),
    FieldType.INTEGER: pa.int64(),
    FieldType.NUMBER: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
    FieldType.DATETIME: pa.timestamp("us", "UTC"),
}
_LETTERS = dict(zip(_TYPES, "ABCDEF", strict=True))
_texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffe\uffff")) | st.sampled_from(
    ["=1+1", "@SUM(A1)", "a&b<c>\"d'", " a ", "\ta\n", "a\rb", "\x01\x0b\x1f", "_x0041_", "1E5", "", "é😀"]
)
# Excel counts a 29 February 1900, and XlsxWriter its first days otherwise than Excel: see below.
_days = st.dates(dt.date(1900, 3, 2), dt.date(9999, 12, 30)) | st.dates(
    dt.date(1000, 1, 1), dt.date(1899, 12, 30)
)
_moments = st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC))
_rows = st.tuples(
    st.none() | _texts,
    st.none() | st.integers(-(10**15), 10**15),
    st.none() | st.floats(-1e300, 1e300) | st.sampled_from([float("nan"), float("inf"), -float("inf")]),
    st.none() | st.booleans(),
    st.none() | _days,
    st.none() | _moments,
)


def cells(xml: bytes) -> dict[str, tuple[str, Any]]:
    """Return type and value of the cells of a sheet by their references, escapes of Excel read."""
    read = dict[str, tuple[str, Any]]()
    for cell in fromstring(xml).iter(f"{_SPREADSHEET}c"):
        kind, text = cell.get("t", "n"), "".join(cell.itertext())
        if kind == "inlineStr":
            read[cell.attrib["r"]] = kind, _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        elif kind == "e":
            read[cell.attrib["r"]] = kind, cell.findtext(f"{_SPREADSHEET}v")
        else:
            read[cell.attrib["r"]] = kind, pytest.approx(float(text), rel=1e-14)
    return read


def written(*batches: list[tuple[Any, ...]]) -> bytes:
    """Return the sheet of rows of the types above, in these batches."""
    sheet = SheetRows()
    columns = [CellColumn(_LETTERS[kind], kind) for kind in _TYPES]
    parts = [
        bytes(
            sheet.xml(
                columns,
                [
                    pa.array(values, kind)
                    for values, kind in zip(zip(*rows, strict=True), _TYPES.values(), strict=True)
                ],
            )
        )
        for rows in batches
    ]
    namespace = _SPREADSHEET.strip("{}").encode()
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (namespace, b"".join(parts))


def written_text(text: str) -> bytes:
    """Return the sheet of one text, in A1."""
    return written([(text, None, None, None, None, None)])


def written_one_by_one(rows: list[tuple[Any, ...]]) -> bytes:
    """Return the sheet that XlsxWriter makes of the same rows."""
    content, zone = BytesIO(), timezone.get_default_timezone()
    options = {"constant_memory": True, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet()
        for number, (text, integer, real, flag, day, moment) in enumerate(rows):
            for position, (write, value) in enumerate(
                (
                    (sheet.write_string, text),
                    (sheet.write_number, integer),
                    (sheet.write_number, real),
                    (sheet.write_boolean, flag),
                    (sheet.write_datetime, day),
                    (sheet.write_datetime, moment and moment.astimezone(zone).replace(tzinfo=None)),
                )
            ):
                if value is not None:
                    write(number, position, value)
    with ZipFile(content) as archive:
        # XlsxWriter makes a formula of what is no number.
        return re.sub(rb"<f>[^<]*</f>", b"", archive.read("xl/worksheets/sheet1.xml"))


@examples(400)
@given(st.lists(_rows, min_size=1, max_size=8), st.integers(0, 8))
def test_cells_are_those_of_xlsxwriter(rows: list[tuple[Any, ...]], cut: int) -> None:
    batches = [batch for batch in (rows[:cut], rows[cut:]) if batch]
    assert cells(written(*batches)) == cells(written_one_by_one(rows))


@examples(200)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_any_text_is_read_back(text: str) -> None:
    assert cells(written_text(text))["A1"] == ("inlineStr", text)


@pytest.mark.parametrize(
    "text",
    [
        "<r><t>a</t></r>",  # taken for markup by XlsxWriter: the workbook did not open
        "<r></a></r>",
        "_x0041_x0042_",  # two escapes that share an underscore
        "\ufffe\uffff",  # refused by XML
    ],
)
def test_a_text_that_looks_like_markup_stays_a_text(text: str) -> None:
    assert cells(written_text(text))["A1"] == ("inlineStr", text)


@pytest.mark.parametrize("text", [" a", "a ", "\na", "a\t"])
def test_spaces_at_the_ends_of_a_text_are_declared(text: str) -> None:
    assert b'<t xml:space="preserve">' in written_text(text)


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (dt.datetime(1900, 1, 1, 12), 1.5),
        (dt.datetime(1900, 2, 28, 12), 59.5),
        (dt.datetime(1900, 3, 1, 12), 61.5),
        (dt.datetime(2024, 7, 1, 12), 45474.5),
    ],
)
def test_a_moment_is_the_number_of_excel_by_the_clocks_of_the_territory(
    moment: dt.datetime, number: float
) -> None:
    instant = moment.replace(tzinfo=timezone.get_default_timezone())
    assert cells(written([(None, None, None, None, None, instant)]))["F1"] == ("n", number)


def test_a_large_integer_has_all_its_figures() -> None:
    assert b"<v>1234567890123456789</v>" in written([(None, 1234567890123456789, None, None, None, None)])


def test_a_row_without_any_value_is_there() -> None:
    assert written([(None,) * 6]).count(b'<row r="1"></row>') == 1


@pytest.mark.parametrize(
    ("text", "units"), [("a" * 40_000, MAX_CELL_UNITS), ("😀" * 20_000, MAX_CELL_UNITS - 1), ("é", 1)]
)
def test_a_text_is_cut_at_whole_characters(text: str, units: int) -> None:
    assert len(cut_text(text).encode("utf-16-le")) == 2 * units


def test_texts_that_are_cut_are_counted() -> None:
    sheet = SheetRows()
    texts = pa.array(["a" * MAX_CELL_UNITS, "a" * (MAX_CELL_UNITS + 1), "😀" * 17_000, None, "a"])
    sheet.xml([CellColumn("A", FieldType.TEXT)], [texts])
    assert sheet.too_long == 2


def test_a_part_of_a_column_is_written_alone() -> None:
    sheet = SheetRows(row=7)
    part = pa.array(numpy.arange(10)).slice(4, 2)
    xml = bytes(sheet.xml([CellColumn("A", FieldType.INTEGER)], [part]))
    assert xml == b'<row r="7"><c r="A7"><v>4</v></c></row><row r="8"><c r="A8"><v>5</v></c></row>'
