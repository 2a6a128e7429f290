"""The constraints that a schema puts on single values, of tables, of files and of rows that people edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Composed, Literal

from datasets.definitions import SchemaField
from datasets.vocabulary import ColumnType

COLUMN_TYPES: dict[ColumnType, SQL] = {
    ColumnType.STRING: SQL("text"),
    ColumnType.INTEGER: SQL("bigint"),
    ColumnType.NUMBER: SQL("double precision"),
    ColumnType.BOOLEAN: SQL("boolean"),
    ColumnType.DATE: SQL("date"),
    ColumnType.DATETIME: SQL("timestamptz"),
}
# What a time without offset means in a producer's file.
LOCAL_TIME = "Europe/Paris"


def constraints(field: SchemaField, typed: Composable) -> Iterator[tuple[Composed, str, str]]:
    """Return the constraints of the table, for every writer: condition, code and reason for people."""
    if field.enum:
        yield _is_of_enum(field, typed), "enum", _("n’est pas une valeur de la liste")
    if field.pattern:
        yield _full_match(field, typed), "pattern", _("n’a pas la forme attendue")
    if field.minimum is not None:
        least = SQL("({} >= {})").format(typed, _bound(field, field.minimum))
        yield least, "minimum", _("est sous le minimum %s") % field.minimum
    if field.maximum is not None:
        most = SQL("({} <= {})").format(typed, _bound(field, field.maximum))
        yield most, "maximum", _("est au-dessus du maximum %s") % field.maximum


def default_value(field: SchemaField) -> Any:
    """Return the value of a new row in Python; None without one.

    Raises:
        ValueError: the default is not of the type of the field.
    """
    return _READ[field.type](field.default) if field.default else None


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(text)
    return text == "true"


def _instant(text: str) -> dt.datetime:
    at = dt.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(LOCAL_TIME))


_READ: Mapping[ColumnType, Callable[[str], Any]] = {
    ColumnType.STRING: str,
    ColumnType.INTEGER: int,
    ColumnType.NUMBER: float,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.DATE: dt.date.fromisoformat,
    ColumnType.DATETIME: _instant,
}


def _bound(field: SchemaField, value: float | str) -> Composed:
    """Return a minimum or a maximum as a value of the field's type."""
    if field.type is ColumnType.DATE:
        return SQL("{}::date").format(Literal(str(value)))
    if field.type is ColumnType.DATETIME:
        return SQL("{}::timestamptz").format(Literal(_instant(str(value)).isoformat()))
    return SQL("{}::double precision").format(Literal(float(value)))


def _is_of_enum(field: SchemaField, value: Composable) -> Composed:
    """Return the condition of a value of the enumeration."""
    return SQL("{}::text = ANY({}::text[])").format(value, Literal(list(field.enum)))


def _full_match(field: SchemaField, value: Composable) -> Composed:
    """Return the condition of a value that the whole pattern matches."""
    return SQL("{}::text ~ {}").format(value, Literal(f"^(?:{field.pattern})$"))
