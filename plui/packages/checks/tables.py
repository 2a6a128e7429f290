"""Each table as a whole: empty, unreadable, its encoding, its columns, its coordinate system."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from plui.packages.content import Package, PackageFile, TableContent
from plui.packages.encodings import (
    actual_codec,
    codec_of,
    control_characters,
    decode,
    repaired,
    two_readings,
)
from plui.packages.findings import Finding
from plui.packages.standards import GEOMETRY

LAMBERT_93, WGS84 = 2154, 4326
ACCEPTED_SRIDS = frozenset({LAMBERT_93, WGS84, *range(3942, 3951), 2972, 2975, 4471, 5490, 32620, 4467})
_EXTRA = re.compile(r"LIB_(ATTR|VAL)[0-9]+")
_FREE_TEXTS = frozenset({"LIBELONG", "LIBELLE", "TXT"})
"""Attributes that may have accents and spaces."""

_SYMBOLS = re.compile(r"[()\"&%$|{}\[\]!?]")


def check_tables(package: Package, *, charset: str, unreadable: Sequence[PackageFile]) -> list[Finding]:
    """Check the tables of a package, and decode their texts; ``charset`` is the one that the metadata declare."""
    findings = [
        Finding("FILE_NOT_OPENED", _("La table « %s » ne peut pas être lue.") % file.path, file=file.path)
        for file in unreadable
    ]
    for table in package.tables.values():
        if table.count == 0:
            findings.append(
                Finding(
                    "FILE_EMPTY", _("La table %s ne contient aucune ligne.") % table.name, file=table.path
                )
            )
        findings += _check_columns(table)
        findings += _decode(table, charset)
        findings += _check_characters(table)
        if table.has_geometry and table.count:
            findings += _check_srid(table)
    drawn = [table for table in package.tables.values() if table.model.geometry]
    if drawn and not any(any(table.shapes) for table in drawn):
        findings.append(Finding("NO_SPATIAL_DATA", _("Aucune table du paquet n’a de géométrie.")))
    return findings


def _check_columns(table: TableContent) -> list[Finding]:
    findings = []
    present = set(table.columns)
    for attribute in table.model.attributes:
        if attribute.name in present or attribute.may_be_absent:
            continue
        code = (
            "TABLE_MISSING_ATTRIBUTE"
            if attribute.is_required
            else "CNIG_TABLE_MISSING_PRESENCE_OPTIONAL_ATTRIBUTE"
        )
        findings.append(
            Finding(
                code,
                _("La table %(table)s n’a pas d’attribut %(name)s.")
                % {"table": table.name, "name": attribute.name},
                file=table.path,
                attribute=attribute.name,
            )
        )
    if table.model.geometry and not table.has_geometry:
        findings.append(
            Finding(
                "TABLE_MISSING_GEOMETRY",
                _("La table %s n’a pas de géométrie.") % table.name,
                file=table.path,
                attribute=GEOMETRY,
            )
        )
    named = {attribute.name for attribute in table.model.attributes}
    findings += [
        Finding(
            "TABLE_UNEXPECTED_ATTRIBUTE",
            _("L’attribut %(name)s n’est pas de la table %(table)s.") % {"name": name, "table": table.name},
            file=table.path,
            attribute=name,
        )
        for name in table.columns
        if name not in named and not _EXTRA.fullmatch(name)
    ]
    return findings


def _decode(table: TableContent, charset: str) -> list[Finding]:
    """Read the texts as their bytes are; say what the declared encoding would have made of them."""
    if table.encoding:
        return []
    declared, actual = codec_of(charset), actual_codec(table.texts)
    reading = two_readings(table.columns, table.texts, declared, actual) if actual else None
    table.encoding = actual or declared
    table.texts = decode(table.texts, table.encoding)
    if reading is None:
        return []
    return [
        Finding(
            "TABLE_UNEXPECTED_ENCODING",
            _(
                "La fiche de métadonnées annonce %(declared)s, les octets sont en %(actual)s : lu comme annoncé, "
                "« %(first)s » ; lu comme écrit, « %(second)s »."
            )
            % {
                "declared": declared.upper(),
                "actual": actual.upper(),
                "first": reading.declared[:80],
                "second": reading.actual[:80],
            },
            file=table.path,
            row=reading.row + 1,
            attribute=reading.column,
            value=reading.actual,
        )
    ]


def _check_characters(table: TableContent) -> list[Finding]:
    findings = []
    for name, column in zip(table.columns, table.texts, strict=True):
        for row, text in enumerate(column, start=1):
            where: dict[str, Any] = {"file": table.path, "row": row, "attribute": name, "value": text}
            twice = repaired(text)
            if twice is not None:
                findings.append(
                    Finding(
                        "ATTRIBUTE_CHARACTERS_ILLEGAL",
                        _("« %(text)s » est encodé deux fois ; lisez « %(twice)s ».")
                        % {"text": text[:80], "twice": twice[:80]},
                        **where,
                    )
                )
            elif control_characters(text):
                findings.append(
                    Finding(
                        "ATTRIBUTE_CHARACTERS_ILLEGAL",
                        _("« %s » contient des caractères de commande ou perdus.") % text[:80],
                        **where,
                    )
                )
            elif name in _FREE_TEXTS and _SYMBOLS.search(text):
                findings.append(
                    Finding(
                        "PORTAL_CHARACTERS",
                        _("« %s » contient un signe que le standard exclut.") % text[:80],
                        **where,
                    )
                )
    return findings


def _check_srid(table: TableContent) -> list[Finding]:
    where: dict[str, Any] = {"file": table.path, "attribute": GEOMETRY}
    if table.srid is None:
        return [
            Finding(
                "PORTAL_CRS", _("La table %s ne dit pas son système de coordonnées.") % table.name, **where
            )
        ]
    if table.srid == WGS84:
        return [
            Finding(
                "VALIDATOR_PROJECTION_LATLON",
                _("La table %s est en EPSG:4326 : le standard demande le Lambert-93.") % table.name,
                **where,
            )
        ]
    if table.srid not in ACCEPTED_SRIDS:
        return [
            Finding(
                "PORTAL_CRS",
                _("La table %(table)s est en EPSG:%(srid)d, que le Géoportail n’accepte pas.")
                % {"table": table.name, "srid": table.srid},
                **where,
            )
        ]
    return []
