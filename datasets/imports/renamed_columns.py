"""Columns that a producer renamed between two deliveries, recognised by the values they share with what is online."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datasets.definitions import SchemaField
from datasets.vocabulary import ColumnType
from interface.text import fold
from layers.access import Scope

ONLINE_ROWS = 5_000
"""How many rows of the version online are read, in the order of their table."""
LEAST_SHARE = 0.8
"""The share of a column's first values, or of its first rows, that a field must have."""
LEAST_SHARE_OF_VALUES = 0.5
"""The share of its different values below which rows alike recognise nothing."""
LEAST_DECIMALS = 3
"""The decimals from which an amount that a file rounds is the same: those of a position, of few other amounts."""
LEAST_VALUES = 3
"""Fewer different values (yes and no, two states) recognise nothing."""
_AMOUNTS = {ColumnType.INTEGER, ColumnType.NUMBER}


@dataclass(frozen=True, slots=True)
class UnmatchedColumn:
    """A column of a file that no name recognises, with the texts of its first rows."""

    title: str
    texts: tuple[str, ...]


def renamed_columns(
    columns: Sequence[UnmatchedColumn], fields: Sequence[SchemaField], scope: Scope
) -> dict[str, SchemaField]:
    """Return the fields of a version that have the values of columns under other titles, by these titles.

    ``scope`` is what the importing person reads of that version: a field hidden from them is matched by nothing.

    A pair counts when neither the column nor the field resembles another one as much: two columns with the same
    values stay as they are, for their producer to choose.
    """
    fields = [field for field in fields if field.name in scope.filterable]
    samples = [(column, *_sample(column.texts)) for column in columns]
    samples = [sample for sample in samples if len(set(sample[1])) >= LEAST_VALUES]
    if not samples or not fields:
        return {}
    online = _online_values(fields, scope)
    shares = {
        (column.title, field.name): _share(*_compared(field, texts, amounts, online[field.name]))
        for column, texts, amounts in samples
        for field in fields
    }
    likely = {pair: share for pair, share in shares.items() if share >= LEAST_SHARE}
    by_name = {field.name: field for field in fields}
    return {
        title: by_name[name]
        for (title, name), share in likely.items()
        if all(
            pair == (title, name) or other < share
            for pair, other in likely.items()
            if pair[0] == title or pair[1] == name
        )
    }


def _sample(texts: Iterable[str]) -> tuple[list[Any], list[Any]]:
    """Return the text of each row, without case nor accents, and its amounts when all are."""
    values = [fold(text.strip()) for text in texts if text.strip()]
    amounts = [amount for text in values if (amount := _amount(text)) is not None]
    return values, amounts if len(amounts) == len(values) else []


def _amount(text: str) -> float | None:
    try:
        return round(
            float(text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", ".")), 9
        )
    except ValueError:
        return None


def _compared(
    field: SchemaField, texts: list[Any], amounts: list[Any], online: set[Any]
) -> tuple[list[Any], set[Any]]:
    """Return the values of a column and those online in one form: amounts with as many decimals as both have."""
    if field.type not in _AMOUNTS:
        return texts, online
    places = min(_decimals(amounts), _decimals(online))
    if places < LEAST_DECIMALS:
        return amounts, online
    return [round(amount, places) for amount in amounts], {round(amount, places) for amount in online}


def _decimals(amounts: Iterable[float]) -> int:
    """Return how many decimals amounts have at most."""
    return max((len(f"{amount:.9f}".rstrip("0").partition(".")[2]) for amount in amounts), default=0)


def _share(values: Sequence[Any], online: Collection[Any]) -> float:
    """Return the share of the different values that are online, or of the rows: a state more is one row of many."""
    different = set(values)
    share = len(different & set(online)) / len(different) if different else 0.0
    if share < LEAST_SHARE_OF_VALUES:
        return share
    return max(share, sum(value in online for value in values) / len(values))


def _online_values(fields: Sequence[SchemaField], scope: Scope) -> Mapping[str, set[Any]]:
    """Return the values online of each field: amounts as numbers, days as a file may write them, folded texts."""
    rows = scope.queryset.values_list(*(scope.filterable[field.name].source for field in fields))
    values: dict[str, set[Any]] = {field.name: set() for field in fields}
    for row in rows[:ONLINE_ROWS]:
        for field, value in zip(fields, row, strict=True):
            if value is not None:
                values[field.name].update(_forms(field.type, value))
    return values


def _forms(kind: ColumnType, value: Any) -> Iterable[Any]:
    """Return a stored value in the forms that a file may have it in."""
    if kind in _AMOUNTS:
        return (round(float(value), 9),)
    if kind in {ColumnType.DATE, ColumnType.DATETIME}:
        return (value.isoformat(), f"{value:%d/%m/%Y}")
    return (fold(str(value).strip()),)
