"""Files as agents make them, each with what must be understood of it: for the reader, the command and the wizard."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

import xlsxwriter

from datasets.readers.source import ReadOptions


@dataclass(frozen=True, slots=True)
class MessyFile:
    """A file and what it holds. ``types`` are those of the schema by title, ``told`` the codes of the findings.

    ``first`` and ``last`` are rows, ``count`` how many there are; ``lines`` are those told under a code; ``errors``
    are the codes that refuse rows when it is loaded, ``refused`` is a word of the refusal of the whole; ``key`` is the
    key proposed, when that is what the file is about.
    """

    title: str
    name: str
    content: bytes
    titles: tuple[str, ...] = ()
    count: int = 0
    first: tuple[str | None, ...] = ()
    last: tuple[str | None, ...] = ()
    types: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    told: str = ""
    lines: dict[str, list[int]] = field(default_factory=dict)
    reading: ReadOptions | None = None
    errors: frozenset[str] = frozenset()
    refused: str = ""
    key: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.title


def encoded(text: str, encoding: str = "utf-8") -> bytes:
    """Return the bytes of a text."""
    return text.encode(encoding)


def workbook() -> bytes:
    """Return a workbook with a title, two rows of titles, merged, hidden and broken cells, a total and other sheets."""
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"default_date_format": "dd/mm/yyyy", "date_1904": True})
    sheet, notes, secret = (
        book.add_worksheet("Bancs"),
        book.add_worksheet("Notice"),
        book.add_worksheet("Caché"),
    )
    sheet.merge_range("A1:F1", "Bancs publics au 1er mars")
    sheet.merge_range("A3:A4", "Commune")
    sheet.merge_range("B3:B4", "Pose")
    sheet.merge_range("C3:D3", "Places")
    sheet.write_row("C4", ["assises", "debout", "Réf", "Note"])
    sheet.merge_range("A5:A6", "Meudon")
    sheet.write_row("C5", [4, 1, "20240131", "a"])
    sheet.write_datetime("B5", datetime(2024, 3, 1))
    sheet.write_row("B6", [45123, 5, 0, "20240201", "b"])
    sheet.write_row("A7", ["Sèvres", None, 6, 2, "20240202", "c"])
    sheet.write_formula("F7", "=1/0", None, "#DIV/0!")
    sheet.write_datetime("B7", datetime(2024, 3, 2))
    sheet.write_datetime("B6", datetime(2024, 3, 3))
    sheet.write_row("A8", ["Total", None, 15, 3])
    sheet.write("A9", "Source : service des parcs")
    sheet.set_row(5, None, None, {"hidden": True})
    sheet.set_column("F:F", None, None, {"hidden": True})
    notes.write("A1", "À lire")
    secret.write("A1", "secret")
    secret.hide()
    book.close()
    return output.getvalue()


def calculated() -> bytes:
    """Return a workbook with formulas: one whose value was saved, one whose value was not."""
    output = BytesIO()
    book = xlsxwriter.Workbook(output)
    sheet = book.add_worksheet("Prix")
    sheet.write_row("A1", ["nom", "prix", "taxe", "total"])
    for row, price in ((2, 10), (3, 20)):
        sheet.write_row(f"A{row}", [f"Banc {row}", price])
        sheet.write_formula(f"C{row}", f"=B{row}*0.2", None, price * 0.2)
        sheet.write_formula(f"D{row}", f"=B{row}+C{row}", None, "")
    book.close()
    return output.getvalue()


_BENCHES = "ref;nom;places\n" + "".join(f"B{number};Banc {number};{number}\n" for number in range(1, 1000))
OPEN_QUOTE = MessyFile(
    "unclosed quotation mark in line 11 of 1,000",
    "guillemet.csv",
    encoded(_BENCHES.replace("Banc 10;", '"Banc 10;')),
    ("ref", "nom", "places"),
    998,
    ("B1", "Banc 1", "1"),
    ("B999", "Banc 999", "999"),
    {"places": "integer"},
    told="quote_open",
    lines={"quote_open": [11]},
    errors=frozenset({"quote_open"}),
)
SPOILT = MessyFile(
    "title, units, total, separators, currency, dates in words, day numbers, crosses",
    "bilan.csv",
    encoded(
        "sep=;\nBilan des bancs;;;;;;\n;;;;;;\nréférence;nom;prix;hauteur;date de pose;posé;date_maj;part\n"
        ";;€;cm;;;;\nB01;Banc du lac;1 234,50 €;40;3 mars 2024;x;45123;12 %\n"
        "B02;Banc du bois;12 €;n.c.;12/03/2024;;45124;12,5 %\nB03;Banc du pré;3;#REF!;2024-03-01;X;45125;1 %\n"
        "Total;;1 249,50 €;;;;;\nSource : service des parcs;;;;;;;\n;;;;;;;\n;;;;;;;\n",
        "cp1252",
    ),
    ("référence", "nom", "prix", "hauteur", "date de pose", "posé", "date_maj", "part"),
    3,
    ("B01", "Banc du lac", "1 234,50 €", "40", "3 mars 2024", "x", "45123", "12 %"),
    ("B03", "Banc du pré", "3", "#REF!", "2024-03-01", "X", "45125", "1 %"),
    {
        "référence": "string",
        "prix": "number",
        "hauteur": "integer",
        "date de pose": "date",
        "posé": "boolean",
        "date_maj": "date",
        "part": "number",
    },
    {"prix": "€", "hauteur": "cm", "part": "%"},
    "encoding preamble unit_row total_row foot_note blank_rows numbered_dates crosses",
    {"preamble": [2], "unit_row": [5], "total_row": [9], "foot_note": [10]},
)
WORKBOOK = MessyFile(
    "workbook with a title, two rows of titles, merged and hidden cells, errors, a total",
    "bancs.xlsx",
    workbook(),
    ("Commune", "Pose", "Places assises", "Places debout", "Réf", "Note"),
    3,
    ("Meudon", "2024-03-01", "4", "1", "20240131", "a"),
    ("Sèvres", "2024-03-02", "6", "2", "20240202", None),
    {"Commune": "string", "Pose": "date", "Places assises": "integer", "Réf": "string"},
    told="preamble header_rows merged total_row foot_note several_layers hidden_sheets hidden_rows hidden_columns"
    " formulas excel_error",
    lines={"excel_error": [7], "total_row": [8], "foot_note": [9], "hidden_rows": [6]},
)
SHORTENED = MessyFile(
    "identifier that Excel shortened",
    "compteurs.csv",
    encoded("identifiant;nom\n8,13E+13;a\n81300000000001;b\n"),
    ("identifiant", "nom"),
    2,
    types={"identifiant": "string"},
    told="excel_shortened",
    errors=frozenset({"excel-shortened"}),
)
CALCULATED = MessyFile(
    "workbook with formulas",
    "prix.xlsx",
    calculated(),
    ("nom", "prix", "taxe", "total"),
    2,
    ("Banc 2", "10", "2", None),
    ("Banc 3", "20", "4", None),
    {"taxe": "integer"},
    told="formulas formulas_unsaved",
)
GREAT = (OPEN_QUOTE, SPOILT, WORKBOOK, SHORTENED, CALCULATED)
"""Those with many faults at once, or many rows."""
