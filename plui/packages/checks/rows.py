"""The cells of each row, then the rows against each other: null, length, pattern, list, file, uniqueness."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from plui.packages.content import Package, TableContent
from plui.packages.findings import Finding
from plui.packages.standards import DATE, Attribute
from plui.vocabulary import UNKNOWN_DATE

MOST = 200
"""Findings of one code for one attribute of one table; the rest are counted."""

_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_INSEE = re.compile(r"(?:[013-9][0-9]|2[AB1-9])[0-9]{3}")
_INTEGER = re.compile(r"-?[0-9]+")


def check_rows(package: Package) -> list[Finding]:
    """Check every cell of every table, uniqueness and lists."""
    names = {PurePosixPath(file.path).name for file in package.files}
    findings: list[Finding] = []
    for table in package.tables.values():
        for attribute in table.model.attributes:
            if attribute.name in table.columns:
                faults = [
                    *_check_attribute(table, attribute, names),
                    *(_check_unique(table, attribute) if attribute.is_unique else ()),
                ]
                findings += bounded(faults, table, attribute.name)
        findings += bounded(list(_check_pairs(table)), table, table.model.pair[0])
        findings += bounded(list(_check_conditions(table)), table, "")
    return findings


def bounded(findings: list[Finding], table: TableContent, attribute: str) -> list[Finding]:
    """Return the first findings, and how many others there are."""
    if len(findings) <= MOST:
        return findings
    rest = _("%(table)s, %(name)s : %(count)d autres constats de cette sorte.") % {
        "table": table.name,
        "name": attribute,
        "count": len(findings) - MOST,
    }
    return [*findings[:MOST], Finding("PORTAL_MORE", rest, file=table.path, attribute=attribute)]


def _check_attribute(table: TableContent, attribute: Attribute, names: set[str]) -> Iterator[Finding]:
    pattern = re.compile(attribute.pattern) if attribute.pattern else None
    for row, text in enumerate(table.column(attribute.name), start=1):
        fault = _fault(attribute, pattern, text, names)
        if fault:
            code, message = fault
            yield Finding(code, message, file=table.path, row=row, attribute=attribute.name, value=text[:254])


def _fault(
    attribute: Attribute, pattern: re.Pattern[str] | None, text: str, names: set[str]
) -> tuple[str, str] | None:
    """Return what is wrong with a cell: its code and a sentence."""
    if not text:
        if attribute.is_required:
            return "ATTRIBUTE_UNEXPECTED_NULL", _("%s est vide.") % attribute.name
        return None
    return (
        _fault_of_length(attribute, text)
        or _fault_of_form(attribute, pattern, text)
        or _fault_of_value(attribute, text, names)
    )


def _fault_of_length(attribute: Attribute, text: str) -> tuple[str, str] | None:
    values = {"name": attribute.name, "text": text[:80], "count": len(text)}
    if attribute.length and len(text) > attribute.length:
        return "ATTRIBUTE_SIZE_EXCEEDED", _(
            "%(name)s : « %(text)s » a %(count)d caractères ; %(most)d au plus."
        ) % (values | {"most": attribute.length})
    if len(text) < attribute.shortest:
        return "ATTRIBUTE_SIZE_TOO_SHORT", _(
            "%(name)s : « %(text)s » a %(count)d caractères ; %(least)d au moins."
        ) % (values | {"least": attribute.shortest})
    return None


def _fault_of_form(
    attribute: Attribute, pattern: re.Pattern[str] | None, text: str
) -> tuple[str, str] | None:
    values = {"name": attribute.name, "text": text[:80]}
    if attribute.is_integer and not _INTEGER.fullmatch(text):
        return "ATTRIBUTE_INVALID_FORMAT", _("%(name)s : « %(text)s » n’est pas un nombre entier.") % values
    if attribute.is_url and not _URL.fullmatch(text):
        return "ATTRIBUTE_INVALID_FORMAT", _("%(name)s : « %(text)s » n’est pas une adresse.") % values
    if pattern and not pattern.fullmatch(text):
        return "ATTRIBUTE_INVALID_REGEXP", _("%(name)s : « %(text)s » n’a pas la forme attendue.") % values
    if attribute.pattern == DATE and not is_day(text):
        return "PORTAL_DAY", _("%(name)s : le jour « %(text)s » n’existe pas.") % values
    return None


def _fault_of_value(attribute: Attribute, text: str, names: set[str]) -> tuple[str, str] | None:
    values = {"name": attribute.name, "text": text[:80]}
    if attribute.codes is not None and text not in attribute.codes:
        return "TABLE_FOREIGN_KEY_NOT_FOUND", _("%(name)s : « %(text)s » n’est pas dans la liste.") % values
    if attribute.names_file and text.partition("#")[0] not in names:
        return "ATTRIBUTE_FILE_NOT_FOUND", _(
            "%(name)s : le fichier « %(text)s » n’est pas dans le paquet."
        ) % values
    if attribute.name == "INSEE" and not _INSEE.fullmatch(text):
        return "CNIG_INSEE_INVALID", _("« %s » n’est pas un code INSEE.") % text[:80]
    if attribute.name == "SIREN" and not re.fullmatch("[0-9]{9}", text):
        return "CNIG_SIREN_INVALID", _("« %s » n’est pas un SIREN.") % text[:80]
    return None


def is_day(text: str) -> bool:
    """Whether a C8 text is a day, a month, a year or unknown (``20260100``, ``20260000``, ``00000000``)."""
    if text == UNKNOWN_DATE:
        return True
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    if not 1900 <= year <= 2100 or (month == 0 and day):
        return False
    try:
        dt.date(year, month or 1, day or 1)
    except ValueError:
        return False
    return True


def _check_unique(table: TableContent, attribute: Attribute) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for row, text in enumerate(table.column(attribute.name), start=1):
        if not text:
            continue
        if text in first:
            yield Finding(
                "ATTRIBUTE_NOT_UNIQUE",
                _("%(name)s : « %(text)s » est déjà la valeur de la ligne %(row)d.")
                % {"name": attribute.name, "text": text[:80], "row": first[text]},
                file=table.path,
                row=row,
                attribute=attribute.name,
                value=text[:254],
            )
        first.setdefault(text, row)


def _check_pairs(table: TableContent) -> Iterator[Finding]:
    """Check type and sub-type together, which a geometry allows or not."""
    kind, sub_kind = table.model.pair
    if not kind or sub_kind not in table.columns or kind not in table.columns:
        return
    pairs = zip(table.column(kind), table.column(sub_kind), strict=True)
    for row, (first, second) in enumerate(pairs, start=1):
        pair = f"{first}-{second}"
        if first and second and pair not in table.model.pairs:
            yield Finding(
                "TABLE_FOREIGN_KEY_NOT_FOUND",
                _("Le couple %(pair)s n’est pas de ceux de la table %(table)s.")
                % {"pair": pair, "table": table.name},
                file=table.path,
                row=row,
                attribute=f"{kind}, {sub_kind}",
                value=pair,
            )


def _check_conditions(table: TableContent) -> Iterator[Finding]:
    """Check the values that another value asks for."""
    for row in range(table.count):
        for attribute, message in _unmet(table, row):
            code = "CNIG_TXT_REGEXP_INVALID" if attribute == "TXT" else "DATABASE_CONSTRAINT_MISMATCH"
            yield Finding(
                code,
                message,
                file=table.path,
                row=row + 1,
                attribute=attribute,
                value=table.value(row, attribute),
            )


def _unmet(table: TableContent, row: int) -> Iterator[tuple[str, str]]:
    """Yield the attributes that do not have what another value asks for, and a sentence each."""
    if table.name == "DOC_URBA":
        yield from _unmet_of_document(table, row)
    elif table.name.startswith("PRESCRIPTION") and table.value(row, "TYPEPSC") == "97":
        if table.value(row, "STYPEPSC") == "00" and not table.value(row, "NOMFIC"):
            yield "NOMFIC", _missing("NOMFIC", "TYPEPSC-STYPEPSC = 97-00")
        text = table.value(row, "TXT")
        if table.value(row, "STYPEPSC") == "01" and not re.fullmatch("SECT[0-9]{2}", text):
            yield "TXT", _("TXT : « %s » n’a pas la forme SECTnn d’un plan de secteur.") % text
    elif (
        table.name.startswith("INFO")
        and table.value(row, "TYPEINF") == "97"
        and not table.value(row, "NOMFIC")
    ):
        yield "NOMFIC", _missing("NOMFIC", "TYPEINF = 97")


def _unmet_of_document(table: TableContent, row: int) -> Iterator[tuple[str, str]]:
    state = table.value(row, "ETAT")
    if state == "03" and not table.value(row, "DATAPPRO"):
        yield "DATAPPRO", _missing("DATAPPRO", "ETAT = 03")
    if state in {"04", "05"} and not table.value(row, "DATEFIN"):
        yield "DATEFIN", _missing("DATEFIN", f"ETAT = {state}")
    for name in ("NOMREG", "NOMRAPP"):
        url = f"URL{name[3:]}"
        if table.model.attribute(name) and not table.value(row, name) and not table.value(row, url):
            yield name, _("%(name)s ou %(url)s doit être rempli.") % {"name": name, "url": url}


def _missing(name: str, condition: str) -> str:
    return _("%(name)s est attendu quand %(condition)s.") % {"name": name, "condition": condition}
