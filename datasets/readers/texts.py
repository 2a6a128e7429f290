"""Typed values of Arrow as the text a CSV would hold: ISO dates, ``true`` / ``false``, a point, None for nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from datasets.vocabulary import ColumnType

Column = list[str | None]


def hint_of(kind: pa.DataType) -> ColumnType | None:
    """Return the column type that a file declares; None for text, whose values say more."""
    tests: tuple[tuple[Callable[[pa.DataType], bool], ColumnType], ...] = (
        (pa.types.is_boolean, ColumnType.BOOLEAN),
        (pa.types.is_integer, ColumnType.INTEGER),
        (pa.types.is_floating, ColumnType.NUMBER),
        (pa.types.is_decimal, ColumnType.NUMBER),
        (pa.types.is_date, ColumnType.DATE),
        (pa.types.is_timestamp, ColumnType.DATETIME),
    )
    return next((hint for test, hint in tests if test(kind)), None)


def with_texts(
    hints: Sequence[ColumnType | None], kinds: Sequence[pa.DataType]
) -> tuple[ColumnType | None, ...]:
    """Return the declared types; declared texts are texts when numbers are declared too, else their values decide."""
    has_numbers = bool({ColumnType.INTEGER, ColumnType.NUMBER}.intersection(hints))
    return tuple(
        ColumnType.STRING if has_numbers and hint is None and _is_string(kind) else hint
        for kind, hint in zip(kinds, hints, strict=True)
    )


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_readable(kind: pa.DataType) -> bool:
    """Say whether values of this type have a text: all but bytes."""
    return not (
        pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    )


def texts(column: pa.Array) -> Column:
    """Return the values of a column as text."""
    kind = column.type
    if isinstance(kind, pa.ExtensionType | pa.BaseExtensionType):
        column = column.storage
        kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_float32(kind):
        # Arrow writes the number that was meant, 0.1; as a number of twice the width it is 0.10000000149011612.
        return [value and number_text(float(value)) for value in column.cast(pa.string()).to_pylist()]
    values = column.to_pylist()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return [value.replace("\0", "") or None if value else None for value in values]
    convert = _converter(kind)
    return [None if value is None else convert(value) for value in values]


def repaired(value: bytes) -> str:
    """Return bytes that should be UTF-8 as text: a character cut at the end is dropped, others are U+FFFD."""
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        is_cut = error.reason == "unexpected end of data"
        return (value[: error.start] if is_cut else value).decode(errors="replace")


def number_text(value: float) -> str | None:
    """Return the shortest text of a number, whole numbers without ``.0``; None for NaN and infinities."""
    if value != value or value in (float("inf"), float("-inf")):
        return None
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _converter(kind: pa.DataType) -> Callable[[Any], str | None]:
    if pa.types.is_boolean(kind):
        return lambda value: "true" if value else "false"
    if pa.types.is_floating(kind):
        return number_text
    if pa.types.is_temporal(kind) and not pa.types.is_duration(kind):
        return lambda value: str(value.isoformat())
    if pa.types.is_nested(kind):
        return lambda value: json.dumps(value, ensure_ascii=False, default=str)
    return str
