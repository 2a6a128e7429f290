"""Every file as agents make them is understood, or refused with what to do; nothing goes missing in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets.errors import FileRefused
from datasets.inference.schema import infer_schema
from datasets.readers.opening import open_source
from tests.messy_files import OPEN_QUOTE, SPOILT, WORKBOOK, MessyFile
from tests.messy_tables import REFUSED, TABLES


@pytest.mark.parametrize("case", TABLES, ids=str)
def test_table_is_understood(case: MessyFile, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content)

    with open_source(path, options=case.reading) as source:
        rows = [tuple(values) for _line, values, _shape in source.rows()]
        result = infer_schema(source, communes={})
        findings = {(item.code, item.line) for item in (*source.findings, *result.findings)}

    fields = {item.source: item for item in result.schema.fields}
    assert len(rows) == case.count
    assert source.titles == (case.titles or source.titles)
    assert rows[0] == (case.first or rows[0])
    assert rows[-1] == (case.last or rows[-1])
    assert {title: fields[title].type.value for title in case.types} == case.types
    assert {title: fields[title].unit for title in case.units} == case.units
    assert {code for code, _line in findings} >= set(case.told.split())
    for code, lines in case.lines.items():
        assert sorted(line for told, line in findings if told == code) == sorted(lines)


@pytest.mark.parametrize("case", [case for case in TABLES if not case.told and case.count], ids=str)
def test_sound_table_is_read_without_a_word(case: MessyFile, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content)
    with open_source(path, options=case.reading) as source:
        list(source.rows())
        assert [item.code for item in source.findings if item.code != "preamble"] == []


@pytest.mark.parametrize(("case", "count"), [(OPEN_QUOTE, 1), (SPOILT, 2), (WORKBOOK, 2)], ids=str)
def test_rows_left_out_are_counted(case: MessyFile, count: int, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content)
    with open_source(path) as source:
        list(source.rows())
        list(source.rows())
        assert source.skipped_rows == count


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_file_that_is_no_table_is_refused_with_what_it_is(case: MessyFile, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content)
    with pytest.raises(FileRefused, match=case.refused), open_source(path) as source:
        list(source.rows())
