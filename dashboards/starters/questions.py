"""What suits a source without being asked: which measure, which keys, which fields of rows."""

from __future__ import annotations

from dashboards.starters.sources import FieldRole, PanelSource, SourceField
from interface.additivity import is_additive
from layers.definitions import FieldType

MOST_COLUMNS = 6


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
    """Return the list of values that rows are told apart by."""
    return next(iter(source.codes), None)


def main_key(source: PanelSource) -> str:
    """Return what rows are grouped by first: their commune, a list of values, a year; empty when nothing suits."""
    if source.place is not None:
        return source.place.name
    codes = main_codes(source)
    if codes is not None:
        return codes.name
    date = main_date(source)
    return f"year:{date.name}" if date else next(iter(_others(source)), "")


def second_key(source: PanelSource, first: str) -> str:
    """Return what groups are cut by: a list of values that is not the first key; empty when there is none."""
    taken = first.rpartition(":")[2]
    found = [
        each for each in [*source.codes, *([source.place] if source.place else [])] if each.name != taken
    ]
    return found[0].name if found else ""


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


def shown_fields(source: PanelSource) -> tuple[str, ...]:
    """Return the columns of a list: the name of a feature and its key facts, or the first fields of records."""
    if source.relation is not None:
        return source.listed[:MOST_COLUMNS]
    definition = source.scope.definition
    wanted = dict.fromkeys((definition.title_field, "commune", *definition.summary))
    readable = [name for name in wanted if name in source.scope.filterable]
    others = [name for name in source.listed if name not in wanted]
    return tuple((readable or others)[:MOST_COLUMNS])


def is_adding(field: SourceField) -> bool:
    """Whether the values of a field are amounts that a sum says something of."""
    return field.role is FieldRole.NUMBER and suited_function(field) == "sum"


def _others(source: PanelSource) -> list[str]:
    texts = [each.name for each in source.own if each.field.type is not FieldType.TEXTS]
    return texts or [each.name for each in source.own]
