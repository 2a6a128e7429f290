"""Ranges of a file, names of ten characters, texts of 254 bytes, colours: what exports compute without a database."""

from __future__ import annotations

from io import BytesIO

import pytest

from export_formats.columns import ExportColumn
from export_formats.csv import safe_lines, safe_text
from export_formats.gdal import short_names
from export_formats.writers.gdal import cut_text
from interface.http.ranges import ByteRange, Slice, parse_range
from layers.definitions import Field, FieldType


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bytes=0-9", ByteRange(0, 9)),
        ("bytes=90-", ByteRange(90, 99)),
        ("bytes=-10", ByteRange(90, 99)),
        ("bytes=-1000", ByteRange(0, 99)),
        ("bytes=50-1000", ByteRange(50, 99)),
        ("", None),
        ("bytes=-", None),
        ("bytes=9-0", None),
        ("bytes=0-1,3-4", None),
        ("items=0-1", None),
        ("bytes=٣-٤", None),
    ],
)
def test_a_range_is_read_or_is_the_whole_file(text: str, expected: ByteRange | None) -> None:
    assert parse_range(text, 100) == expected


@pytest.mark.parametrize(
    ("text", "size"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-", 0), ("bytes=-5", 0)]
)
def test_a_range_after_the_end_is_outside(text: str, size: int) -> None:
    found = parse_range(text, size)
    assert found is not None and found.is_outside


def test_a_slice_ends_where_its_part_does() -> None:
    part = Slice(BytesIO(b"0123456789"), 2, 5)
    assert part.read(3) == b"234"
    assert part.read(3) == b"56"
    assert part.read(3) == b""
    assert part.read() == b""


def test_short_names_are_distinct_and_ascii() -> None:
    names = ["observations_1", "observations_2", "observations_3", "été", "id"]
    columns = [ExportColumn(Field(name, FieldType.TEXT, name), name, "s.c0") for name in names]
    assert [column.name for column in short_names(columns)] == [
        "observatio",
        "observat_2",
        "observat_3",
        "t",
        "id",
    ]


def test_a_text_is_cut_between_characters() -> None:
    assert cut_text("é" * 200) == "é" * 127


@pytest.mark.parametrize(("text", "safe"), [("=1", "'=1"), ("", ""), ("a=1", "a=1"), ("-", "'-")])
def test_headings_are_safe_too(text: str, safe: str) -> None:
    assert safe_text(text) == safe


@pytest.mark.parametrize(
    ("delimiter", "line", "safe"),
    [
        (",", "1,a;=1,2", "1,a;'=1,2"),
        (",", "1,;-1;+2,2", "1,;'-1;'+2,2"),
        (",", '1,"a,b;=1"', """1,"a,b;'=1\""""),
        (",", '1,"a;""=1"', """1,"a;""'=1\""""),
        (",", "1,a\t@SUM(A1)", "1,a\t'@SUM(A1)"),
        (",", '1,"a\n=1"', """1,"a\n'=1\""""),
        (",", "1,a;＝1", "1,a;'＝1"),
        (",", "1,-2.5", "1,-2.5"),
        (",", "1,a; b=1", "1,a; b=1"),
        (";", "1;a,=1", "1;a,'=1"),
        (";", "1;-2,5", "1;-2,5"),
    ],
)
def test_no_reader_finds_a_formula_within_a_line(delimiter: str, line: str, safe: str) -> None:
    assert b"".join(safe_lines([f"{line}\n".encode()], delimiter)).decode() == f"{safe}\n"
