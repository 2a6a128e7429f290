"""Texts of a package → values of the tables of versions; what a column cannot hold is a fault with its row.

The names of the standard are those of the columns. Codes that a later standard dropped become the ones that replace
them: zones Ah, Nd and Nh (until 2017) are A and N. IDURBA takes the form of the portal, ``200057974_PLUI_20240115``,
whatever the package wrote (``PLUi``, or without dashes in 2014).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from plui.models import DocUrba
from plui.vocabulary import IDURBA_PATTERN, INFORMATIONS, PRESCRIPTIONS, UNKNOWN_DATE

_OLD_IDURBA = re.compile(r"(?P<code>\d{9}|(?:2[AB]|\d\d)\d{3})(?P<date>\d{8})(?P<suffix>_[A-Za-z])?")
_IDURBA = re.compile(
    r"(?P<code>\d{9}|(?:2[AB]|\d\d)\d{3})_(?P<typedoc>[A-Za-z]+)_(?P<date>\d{8})(?P<suffix>_[A-Za-z])?"
)
_FORMER_ZONES = {"Ah": "A", "Nh": "N", "Nd": "N"}
_DATES = frozenset({"datvalid", "datappro", "datefin", "dateref"})
# Columns whose pattern is a constraint of the database; NATURE and addresses are not.
_PATTERNS = _DATES | {"idurba", "symbole", "couleur", "siren", "nomproc"}
_CODED = {"typezone", "typedoc", "etat", "typeref"}
_REQUIRED = frozenset({"libelle", "typezone", "nattrac", "natecr"})
_PAIRS: Mapping[str, Mapping[str, str]] = {"psc": PRESCRIPTIONS, "inf": INFORMATIONS}
_DEFAULTS = {
    "nomproc": "E",
    "typeref": "01",
    "stypepsc": "00",
    "stypeinf": "00",
    "typedoc": "PLUI",
    "etat": "03",
}
_VALUE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that a column cannot hold: ``row`` is 1-based."""

    table: str
    row: int
    attribute: str
    value: str
    reason: str

    def sentence(self) -> str:
        """Return the fault in words, its culprit named."""
        return _("%(table)s, ligne %(row)d, %(attribute)s « %(value)s » : %(reason)s") % {
            "table": self.table,
            "row": self.row,
            "attribute": self.attribute,
            "value": self.value[:_VALUE_LENGTH],
            "reason": self.reason,
        }


def portal_idurba(text: str, typedoc: str) -> str:
    """Return an IDURBA in the form of the portal; empty when it is none. ``typedoc`` is that of the model."""
    text = text.strip()
    if match := _IDURBA.fullmatch(text):
        written = f"{match['code']}_{match['typedoc']}_{match['date']}{match['suffix'] or ''}".upper()
        return written if re.match(IDURBA_PATTERN, written) else ""
    if match := _OLD_IDURBA.fullmatch(text):
        return f"{match['code']}_{typedoc}_{match['date']}{match['suffix'] or ''}".upper()
    return ""


def partition_of(idurba: str) -> str:
    """Return the partition of an IDURBA: the code of the authority, and its letter."""
    parts = idurba.split("_")
    return f"{parts[0]}_{parts[3]}" if len(parts) > 3 else parts[0]


def content_columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the columns that a package writes: no identifiers, no place in time, nothing that is computed."""
    left_out = {"id", "version", "feature_id", "idurba", "commune", "created_at", "updated_at"}
    return [
        field
        for field in model._meta.concrete_fields
        if not field.generated and field.name not in left_out and (field.editable or field.name == "geom")
    ]


def text_columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return those of ``content_columns`` but the geometry."""
    return [field for field in content_columns(model) if field.name != "geom"]


def row_values(
    model: type[models.Model], table: str, row: int, texts: Mapping[str, str], faults: list[Fault]
) -> list[str]:
    """Return the values of ``text_columns`` as texts; what a column cannot hold is added to ``faults``."""
    values = []
    for column in text_columns(model):
        value = _normal(column.name, texts.get(column.name.upper(), ""))
        if reason := _reason(column, value):
            faults.append(Fault(table, row, column.name.upper(), value, reason))
        values.append(value)
    for letters, codes in _PAIRS.items():
        kind, under = texts.get(f"TYPE{letters.upper()}", ""), texts.get(f"STYPE{letters.upper()}", "")
        if kind and f"{kind}-{under or '00'}" not in codes:
            reason = _("ce couple n’est pas dans le standard.")
            faults.append(Fault(table, row, f"TYPE{letters.upper()}", f"{kind}-{under}", reason))
    return values


def document_values(
    texts: Mapping[str, str], *, idurba: str, date: str, faults: list[Fault]
) -> dict[str, str]:
    """Return the columns of DOC_URBA, the IDURBA in the form of the portal; ``date`` is the DATAPPRO of the folder."""
    values: dict[str, str] = {"idurba": idurba}
    for column in DocUrba._meta.concrete_fields:
        if column.name in {"id", "idurba"}:
            continue
        value = _normal(column.name, texts.get(column.name.upper(), ""))
        if column.name == "datappro" and value == UNKNOWN_DATE:
            value = date or value
        if column.name == "typedoc":
            value = idurba.split("_")[1]
        if reason := _reason(column, value):
            faults.append(Fault("DOC_URBA", 1, column.name.upper(), value, reason))
        values[column.name] = value
    return values


def _normal(name: str, text: str) -> str:
    value = text.strip()
    if name in _DATES:
        return value or UNKNOWN_DATE
    if name == "typezone":
        return _FORMER_ZONES.get(value, value)
    return value or _DEFAULTS.get(name, "")


def _reason(column: models.Field[Any, Any], value: str) -> str:
    """Return why a column cannot hold a value; empty when it can."""
    name = column.name
    if isinstance(column, models.SmallIntegerField | models.PositiveSmallIntegerField):
        return _number_reason(column, value)
    if not value:
        return _("la valeur manque.") if name in _REQUIRED else ""
    if column.max_length and len(value) > column.max_length:
        return _("%(length)d caractères, %(most)d au plus.") % {
            "length": len(value),
            "most": column.max_length,
        }
    if name in _CODED and value not in {str(code) for code, _label in column.flatchoices}:
        return _("ce code n’est pas dans la liste.")
    if "\0" in value:
        return _("le texte a un caractère nul.")
    return _pattern_reason(column, value) if name in _PATTERNS else ""


def _pattern_reason(column: models.Field[Any, Any], value: str) -> str:
    for validator in column.validators:
        if isinstance(validator, RegexValidator):
            try:
                validator(value)
            except ValidationError:
                return _("la forme n’est pas celle du standard.")
    return ""


def _number_reason(column: models.Field[Any, Any], value: str) -> str:
    if not value:
        return ""
    try:
        column.run_validators(int(value))
    except (ValueError, ValidationError):
        return _("ce n’est pas un nombre de cette colonne.")
    return ""


def refusal(faults: Sequence[Fault]) -> str:
    """Return the faults in a sentence each, the first twenty, and how many there are."""
    lines: Iterable[str] = (fault.sentence() for fault in faults[:20])
    head = _("Les tables du portail ne peuvent pas contenir ces lignes (%d).") % len(faults)
    return " ".join([head, *lines])


def is_original(values: Mapping[str, str]) -> bool:
    """Whether the parameter ``original`` asks for a piece as it came.

    Raises:
        InvalidParameter: it is neither empty nor 1.
    """
    text = values.get("original", "")
    if text not in {"", "1"}:
        raise InvalidParameter(_("original attend 1 ; reçu « %s ».") % text[:40], parameter="original")
    return text == "1"


def version_number(values: Mapping[str, str]) -> int | None:
    """Return the parameter ``version``, the number of a version; None without it.

    Raises:
        InvalidParameter: it is no number.
    """
    text = values.get("version", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidParameter(
            _("version attend le numéro d’une version ; reçu « %s ».") % text[:40], parameter="version"
        )
    return int(text)
