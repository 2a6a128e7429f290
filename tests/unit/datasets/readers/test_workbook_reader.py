"""Workbooks: values, dates, formulas, merged cells, titles under a heading; written here by hand, part by part."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from datasets.errors import EmptyFile, TooManyColumns, UnknownPart, UnreadableFile
from datasets.readers.opening import open_source
from datasets.readers.source import RawRow, ReadOptions, Source

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DAY = 's="1"'


def _column(position: int) -> str:
    name = ""
    position += 1
    while position:
        position, letter = divmod(position - 1, 26)
        name = chr(65 + letter) + name
    return name


def _cell(place: str, value: object) -> str:
    """Return the cell: a text, a number, a boolean, or ``(attributes, inner XML)`` as it is."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return f'<c r="{place}" {value[0]}>{value[1]}</c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def _sheet(rows: list[list[object]], tail: str = "") -> str:
    lines = "".join(
        f'<row r="{number}">'
        + "".join(_cell(f"{_column(position)}{number}", value) for position, value in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData>{tail}</worksheet>'


def _xlsx(path: Path, sheets: dict[str, str]) -> Path:
    """Write a workbook whose style 1 is a date."""
    names = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>'
        for number, name in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="r{number}" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    styles = f'<Relationship Id="s" Type="{DOCUMENT}/styles" Target="styles.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{DOCUMENT}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{names}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{RELATIONS}">{links}{styles}</Relationships>',
        )
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>",
        )
        for number, content in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", content)
    return path


def _ods(path: Path, table: str) -> Path:
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    names += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="F">{table}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path


def _read(path: Path, options: ReadOptions | None = None) -> tuple[Source, list[RawRow]]:
    with open_source(path, options=options) as source:
        return source, list(source.rows())


def test_cells_become_the_texts_of_their_values(tmp_path: Path) -> None:
    row: list[object] = ["Été", 12, 3.5, True, (DAY, "<v>45293</v>"), "007", (DAY, "<v>45293.5</v>")]
    path = _xlsx(tmp_path / "a.xlsx", {"F": _sheet([list("abcdefg"), row])})

    source, rows = _read(path)

    assert (source.format, source.titles) == ("xlsx", tuple("abcdefg"))
    assert rows == [(2, ["Été", "12", "3.5", "true", "2024-01-02", "007", "2024-01-02T12:00:00"], None)]


def test_numbers_are_read_as_spreadsheets_show_them(tmp_path: Path) -> None:
    path = _xlsx(tmp_path / "a.xlsx", {"F": _sheet([["a", "b"], [20.1 + 0.1, 2.2412345678901]])})
    assert _read(path)[1] == [(2, ["20.2", "2.2412345678901"], None)]


def test_formulas_are_read_as_values_and_said(tmp_path: Path) -> None:
    path = _xlsx(tmp_path / "a.xlsx", {"F": _sheet([["a", "b"], [1, ("", "<f>A2*2</f><v>2</v>")]])})

    source, rows = _read(path)

    assert rows == [(2, ["1", "2"], None)]
    assert [finding.code for finding in source.findings] == ["formulas"]


def test_text_merged_over_rows_is_repeated_and_said(tmp_path: Path) -> None:
    merged = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    path = _xlsx(tmp_path / "a.xlsx", {"F": _sheet([["a", "b"], ["x", 1], [None, 2]], merged)})

    source, rows = _read(path)

    assert rows == [(2, ["x", "1"], None), (3, ["x", "2"], None)]
    assert [finding.code for finding in source.findings] == ["merged"]


def _ods_cell(value: str, kind: str = "string", *, told: str = "", error: bool = False) -> str:
    attributes = f'office:value="{value}"' if kind == "float" else ""
    mark = ' calcext:value-type="error"' if error else ""
    start = f'<table:table-cell office:value-type="{kind}" {attributes}{mark}>'
    return f"{start}<text:p>{told or value}</text:p></table:table-cell>"


def test_errors_and_hidden_rows_of_an_ods_are_said_and_no_zero_is_made_of_an_error(tmp_path: Path) -> None:
    wrong = _ods_cell("0", "float", told="#DIV/0!", error=True)
    hidden = 'table:visibility="filter" table:number-rows-repeated="2"'
    far = 'table:visibility="collapse" table:number-rows-repeated="9000"'
    rows = (
        ("", _ods_cell("nom") + _ods_cell("n")),
        ("", _ods_cell("a") + _ods_cell("1", "float")),
        (hidden, _ods_cell("b") + wrong),
        (far, "<table:table-cell/>"),
    )
    table = "".join(f"<table:table-row {attributes}>{cells}</table:table-row>" for attributes, cells in rows)

    source, result = _read(_ods(tmp_path / "a.ods", table))

    assert [values for _line, values, _wkb in result] == [["a", "1"], ["b", None], ["b", None]]
    told = [(finding.code, finding.line, finding.value) for finding in source.findings]
    assert told == [("excel_error", 3, "#DIV/0!"), ("excel_error", 4, "#DIV/0!"), ("hidden_rows", 3, "")]


def test_titles_are_found_under_a_heading(tmp_path: Path) -> None:
    sheet = _sheet([["Liste des équipements"], [], ["id", "nom", "n"], [1, "a", 2]])

    source, rows = _read(_xlsx(tmp_path / "a.xlsx", {"F": sheet}))

    assert source.titles == ("id", "nom", "n")
    assert rows == [(4, ["1", "a", "2"], None)]
    assert [finding.code for finding in source.findings] == ["preamble"]


def test_blank_rows_are_left_out_and_the_numbers_are_the_sheet_s(tmp_path: Path) -> None:
    _source, rows = _read(_xlsx(tmp_path / "a.xlsx", {"F": _sheet([["a", "b"], [1, 2], [], [3, None]])}))

    assert rows == [(2, ["1", "2"], None), (4, ["3", None], None)]


def test_sheet_is_the_first_with_data_or_the_one_asked_for(tmp_path: Path) -> None:
    path = _xlsx(
        tmp_path / "a.xlsx", {"Vide": _sheet([]), "Un": _sheet([["a"], [1]]), "Deux": _sheet([["b"], [2]])}
    )

    assert _read(path)[0].layer == "Un"
    assert _read(path, ReadOptions(sheet="Deux"))[1] == [(2, ["2"], None)]
    with pytest.raises(UnknownPart, match="Vide, Un, Deux"):
        _read(path, ReadOptions(sheet="Trois"))


def test_workbook_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        _read(_xlsx(tmp_path / "a.xlsx", {"F": _sheet([])}))


def test_sheet_of_ten_thousand_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TooManyColumns):
        _read(_xlsx(tmp_path / "a.xlsx", {"F": _sheet([[f"c{number}" for number in range(10_000)]])}))


def test_broken_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        _read(_xlsx(tmp_path / "a.xlsx", {"F": "<worksheet><sheetData><row>"}))


def test_ods_is_read_with_its_formulas_and_spans_said(tmp_path: Path) -> None:
    table = (
        "<table:table-row><table:table-cell office:value-type='string'><text:p>nom</text:p></table:table-cell>"
        "<table:table-cell office:value-type='string'><text:p>jour</text:p></table:table-cell>"
        "<table:table-cell office:value-type='string'><text:p>n</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell office:value-type='string' table:number-rows-spanned=\"2\">"
        "<text:p>Sèvres</text:p></table:table-cell>"
        "<table:table-cell office:value-type='date' office:date-value='2024-01-02'/>"
        '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2</text:p>'
        "</table:table-cell></table:table-row>"
    )

    source, rows = _read(_ods(tmp_path / "a.ods", table))

    assert source.format == "ods"
    assert rows == [(2, ["Sèvres", "2024-01-02", "2"], None)]
    assert {finding.code for finding in source.findings} == {"formulas", "merged"}
