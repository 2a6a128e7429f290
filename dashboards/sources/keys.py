"""Defaults of a source: measure, keys, fields of rows."""

from __future__ import annotations

from collections.abc import Iterable

from dashboards.sources.source import FieldRole, PanelSource, SourceField
from dashboards.sources.words import group_key
from interface.additivity import is_additive
from layers.definitions import FieldType
from layers.errors import InvalidParameter
from layers.parsing.aggregates import ADDITIVE, AggregateMeasure, parse_measure

MAX_COLUMNS = 6


def suited_function(field: SourceField) -> str:
    """Return how a number is summed up: added, or averaged."""
    return "sum" if is_additive(field.field) else "avg"


def main_number(source: PanelSource) -> SourceField | None:
    """Return the number that a source is measured by, one that adds up first."""
    added = [each for each in source.numbers if suited_function(each) == "sum"]
    return next(iter(added or source.numbers), None)


def main_date(source: PanelSource) -> SourceField | None:
    """Return the date that rows are followed by."""
    return next(iter(source.dates), None)


def main_codes(source: PanelSource) -> SourceField | None:
    """Return the list of values that best distinguishes rows."""
    return next(iter(source.codes), None)


def main_key(source: PanelSource) -> str:
    """Return what rows are grouped by first: their commune, a list of values, a year; empty when nothing suits."""
    if source.commune is not None:
        return source.commune.name
    codes = main_codes(source)
    if codes is not None:
        return codes.name
    date = main_date(source)
    return f"year:{date.name}" if date else next(iter(_other_fields(source)), "")


def second_key(source: PanelSource, first: str) -> str:
    """Return what groups are cut by: a list of values that is not the first key; empty when there is none."""
    first_name = first.rpartition(":")[2]
    fields = [
        each
        for each in [*source.codes, *([source.commune] if source.commune else [])]
        if each.name != first_name
    ]
    return fields[0].name if fields else ""


def time_key(source: PanelSource) -> str:
    """Return what a line follows: the years of a date, a year, bins of a number; empty when nothing suits."""
    date = main_date(source)
    if date is not None:
        return f"year:{date.name}"
    year = next(iter(source.of_role(FieldRole.YEAR)), None)
    if year is not None:
        return year.name
    number = main_number(source)
    return f"bins10:{number.name}" if number else ""


def list_fields(source: PanelSource) -> tuple[str, ...]:
    """Return the columns of a list: the name of a feature and its key facts, or the first fields of records."""
    if source.relation is not None:
        return source.listed[:MAX_COLUMNS]
    definition = source.scope.definition
    names = dict.fromkeys((definition.title_field, "commune", *definition.summary))
    readable = [name for name in names if name in source.scope.filterable]
    rest = [name for name in source.listed if name not in names]
    return tuple((readable or rest)[:MAX_COLUMNS])


def is_adding(field: SourceField) -> bool:
    """Whether the values of a field are amounts, whose sum is meaningful."""
    return field.role is FieldRole.NUMBER and suited_function(field) == "sum"


def _other_fields(source: PanelSource) -> list[str]:
    texts = [each.name for each in source.own if each.field.type is not FieldType.TEXTS]
    return texts or [each.name for each in source.own]


# Measures that follow periods or numbers: they mean something along an order alone.
FOLLOWING = frozenset({"cumulated", "change"})
# Measures whose groups add up to that of the whole.
ADDED = ADDITIVE | {"share"}
_POSITIONED = frozenset({FieldRole.DATE, FieldRole.YEAR, FieldRole.NUMBER})


def existing_keys(source: PanelSource, keys: Iterable[str]) -> tuple[str, ...]:
    """Return the group keys that a source has."""
    return tuple(key for key in keys if is_key(source, key))


def is_key(source: PanelSource, text: str) -> bool:
    """Whether a source may be grouped by a key."""
    try:
        key = group_key(text)
    except InvalidParameter:
        return False
    field = source.fields.get(key.property)
    if field is None:
        return False
    if key.period:
        return field.role is FieldRole.DATE
    if key.width is not None:
        return field.role in {FieldRole.NUMBER, FieldRole.YEAR}
    return not key.bins or field.role in _POSITIONED


def is_period(text: str) -> bool:
    """Whether a key cuts a date into periods."""
    return bool(group_key(text).period)


def is_ordered(source: PanelSource, text: str) -> bool:
    """Whether the groups of a key come one after the other: periods, years, numbers."""
    key = group_key(text)
    field = source.fields.get(key.property)
    if key.period or key.width is not None or key.bins:
        return True
    return field is not None and field.role in {FieldRole.YEAR, FieldRole.NUMBER}


def existing_measures(source: PanelSource, measures: Iterable[str]) -> tuple[str, ...]:
    """Return the measures that a source has, a count when it has none of them."""
    return tuple(text for text in measures if is_numeric(source, text)) or ("count",)


def is_numeric(source: PanelSource, text: str) -> bool:
    """Whether a measure of a source is a number."""
    try:
        measure = parse_measure(text)
    except InvalidParameter:
        return False
    return all(_is_numeric(source, part) for part in measure.parts or (measure,))


def _is_numeric(source: PanelSource, measure: AggregateMeasure) -> bool:
    geometry = source.scope.definition.geometry
    if measure.function == "area":
        return source.relation is None and geometry.is_surface
    if measure.function == "length":
        return source.relation is None and "Line" in geometry.value
    if ends := measure.ends():
        return all(name in source.fields and source.fields[name].role is FieldRole.DATE for name in ends)
    if measure.function in {"count", "distinct"}:
        return not measure.property or measure.property in source.fields
    if measure.weight and not is_number_field(source, measure.weight):
        return False
    field = source.fields.get(measure.property)
    return field is not None and field.role in {FieldRole.NUMBER, FieldRole.YEAR}


def has_delays(source: PanelSource) -> bool:
    """Whether a source has two dates, whose days between can be measured."""
    return len(source.dates) > 1


def valid_measure(source: PanelSource, text: str, keys: Iterable[str]) -> str:
    """Return a measure that groups by these keys can have: along no order, nothing is cumulated."""
    measure = parse_measure(text)
    if measure.function in FOLLOWING and not any(is_ordered(source, key) for key in keys):
        return str(measure.parts[0])
    return text


def is_number_field(source: PanelSource, name: str) -> bool:
    """Whether a name is that of an amount."""
    field = source.fields.get(name)
    return field is not None and field.role is FieldRole.NUMBER


def own_codes(source: PanelSource) -> list[SourceField]:
    """Return the lists of values that are fields of the rows themselves, single ones."""
    readable = source.scope.filterable
    return [each for each in source.codes if each.role is FieldRole.CODES and each.name in readable]


def own_numbers(source: PanelSource) -> list[SourceField]:
    """Return the numbers that are fields of the rows themselves."""
    return [each for each in source.numbers if each.name in source.scope.filterable]
