"""Delimited text: encodings, delimiters, lines, and the faults of files people really send."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets.errors import (
    BrokenEncoding,
    EmptyFile,
    FieldTooLong,
    FileChanged,
    TooManyColumns,
    UnknownFormat,
    UnreadableFile,
)
from datasets.readers.opening import open_source
from datasets.readers.source import MAX_FIELD_CHARACTERS, MAX_ROW_FINDINGS, RawRow, ReadOptions, Source
from datasets.vocabulary import Severity


def _written(
    folder: Path, content: bytes | str, *, name: str = "fichier.csv", encoding: str = "utf-8"
) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def _read(path: Path, **options: str) -> tuple[Source, list[RawRow]]:
    with open_source(path, options=ReadOptions(**options)) as source:  # type: ignore[arg-type]  # only texts here
        return source, list(source.rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_accents_are_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = _written(tmp_path, "nom;lieu\nÉcole;Sèvres\n", encoding=encoding)

    source, rows = _read(path)

    assert source.titles == ("nom", "lieu")
    assert rows == [(2, ["École", "Sèvres"], None)]


def test_windows_encoding_is_found_by_an_accent_after_a_megabyte(tmp_path: Path) -> None:
    path = _written(tmp_path, b"nom;n\n" + b"abc;1\n" * 300_000 + "Sèvres;2\n".encode("cp1252"))

    source, rows = _read(path)

    assert rows[-1] == (300_002, ["Sèvres", "2"], None)
    assert [finding.code for finding in source.findings] == ["encoding"]


def test_broken_encoding_names_line_and_byte(tmp_path: Path) -> None:
    path = _written(tmp_path, "nom\nSèvres\nMeudon\n".encode() + b"Vanv\xffes\n")

    with pytest.raises(BrokenEncoding) as fault:
        _read(path)

    assert fault.value.line == 4
    assert "0xFF" in fault.value.detail


def test_stated_encoding_that_does_not_fit_names_the_line(tmp_path: Path) -> None:
    path = _written(tmp_path, "nom\nMeudon\nSèvres\n", encoding="cp1252")

    with pytest.raises(BrokenEncoding) as fault:
        _read(path, encoding="utf-8")

    assert fault.value.line == 3


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [["id", "libellé", "valeur"], ["1", "a", "2"], ["2", "b", "3"]]

    source, rows = _read(_written(tmp_path, "\n".join(delimiter.join(line) for line in lines)))

    assert source.titles == ("id", "libellé", "valeur")
    assert [values for _line, values, _wkb in rows] == lines[1:]


def test_decimal_commas_are_not_delimiters(tmp_path: Path) -> None:
    _source, rows = _read(_written(tmp_path, "x;y\n1,5;2,25\n3,5;4,75\n"))

    assert rows[0] == (2, ["1,5", "2,25"], None)


def test_first_line_of_excel_that_names_the_delimiter_is_obeyed(tmp_path: Path) -> None:
    source, rows = _read(_written(tmp_path, "sep=;\na;b\n1;2\n"))

    assert source.titles == ("a", "b")
    assert rows == [(3, ["1", "2"], None)]


def test_line_of_a_row_counts_the_lines_inside_quotes(tmp_path: Path) -> None:
    _source, rows = _read(_written(tmp_path, 'id,texte\n1,"sur\ntrois\nlignes"\n\n2,court\n'))

    assert rows == [(2, ["1", "sur\ntrois\nlignes"], None), (6, ["2", "court"], None)]


def test_empty_values_are_null(tmp_path: Path) -> None:
    _source, rows = _read(_written(tmp_path, 'a,b,c\n,"",x\n'))

    assert rows == [(2, [None, None, "x"], None)]


def test_rows_can_be_read_again(tmp_path: Path) -> None:
    with open_source(_written(tmp_path, "a,b\n1,2\n")) as source:
        next(source.rows())
        assert list(source.rows()) == list(source.rows()) == [(2, ["1", "2"], None)]


def test_row_with_too_many_values_is_an_error_and_left_out(tmp_path: Path) -> None:
    source, rows = _read(_written(tmp_path, "a,b\n1,2\n1,2,3\n4,5\n"))

    assert [line for line, _values, _wkb in rows] == [2, 4]
    assert [(item.severity, item.line, item.value) for item in source.findings] == [(Severity.ERROR, 3, "3")]


def test_row_with_too_few_values_is_completed_and_said(tmp_path: Path) -> None:
    source, rows = _read(_written(tmp_path, "a,b\n1\n"))

    assert rows == [(2, ["1", None], None)]
    assert [(item.severity, item.code) for item in source.findings] == [(Severity.WARNING, "row_short")]


def test_findings_about_rows_are_those_of_one_pass_and_bounded(tmp_path: Path) -> None:
    with open_source(_written(tmp_path, "a,b\n" + "1\n" * (MAX_ROW_FINDINGS + 5))) as source:
        for _pass in range(2):
            list(source.rows())

    assert (len(source.findings), source.unsaid_rows) == (MAX_ROW_FINDINGS, 5)


def test_titles_are_never_empty_nor_twice(tmp_path: Path) -> None:
    source, _rows = _read(_written(tmp_path, "nom,,nom, nom \n1,2,3,4\n"))

    assert source.titles == ("nom", "colonne 2", "nom (2)", "nom (3)")
    assert {finding.code for finding in source.findings} == {"title_missing", "title_twice"}


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(EmptyFile):
        _read(_written(tmp_path, content))


def test_file_with_titles_only_has_no_row(tmp_path: Path) -> None:
    source, rows = _read(_written(tmp_path, "id,nom\n"))

    assert source.titles == ("id", "nom")
    assert rows == []


def test_ten_thousand_columns_are_refused_with_the_limit(tmp_path: Path) -> None:
    with pytest.raises(TooManyColumns, match=r"10000.*500"):
        _read(_written(tmp_path, ",".join(f"c{number}" for number in range(10_000)) + "\n"))


@pytest.mark.parametrize("quote", ['"', ""])
def test_value_of_fifty_megabytes_is_refused_with_its_line(tmp_path: Path, quote: str) -> None:
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write("id,texte\n1,court\n2," + quote)
        file.writelines("x" * 1_000_000 for _megabyte in range(50))
        file.write(quote + "\n")

    with pytest.raises(FieldTooLong) as fault:
        _read(path)

    assert fault.value.line == 3


def test_quote_left_open_does_not_swallow_the_file(tmp_path: Path) -> None:
    line = "x" * 99 + "\n"
    path = _written(tmp_path, 'id,texte\n1,a\n2,"jamais fermé\n' + line * (MAX_FIELD_CHARACTERS // 100 + 10))

    source, rows = _read(path)

    assert [item.line for item in source.findings if item.severity == Severity.ERROR] == [3]
    assert rows[0] == (2, ["1", "a"], None)
    assert rows[-1][0] == 3 + MAX_FIELD_CHARACTERS // 100 + 10


def test_page_of_html_is_refused_as_such(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="HTML"):
        _read(_written(tmp_path, "<!DOCTYPE html><html><body>Connexion</body></html>"))


def test_nul_byte_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as fault:
        _read(_written(tmp_path, b"a,b\n" + b"1,2\n" * 2_000 + b"3,\x004\n"))

    assert fault.value.line == 2_002


def test_file_written_to_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = _written(tmp_path, "a,b\n1,2\n")
    with open_source(path) as source:
        rows = source.rows()
        next(rows)
        with path.open("a") as file:
            file.write("3,4\n")

        with pytest.raises(FileChanged):
            list(rows)


def test_file_replaced_while_it_is_read_is_read_as_it_was(tmp_path: Path) -> None:
    path = _written(tmp_path, "a,b\n1,2\n")
    with open_source(path) as source:
        _written(tmp_path, "c\nautre\n", name="autre.csv").replace(path)

        assert list(source.rows()) == [(2, ["1", "2"], None)]
