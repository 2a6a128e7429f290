"""Changes of what a question keeps: conditions added, changed and removed, and filters written in CQL2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.builder.conditions import ConditionRow, FilterRows, check_filter
from dashboards.builder.filter_parts import QuestionFilters, condition_field, question_filters
from dashboards.builder.making import PanelInMaking
from dashboards.builder.question_changes import asked_of
from dashboards.builder.values import place_of, refused, text_of, texts_of
from interface.conditions import DAYS, EMPTY, RANGE, RANGED, is_coded
from layers.aggregates import facet
from layers.definitions import Field, FieldType
from layers.errors import LayersError
from layers.parsing import FeatureQuery
from layers.queries import select


def _filters(making: PanelInMaking) -> QuestionFilters:
    question, source = asked_of(making, "condition")
    return question_filters(question, source)


def _filtered(making: PanelInMaking, filters: QuestionFilters) -> PanelInMaking:
    question, _source = asked_of(making, "condition")
    made = replace(question, filter=filters.features.text, relation_filter=filters.records.text)
    return making.with_panel(replace(making.panel, question=made))


def _added(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    _question, source = asked_of(making, "condition-added")
    name = text_of(value, "condition-added")
    if not name:
        return making
    field, is_of_records = condition_field(source, source.named(name, "condition-added"))
    row = ConditionRow(field, _first_values(making, field, is_of_records=is_of_records))
    filters = _filters(making)
    side = filters.records if is_of_records else filters.features
    more = FilterRows((*side.rows, row), side.rest)
    changed = replace(filters, records=more) if is_of_records else replace(filters, features=more)
    return _filtered(making, changed)


def _first_values(making: PanelInMaking, field: Field, *, is_of_records: bool) -> tuple[str, ...]:
    """Return what a condition asks before anybody chose: something that most rows answer."""
    if field.type in DAYS:
        return (f"{timezone.localdate().year}-01-01{RANGE}",)
    if field.type in RANGED and not field.choices:
        return (f"0{RANGE}",)
    if field.type is FieldType.BOOLEAN:
        return ("true",)
    if field.choices and field.name != "commune":
        return (str(field.choices[0][0]),)
    if is_coded(field) or field.type is FieldType.TEXTS:
        return (_most_frequent(making, field),) if not is_of_records else (EMPTY,)
    return ("",)


def _most_frequent(making: PanelInMaking, field: Field) -> str:
    _question, source = asked_of(making, "condition-added")
    try:
        values = facet(select(source.scope, FeatureQuery()), field.name, 1).values
    except LayersError:
        return EMPTY
    return str(values[0].value) if values and values[0].value not in (None, "") else EMPTY


def _condition(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    filters = _filters(making)
    at_text, _dot, part = place.partition(".")
    at = place_of(at_text, "condition", len(filters.rows))
    rows: list[ConditionRow | None] = list(filters.rows)
    rows[at] = _changed(filters.rows[at], part, value)
    return _filtered(making, filters.replaced(rows))


def _changed(row: ConditionRow, part: str, value: Any) -> ConditionRow | None:
    """Return a row with its values changed; None when it keeps none."""
    if part == "mode":
        return replace(row, is_excluded=text_of(value, "condition") == "not")
    if part in {"from", "to"}:
        return _with_end(row, part, text_of(value, "condition"))
    if part:
        raise refused("condition", _("mode, from ou to"), part)
    values = tuple(text for text in texts_of(value, "condition") if text or not is_coded(row.field))
    return replace(row, values=values) if values else None


def _with_end(row: ConditionRow, part: str, text: str) -> ConditionRow | None:
    first, separator, last = row.values[0].partition(RANGE)
    last = last if separator else first
    ends = (text, last.removeprefix("<")) if part == "from" else (first, text)
    return replace(row, values=(RANGE.join(ends),)) if any(ends) else None


def _removed(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    filters = _filters(making)
    at = place_of(text_of(value, "condition-removed"), "condition-removed", len(filters.rows))
    rows: list[ConditionRow | None] = list(filters.rows)
    rows[at] = None
    return _filtered(making, filters.replaced(rows))


def _text(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    return _written(making, "filter", value)


def _record_text(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    return _written(making, "relation_filter", value)


def _written(making: PanelInMaking, name: str, value: Any) -> PanelInMaking:
    question, _source = asked_of(making, name)
    text = text_of(value, name)
    check_filter(text, name)
    changes: dict[str, Any] = {name: text}
    return making.with_panel(replace(making.panel, question=replace(question, **changes)))


CHANGES: Mapping[str, Callable[[PanelInMaking, str, Any], PanelInMaking]] = {
    "condition-added": _added,
    "condition": _condition,
    "condition-removed": _removed,
    "filter": _text,
    "relation_filter": _record_text,
}
