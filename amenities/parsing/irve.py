"""Rows of an IRVE file: the columns of the static schema 2.3.1, and a file read as a whole or refused as one.

Source: etalab/schema-irve, statique/schema-statique.json, 2.3.1 (names, types, required columns). Bytes are UTF-8, or
what spreadsheets write instead of it when that can be known without a guess.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from amenities.errors import UnreadableStationFile
from amenities.parsing import values as read
from amenities.vocabulary import AccessibilitePmr, ConditionAcces, ImplantationStation, Raccordement
from layers.parsing import cells
from layers.parsing.official_files import FileColumn, Row, RowProblem, read_row, required


def decoded(content: bytes) -> tuple[str, list[str]]:
    """Return the text of a file and what to tell about its encoding.

    A file that is not UTF-8 and holds no multi-byte UTF-8 character at all is read as Windows-1252 (a superset of
    printable Latin-1): nothing is lost. One that holds both is damaged; to read it would spoil its good half.

    Raises:
        UnreadableStationFile: empty, UTF-16, binary, or damaged; the message gives the line and the byte.
    """
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise UnreadableStationFile(_("Le fichier est vide."))
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content:
        raise UnreadableStationFile(
            _("Le fichier est en UTF-16 ou n’est pas du texte. Enregistrez-le en « CSV UTF-8 ».")
        )
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        byte = {
            "byte": f"0x{content[error.start]:02X}",
            "offset": error.start,
            "line": content.count(b"\n", 0, error.start) + 1,
        }
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnreadableStationFile(_damaged() % byte) from error
    if any(not c.isascii() for c in content.decode("utf-8", errors="ignore")):
        raise UnreadableStationFile(_damaged() % byte)
    return text, [
        _("Le fichier n’est pas en UTF-8 (octet %(byte)s, ligne %(line)d) : il a été lu en Windows-1252.")
        % byte
    ]


def _damaged() -> str:
    return _(
        "Le fichier n’est pas en UTF-8 : l’octet %(byte)s (position %(offset)d, ligne %(line)d) n’y a pas de sens. "
        "Enregistrez-le en « CSV UTF-8 »."
    )


STATION_COLUMNS: dict[str, FileColumn] = {
    "nom_amenageur": FileColumn(cells.text_of(200)),
    "siren_amenageur": FileColumn(read.siren),
    "contact_amenageur": FileColumn(read.email),
    "nom_operateur": FileColumn(cells.text_of(200)),
    "contact_operateur": required(read.email),
    "telephone_operateur": FileColumn(read.telephone),
    "nom_enseigne": required(cells.text_of(200)),
    "id_station_itinerance": required(read.roaming_id),
    "id_station_local": FileColumn(cells.text_of(200)),
    "nom_station": required(cells.text_of(200)),
    "implantation_station": required(cells.one_of(ImplantationStation.values)),
    "adresse_station": required(cells.text_of(300)),
    "code_insee_commune": FileColumn(cells.code_insee),
    "coordonneesXY": required(read.position),
    "nbre_pdc": required(cells.integer),
    "condition_acces": required(cells.one_of(ConditionAcces.values)),
    "horaires": required(read.opening_hours),
    "restriction_gabarit": required(cells.text_of(200)),
    "station_deux_roues": required(cells.boolean),
    "raccordement": FileColumn(cells.one_of(Raccordement.values)),
    "num_pdl": FileColumn(cells.text_of(64)),
    "date_mise_en_service": FileColumn(cells.date, empty=None),
}
POINT_COLUMNS: dict[str, FileColumn] = {
    "id_pdc_itinerance": required(read.roaming_id),
    "id_pdc_local": FileColumn(cells.text_of(200)),
    "puissance_nominale": required(read.power),
    "prise_type_ef": required(cells.boolean),
    "prise_type_2": required(cells.boolean),
    "prise_type_combo_ccs": required(cells.boolean),
    "prise_type_chademo": required(cells.boolean),
    "prise_type_autre": required(cells.boolean),
    "gratuit": FileColumn(cells.boolean, empty=None),
    "paiement_acte": required(cells.boolean),
    "paiement_cb": FileColumn(cells.boolean, empty=None),
    "paiement_autre": FileColumn(cells.boolean, empty=None),
    "tarification": FileColumn(cells.text_of(500)),
    "reservation": required(cells.boolean),
    "accessibilite_pmr": required(cells.one_of(AccessibilitePmr.values)),
    "observations": FileColumn(cells.text_of(None)),
    "date_maj": required(cells.date),
    "cable_t2_attache": FileColumn(cells.boolean, empty=None),
}
COLUMNS: Mapping[str, FileColumn] = STATION_COLUMNS | POINT_COLUMNS
# The columns of both, in the order of the schema.
ORDER: tuple[str, ...] = (
    "nom_amenageur", "siren_amenageur", "contact_amenageur", "nom_operateur", "contact_operateur",
    "telephone_operateur", "nom_enseigne", "id_station_itinerance", "id_station_local", "nom_station",
    "implantation_station", "adresse_station", "code_insee_commune", "coordonneesXY", "nbre_pdc",
    "id_pdc_itinerance", "id_pdc_local", "puissance_nominale", "prise_type_ef", "prise_type_2",
    "prise_type_combo_ccs", "prise_type_chademo", "prise_type_autre", "gratuit", "paiement_acte", "paiement_cb",
    "paiement_autre", "tarification", "condition_acces", "reservation", "horaires", "accessibilite_pmr",
    "restriction_gabarit", "station_deux_roues", "raccordement", "num_pdl", "date_mise_en_service",
    "observations", "date_maj", "cable_t2_attache",
)  # fmt: skip


@dataclass(slots=True)
class Table:
    """What a file holds: readable rows, the problems of the others, and what to tell about the file itself."""

    rows: list[Row] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    columns: frozenset[str] = frozenset()


def read_table(content: bytes) -> Table:
    """Read an IRVE file: comma, semicolon, tab or pipe separated, with a header.

    Raises:
        UnreadableStationFile: no text, no row, a wrong structure, or a required column is missing.
    """
    text, notices = decoded(content)
    lines = _records(text)
    _line, header = next(lines, (0, []))
    names = _names(header, notices)
    table = Table(notices=notices, columns=frozenset(names) & frozenset(COLUMNS))
    for line, cells_of_row in lines:
        _add(table, line, names, cells_of_row)
    if not table.rows and not table.problems:
        raise UnreadableStationFile(_("Le fichier n’a qu’un en-tête : aucune ligne à lire."))
    return table


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line where each record begins and its cells; blank lines are left out."""
    header = next(line for line in text.splitlines() if line.strip())
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=max(",;\t|", key=header.count))
    begins = 1
    try:
        for cells_of_row in reader:
            if any(cell.strip() for cell in cells_of_row):
                yield begins, cells_of_row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableStationFile(
            _("Ligne %(line)d : le CSV est mal formé (%(reason)s).") % {"line": begins, "reason": error}
        ) from error


def _names(header: list[str], notices: list[str]) -> list[str]:
    """Return the official name of each column of the header, whatever its case; unknown columns keep theirs."""
    official = {name.lower(): name for name in COLUMNS}
    names = [official.get(cell.strip().lower(), cell.strip()) for cell in header]
    columns = [name for name in names if name in COLUMNS]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise UnreadableStationFile(_("Colonnes présentes deux fois : %s.") % ", ".join(twice))
    missing = [name for name, column in COLUMNS.items() if column.is_required and name not in columns]
    if missing:
        raise UnreadableStationFile(_("Colonnes obligatoires absentes : %s.") % ", ".join(missing))
    absent = [name for name in COLUMNS if name not in columns]
    if absent:
        notices.append(_("Colonnes facultatives absentes, laissées telles quelles : %s.") % ", ".join(absent))
    extra = [name for name in names if name not in COLUMNS]
    if extra:
        notices.append(_("Colonnes hors du schéma, ignorées : %s.") % ", ".join(extra))
    return names


def _add(table: Table, line: int, names: list[str], cells_of_row: list[str]) -> None:
    """Read a record into ``table.rows``, or say everything that is wrong with it in ``table.problems``."""
    if len(cells_of_row) != len(names):
        reason = _("%(cells)d valeurs pour %(columns)d colonnes") % {
            "cells": len(cells_of_row),
            "columns": len(names),
        }
        table.problems.append(RowProblem(line, "", "", reason))
        return
    values, problems = read_row(COLUMNS, line, dict(zip(names, cells_of_row, strict=True)))
    table.problems += problems
    if not problems:
        table.rows.append(Row(line, values))
