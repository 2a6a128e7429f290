"""Check a schema before any table is made of it: it must be valid for PostgreSQL and for readers."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Literal

from datasets.definitions import DatasetSchema, SchemaField
from datasets.errors import InvalidSchema
from datasets.inference.names import RESERVED_NAMES
from datasets.readers.source import MAX_COLUMNS
from datasets.sql import is_column, rows
from datasets.vocabulary import ColumnType

_NAME = re.compile(r"[^\W\d]\w{0,62}")
_NUMERIC = {ColumnType.INTEGER, ColumnType.NUMBER}
_TEMPORAL = {ColumnType.DATE: dt.date.fromisoformat, ColumnType.DATETIME: dt.datetime.fromisoformat}


def check_schema(schema: DatasetSchema) -> None:
    """Check names, columns, patterns and bounds.

    Raises:
        InvalidSchema: something in it cannot work; the message says what.
    """
    if not 0 < len(schema.fields) <= MAX_COLUMNS:
        raise InvalidSchema(_("Un schéma a de 1 à %d champs.") % MAX_COLUMNS)
    columns = [field.column for field in schema.fields]
    if len(set(columns)) < len(columns):
        raise InvalidSchema(_("Deux champs ont la même colonne."))
    for field in schema.fields:
        _check_name(field)
        _check_bounds(field)
        _check_pattern(field)


def _check_name(field: SchemaField) -> None:
    if field.name in RESERVED_NAMES or "__" in field.name or not _NAME.fullmatch(field.name):
        raise InvalidSchema(
            _("« %s » ne peut pas nommer un champ.") % field.name[:63], parameter=field.name[:63]
        )
    if not is_column(field.column):
        raise InvalidSchema(_("« %s » ne peut pas nommer une colonne.") % field.column[:63])


def _check_bounds(field: SchemaField) -> None:
    bounds = [value for value in (field.minimum, field.maximum) if value is not None]
    if not bounds:
        return
    read = _TEMPORAL.get(field.type, float if field.type in _NUMERIC else None)
    if read is None:
        raise InvalidSchema(_("« %s » : un texte n’a ni minimum ni maximum.") % field.name)
    try:
        values: list[Any] = [read(value) for value in bounds]  # type: ignore[arg-type]  # a wrong type is the fault we look for
    except (TypeError, ValueError):
        raise InvalidSchema(_("« %s » : borne illisible.") % field.name) from None
    if len(values) > 1 and values[0] > values[1]:
        raise InvalidSchema(_("« %s » : le minimum dépasse le maximum.") % field.name)


def _check_pattern(field: SchemaField) -> None:
    if not field.pattern:
        return
    try:
        with transaction.atomic():
            rows(SQL("SELECT '' ~ {}").format(Literal(f"^(?:{field.pattern})$")))
    except DatabaseError:
        raise InvalidSchema(_("« %s » : motif incorrect.") % field.name) from None
