"""Group keys and measures of a question that a source has, and what can be drawn of them."""

from __future__ import annotations

from collections.abc import Iterable

from dashboards.starters.sources import FieldRole, PanelSource
from dashboards.starters.words import group_key
from layers.errors import InvalidParameter
from layers.parsing.aggregates import AggregateMeasure, parse_measure

# Measures that follow periods or numbers: they mean something along an order alone.
FOLLOWING = frozenset({"cumulated", "change"})
_POSITIONED = frozenset({FieldRole.DATE, FieldRole.YEAR, FieldRole.NUMBER})


def kept_keys(source: PanelSource, keys: Iterable[str]) -> tuple[str, ...]:
    """Return the group keys that a source has."""
    return tuple(key for key in keys if is_key(source, key))


def is_key(source: PanelSource, text: str) -> bool:
    """Whether a source may be grouped by a key."""
    try:
        key = group_key(text)
    except InvalidParameter:
        return False
    found = source.fields.get(key.property)
    if found is None:
        return False
    if key.period:
        return found.role is FieldRole.DATE
    if key.width is not None:
        return found.role in {FieldRole.NUMBER, FieldRole.YEAR}
    return not key.bins or found.role in _POSITIONED


def is_period(text: str) -> bool:
    """Whether a key cuts a date into periods."""
    return bool(group_key(text).period)


def is_ordered(source: PanelSource, text: str) -> bool:
    """Whether the groups of a key come one after the other: periods, years, numbers."""
    key = group_key(text)
    found = source.fields.get(key.property)
    if key.period or key.width is not None or key.bins:
        return True
    return found is not None and found.role in {FieldRole.YEAR, FieldRole.NUMBER}


def kept_measures(source: PanelSource, measures: Iterable[str]) -> tuple[str, ...]:
    """Return the measures that a source has, a count when it has none of them."""
    return tuple(text for text in measures if is_drawn(source, text)) or ("count",)


def is_drawn(source: PanelSource, text: str) -> bool:
    """Whether a measure of a source is a number."""
    try:
        measure = parse_measure(text)
    except InvalidParameter:
        return False
    return all(_is_drawn(source, part) for part in measure.parts or (measure,))


def _is_drawn(source: PanelSource, measure: AggregateMeasure) -> bool:
    geometry = source.scope.definition.geometry
    if measure.function == "area":
        return source.relation is None and geometry.is_surface
    if measure.function == "length":
        return source.relation is None and "Line" in geometry.value
    if ends := measure.ends():
        return all(name in source.fields and source.fields[name].role is FieldRole.DATE for name in ends)
    if measure.function in {"count", "distinct"}:
        return not measure.property or measure.property in source.fields
    found = source.fields.get(measure.property)
    return found is not None and found.role in {FieldRole.NUMBER, FieldRole.YEAR}


def has_delays(source: PanelSource) -> bool:
    """Whether a source has two dates, whose days between can be measured."""
    return len(source.dates) > 1


def drawn_measure(source: PanelSource, text: str, keys: Iterable[str]) -> str:
    """Return a measure that groups by these keys can have: along no order, nothing is cumulated."""
    measure = parse_measure(text)
    if measure.function in FOLLOWING and not any(is_ordered(source, key) for key in keys):
        return str(measure.parts[0])
    return text
