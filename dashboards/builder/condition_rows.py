"""The conditions of a question: their controls, and the changes made by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dashboards.builder.conditions import (
    QuestionFilters,
    check_filter,
    condition_field,
    condition_title,
    filterable_fields,
    question_filters,
)
from dashboards.builder.draft import PanelDraft
from dashboards.builder.filter_rows import ConditionRow, FilterRows
from dashboards.builder.parsing import list_index, number_of, refused, text_of, texts_of
from dashboards.builder.question import question_of_draft
from dashboards.panels.controls import PanelControl, plain, select
from dashboards.sources.source import PanelSource
from interface.conditions import DAYS, EMPTY, RANGE, RANGED, is_coded, resolved_range, value_words
from interface.text import fold
from layers.aggregates import facet
from layers.definitions import Field, FieldType, Text
from layers.errors import InvalidParameter, LayersError
from layers.parsing import FeatureQuery
from layers.parsing.relative_periods import OFFERED, is_relative_period, relative_period_words
from layers.queries import select as select_rows

MAX_VALUES = 40
# Ends of a range, and those that are counted from today.
COUNTED = "today"
_ENDS = ("from", "to")
_END_WORDS: tuple[Text, Text] = (gettext_lazy("De"), gettext_lazy("À"))
_COUNTED_WORDS: Mapping[str, tuple[Text, Text]] = {
    "from": (gettext_lazy("De : écart avec aujourd’hui"), gettext_lazy("De : compté en")),
    "to": (gettext_lazy("À : écart avec aujourd’hui"), gettext_lazy("À : compté en")),
}
_UNITS: Mapping[str, Text] = {
    "d": gettext_lazy("jours"),
    "w": gettext_lazy("semaines"),
    "m": pgettext_lazy("duration", "mois"),
    "y": gettext_lazy("ans"),
}
_OFFSET = re.compile(rf"{COUNTED}([+-]\d{{1,4}})([dwmy])", re.IGNORECASE)
_MOST = 9_999


@dataclass(frozen=True, slots=True)
class ConditionBlock:
    """A condition: its controls, and the button that removes it."""

    title: str
    controls: tuple[PanelControl, ...]
    removal: PanelControl


@dataclass(frozen=True, slots=True)
class ConditionForm:
    """The conditions of a question; ``texts`` are its filters in CQL2, ``has_rest``: blocks do not say all."""

    blocks: tuple[ConditionBlock, ...]
    addition: PanelControl
    texts: tuple[PanelControl, ...]
    has_rest: bool

    @property
    def count(self) -> int:
        """How many conditions there are."""
        return len(self.blocks) + self.has_rest


def condition_form(draft: PanelDraft) -> ConditionForm | None:
    """Return the conditions of a panel; None without a layer that its maker sees."""
    question, source = draft.full_panel.question, draft.source
    if question is None or source is None:
        return None
    filters = question_filters(question, source)
    count = len(filters.features.rows)
    blocks = [
        _block(source, row, index, is_of_records=index >= count) for index, row in enumerate(filters.rows)
    ]
    titles = ((each.name, condition_title(source, each)) for each in filterable_fields(source))
    ordered = sorted(titles, key=lambda pair: fold(pair[1]))
    fields = plain(("", _("choisir un champ…")), *ordered)
    texts = [
        PanelControl(
            "filter",
            _("Filtre des objets (CQL2)"),
            "area",
            value=question.filter,
            change="filter",
            is_wide=True,
        )
    ]
    if source.relation is not None:
        texts.append(
            _text_control("relation_filter", _("Filtre des lignes (CQL2)"), question.relation_filter)
        )
    return ConditionForm(
        blocks=tuple(blocks),
        addition=select("condition-added", _("Ajouter une condition"), [fields], ""),
        texts=tuple(texts),
        has_rest=bool(filters.features.rest or filters.records.rest),
    )


def _text_control(name: str, label: str, value: str) -> PanelControl:
    return PanelControl(name, label, "area", value=value, change=name, is_wide=True)


def _block(source: PanelSource, row: ConditionRow, index: int, *, is_of_records: bool) -> ConditionBlock:
    title = str(capfirst(str(row.field.title)))
    name = f"condition.{index}"
    removal = PanelControl(
        f"condition-removed.{index}", _("Retirer la condition « %s »") % title, "button", value=str(index),
        change="condition-removed", icon="x",
    )  # fmt: skip
    return ConditionBlock(title, tuple(_controls(source, row, name, is_of_records=is_of_records)), removal)


def _controls(
    source: PanelSource, row: ConditionRow, name: str, *, is_of_records: bool
) -> Iterable[PanelControl]:
    if (
        row.field.type in RANGED
        and not row.field.choices
        and EMPTY not in row.values
        and len(row.values) == 1
    ):
        yield from _range(row, name)
        return
    if (
        is_coded(row.field)
        or row.field.type is FieldType.TEXTS
        or row.field.type in RANGED
        or len(row.values) > 1
    ):
        if is_coded(row.field):
            modes = plain(("is", _("est")), ("not", _("n’est pas")))
            yield select(f"{name}.mode", _("La valeur"), [modes], "not" if row.is_excluded else "is")
        choices = dict(_choices(source, row.field, is_of_records=is_of_records))
        choices |= {value: _words(row.field, value) for value in row.values if value not in choices}
        for value, words in choices.items():
            yield PanelControl(
                f"{name}.{value}",
                words,
                "flag",
                value=value,
                change=name,
                group=name,
                is_checked=value in row.values,
            )
        return
    yield PanelControl(name, _("Contient"), "text", value=row.values[0], change=name, length=200,
                  help=_("« =mot » pour la valeur entière, « - » pour ce qui n’est pas renseigné."))  # fmt: skip


def _range(row: ConditionRow, name: str) -> Iterable[PanelControl]:
    first, separator, last = row.values[0].partition(RANGE)
    ends = (first, last.removeprefix("<") if separator else first)
    if row.field.type not in DAYS:
        for end, label, value in zip(_ENDS, _END_WORDS, ends, strict=True):
            yield PanelControl(
                f"{name}.{end}", str(label), "number", value=value, change=f"{name}.{end}", step="any"
            )
        return
    period = row.values[0] if is_relative_period(row.values[0]) else ""
    names = OFFERED if not period or period in OFFERED else (*OFFERED, period)
    words = ((each, str(capfirst(relative_period_words(each)))) for each in names)
    choices = plain(("", _("dates choisies")), (COUNTED, _("comptées d’aujourd’hui")), *words)
    is_counted = any(end.startswith(COUNTED) for end in ends)
    yield select(f"{name}.period", _("Période"), [choices], COUNTED if is_counted else period)
    if period:
        return
    for end, label, value in zip(_ENDS, _END_WORDS, ends, strict=True):
        if value.startswith(COUNTED):
            yield from _counted_end(f"{name}.{end}", end, value)
        else:
            yield PanelControl(f"{name}.{end}", str(label), "date", value=value, change=f"{name}.{end}")


def _counted_end(name: str, end: str, text: str) -> Iterable[PanelControl]:
    """Yield the controls of an end that is counted from today: how many, of which unit."""
    count, unit = _offset(text)
    count_label, unit_label = _COUNTED_WORDS[end]
    yield PanelControl(
        f"{name}.count",
        str(count_label),
        "number",
        value=str(count),
        change=f"{name}.count",
        step="1",
        help=_("Négatif : avant aujourd’hui."),
    )
    units = plain(*((sign, str(words)) for sign, words in _UNITS.items()))
    yield select(f"{name}.unit", str(unit_label), [units], unit)


def _offset(text: str) -> tuple[int, str]:
    """Return how many units a day is from today, and the unit."""
    match = _OFFSET.fullmatch(text)
    return (int(match[1]), match[2].lower()) if match else (0, "d")


def _choices(source: PanelSource, field: Field, *, is_of_records: bool) -> Iterable[tuple[str, str]]:
    """Yield the values that a field may have, with their words; of texts, those that most features have."""
    if field.type is FieldType.BOOLEAN:
        yield from (("true", _("Oui")), ("false", _("Non")))
    elif field.choices:
        yield from ((str(code), str(label)) for code, label in field.choices[:MAX_VALUES])
    elif not is_of_records:
        for each in _facet(source, field):
            yield each, _words(field, each)
    yield EMPTY, str(capfirst(_("non renseigné")))


def _facet(source: PanelSource, field: Field) -> list[str]:
    try:
        values = facet(select_rows(source.scope, FeatureQuery()), field.name, MAX_VALUES).values
    except LayersError:
        return []
    return [str(each.value) for each in values if each.value not in (None, "")]


def _words(field: Field, value: str) -> str:
    try:
        return value_words(field, value)
    except (ValueError, InvalidParameter):
        return value


def _filters(draft: PanelDraft) -> QuestionFilters:
    question, source = question_of_draft(draft, "condition")
    return question_filters(question, source)


def _filtered(draft: PanelDraft, filters: QuestionFilters) -> PanelDraft:
    question, _source = question_of_draft(draft, "condition")
    made = replace(question, filter=filters.features.text, relation_filter=filters.records.text)
    return draft.with_panel(replace(draft.panel, question=made))


def _added(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    _question, source = question_of_draft(draft, "condition-added")
    name = text_of(value, "condition-added")
    if not name:
        return draft
    field, is_of_records = condition_field(source, source.named(name, "condition-added"))
    row = ConditionRow(field, _first_values(draft, field, is_of_records=is_of_records))
    filters = _filters(draft)
    side = filters.records if is_of_records else filters.features
    more = FilterRows((*side.rows, row), side.rest)
    changed = replace(filters, records=more) if is_of_records else replace(filters, features=more)
    return _filtered(draft, changed)


def _first_values(draft: PanelDraft, field: Field, *, is_of_records: bool) -> tuple[str, ...]:
    """Return the first values of a new condition: some that most rows match."""
    if field.type in DAYS:
        return (f"{timezone.localdate().year}-01-01{RANGE}",)
    if field.type in RANGED and not field.choices:
        return (f"0{RANGE}",)
    if field.type is FieldType.BOOLEAN:
        return ("true",)
    if field.choices and field.name != "commune":
        return (str(field.choices[0][0]),)
    if is_coded(field) or field.type is FieldType.TEXTS:
        return (_most_frequent(draft, field),) if not is_of_records else (EMPTY,)
    return ("",)


def _most_frequent(draft: PanelDraft, field: Field) -> str:
    _question, source = question_of_draft(draft, "condition-added")
    try:
        values = facet(select_rows(source.scope, FeatureQuery()), field.name, 1).values
    except LayersError:
        return EMPTY
    return str(values[0].value) if values and values[0].value not in (None, "") else EMPTY


def _condition(draft: PanelDraft, index: str, value: Any) -> PanelDraft:
    filters = _filters(draft)
    at_text, _dot, part = index.partition(".")
    at = list_index(at_text, "condition", len(filters.rows))
    rows: list[ConditionRow | None] = list(filters.rows)
    rows[at] = _changed(filters.rows[at], part, value)
    return _filtered(draft, filters.replaced(rows))


def _changed(row: ConditionRow, part: str, value: Any) -> ConditionRow | None:
    """Return a row with its values changed; None when none is left."""
    if part == "mode":
        return replace(row, is_excluded=text_of(value, "condition") == "not")
    if part == "period":
        return _with_period(row, text_of(value, "condition"))
    end, _dot, way = part.partition(".")
    if end in _ENDS and way in {"count", "unit"}:
        return _with_offset(row, end, way, value)
    if part in _ENDS:
        return _with_end(row, part, text_of(value, "condition"))
    if part:
        raise refused("condition", _("mode, period, from ou to"), part)
    values = tuple(text for text in texts_of(value, "condition") if text or not is_coded(row.field))
    return replace(row, values=values) if values else None


def _with_period(row: ConditionRow, name: str) -> ConditionRow:
    """Return a condition on a period counted from today; without a name, on its days as they are now."""
    if row.field.type in DAYS and name == COUNTED:
        return replace(row, values=(f"{COUNTED}-30d{RANGE}{COUNTED}",))
    if row.field.type not in DAYS or (name and not is_relative_period(name)):
        raise refused("condition", _("une période, comme last-14-days"), name)
    return replace(row, values=(name or resolved_range(row.values[0]),))


def _with_offset(row: ConditionRow, end: str, way: str, value: Any) -> ConditionRow | None:
    """Return a condition with an end counted otherwise from today."""
    first, _separator, last = row.values[0].partition(RANGE)
    count, unit = _offset(first if end == "from" else last.removeprefix("<"))
    if row.field.type not in DAYS:
        raise refused("condition", _("une date"), row.field.name)
    if way == "unit":
        unit = text_of(value, "condition")
        if unit not in _UNITS:
            raise refused("condition", ", ".join(_UNITS), unit)
    else:
        count = max(-_MOST, min(int(number_of(value or 0, "condition")), _MOST))
    return _with_end(row, end, f"{COUNTED}{count:+d}{unit}" if count else COUNTED)


def _with_end(row: ConditionRow, part: str, text: str) -> ConditionRow | None:
    first, separator, last = row.values[0].partition(RANGE)
    last = last if separator else first
    ends = (text, last.removeprefix("<")) if part == "from" else (first, text)
    return replace(row, values=(RANGE.join(ends),)) if any(ends) else None


def _removed(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    filters = _filters(draft)
    at = list_index(text_of(value, "condition-removed"), "condition-removed", len(filters.rows))
    rows: list[ConditionRow | None] = list(filters.rows)
    rows[at] = None
    return _filtered(draft, filters.replaced(rows))


def _text(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    return _written(draft, "filter", value)


def _record_text(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    return _written(draft, "relation_filter", value)


def _written(draft: PanelDraft, name: str, value: Any) -> PanelDraft:
    question, _source = question_of_draft(draft, name)
    text = text_of(value, name)
    check_filter(text, name)
    changes: dict[str, Any] = {name: text}
    return draft.with_panel(replace(draft.panel, question=replace(question, **changes)))


CONDITION_CHANGES: Mapping[str, Callable[[PanelDraft, str, Any], PanelDraft]] = {
    "condition-added": _added,
    "condition": _condition,
    "condition-removed": _removed,
    "filter": _text,
    "relation_filter": _record_text,
}
