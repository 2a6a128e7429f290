"""From the texts of a file to typed columns: the casts, guarded by the patterns of ``datasets.inference.values``."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.definitions import SchemaField
from datasets.inference.values import BLANKS, MISSING, PATTERNS, REWRITES, TRUE, Rewrite
from datasets.vocabulary import ColumnType

COLUMN_TYPES: dict[ColumnType, SQL] = {
    ColumnType.STRING: SQL("text"),
    ColumnType.INTEGER: SQL("bigint"),
    ColumnType.NUMBER: SQL("double precision"),
    ColumnType.BOOLEAN: SQL("boolean"),
    ColumnType.DATE: SQL("date"),
    ColumnType.DATETIME: SQL("timestamptz"),
}
NULL = SQL("NULL")
# What a time without offset means in a producer's file.
LOCAL_TIME = "Europe/Paris"


def raw_column(position: int) -> Identifier:
    """Return the raw table's column for a position in the file's rows."""
    return Identifier("r", f"c{position}")


def trimmed(text: Composable) -> Composed:
    """Return the text without the blanks around it."""
    return SQL("btrim({}, {})").format(text, Literal(BLANKS))


def is_given(text: Composable) -> Composed:
    """Return the condition of a text that stands for a value in a column that is not of text."""
    return SQL("({0} <> '' AND {0} !~* {1})").format(trimmed(text), Literal(MISSING))


def cast(kind: ColumnType, text: Composable) -> Composed:
    """Return the typed value of a raw text; NULL when it has none or cannot be read."""
    if kind is ColumnType.STRING:
        return SQL("nullif({}, '')").format(text)
    value: Composable = trimmed(text)
    typed: Composable
    if kind is ColumnType.BOOLEAN:
        typed = SQL("{} ~* {}").format(value, Literal(TRUE))
    else:
        rewritten = value
        for rewrite in REWRITES[kind]:
            rewritten = _rewritten(rewritten, rewrite)
        typed = SQL("({})::{}").format(rewritten, COLUMN_TYPES[kind])
    return SQL("CASE WHEN {} ~* {} THEN {} END").format(value, Literal(PATTERNS[kind]), typed)


def _rewritten(text: Composable, rewrite: Rewrite) -> Composed:
    """Return the substitution; one of single characters by at most one is a translation, several times faster."""
    characters = rewrite.pattern.removeprefix("[").removesuffix("]")
    is_set = len(characters) == 1 or rewrite.pattern == f"[{characters}]"
    if is_set and len(rewrite.replacement) <= 1 and not set(characters) & set("^-\\[]."):
        return SQL("translate({}, {}, {})").format(
            text, Literal(characters), Literal(rewrite.replacement * len(characters))
        )
    return SQL("regexp_replace({}, {}, {}, 'g')").format(
        text, Literal(rewrite.pattern), Literal(rewrite.replacement)
    )


def bound(field: SchemaField, value: float | str) -> Composed:
    """Return a minimum or a maximum as a value of the field's type."""
    if field.type is ColumnType.DATE:
        return SQL("{}::date").format(Literal(str(value)))
    if field.type is ColumnType.DATETIME:
        moment = dt.datetime.fromisoformat(str(value))
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(LOCAL_TIME))
        return SQL("{}::timestamptz").format(Literal(zoned.isoformat()))
    return SQL("{}::double precision").format(Literal(float(value)))


def is_of_enum(field: SchemaField, value: Composable) -> Composed:
    """Return the condition of a value of the enumeration."""
    return SQL("{}::text = ANY({}::text[])").format(value, Literal(list(field.enum)))


def whole_match(field: SchemaField, value: Composable) -> Composed:
    """Return the condition of a value that the whole pattern matches."""
    return SQL("{}::text ~ {}").format(value, Literal(f"^(?:{field.pattern})$"))
