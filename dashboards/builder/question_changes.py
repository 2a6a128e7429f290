"""Changes of a question: measures, group keys, order, columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from dashboards.builder.making import PanelInMaking
from dashboards.builder.measure_controls import MEASURES
from dashboards.builder.values import flag_of, number_of, place_of, refused, text_of
from dashboards.documents.document import PanelQuestion
from dashboards.starters.fitting import settled
from dashboards.starters.keys import has_delays, is_drawn, is_key
from dashboards.starters.questions import main_codes, main_key, main_number, shown_fields, suited_function
from dashboards.starters.sources import FieldRole, PanelSource
from dashboards.starters.words import group_key
from layers.errors import InvalidParameter
from layers.parsing.aggregates import ALONE, DAYS, DERIVED, RATIO, days_between, parse_measure


def asked_of(making: PanelInMaking, name: str) -> tuple[PanelQuestion, PanelSource]:
    """Return the question of a panel and its source.

    Raises:
        InvalidParameter: it asks nothing, or a layer that its maker does not see.
    """
    if making.panel.question is None or making.source is None:
        raise InvalidParameter(
            _("Ce panneau ne pose pas de question que vous puissiez changer."), parameter=name
        )
    return making.panel.question, making.source


def with_question(making: PanelInMaking, **changes: Any) -> PanelInMaking:
    """Return a panel with parts of its question changed, and what no longer means anything taken away."""
    question, source = asked_of(making, "question")
    made = settled(source, replace(question, **changes), replace(question, **changes))
    return making.with_panel(replace(making.panel, question=made))


def _fitted(making: PanelInMaking, **changes: Any) -> PanelInMaking:
    """Return a panel with parts of its question changed, and completed where its kind lacks something."""
    question, source = asked_of(making, "question")
    return making.refitted(replace(making.panel, question=replace(question, **changes)), source)


def _measure(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    question, source = asked_of(making, "measure")
    at, function = place_of(place, "measure", len(question.measures)), text_of(value, "measure")
    before = parse_measure(question.measures[at])
    base = before.parts[0] if before.parts else before
    text = function if function in ALONE else f"{function}:{_property(source, function, base.property)}"
    parse_measure(text)
    kept = before.function if before.parts and before.function != RATIO else ""
    return _with_measure(making, at, _derived(kept, text))


def _property(source: PanelSource, function: str, before: str) -> str:
    """Return the field that a function measures: the one of before when it can, else the most telling one."""
    if before.startswith(DAYS):
        return before
    found = source.fields.get(before)
    is_number = found is not None and found.role in {FieldRole.NUMBER, FieldRole.YEAR}
    is_added = function != "sum" or (found is not None and suited_function(found) == "sum")
    if found is not None and ((is_number and is_added) or function == "distinct"):
        return found.name
    usual = main_codes(source) if function == "distinct" else None
    usual = usual or main_number(source) or next(iter(source.of_role(FieldRole.NUMBER, FieldRole.YEAR)), None)
    if usual is None and has_delays(source):
        return _usual_delay(source)
    if usual is None:
        raise InvalidParameter(_("Aucun nombre à mesurer ici."), parameter="measure")
    return usual.name


def _usual_delay(source: PanelSource) -> str:
    """Return the days from a date to the one that the rows are known by, which tells when they ended or were made."""
    last, first = source.dates[:2]
    return days_between(first.name, last.name)


def _derived(function: str, text: str) -> str:
    """Return a measure reported to what it was before, where it still can be."""
    fitting = DERIVED.get(function)
    is_able = function in DERIVED and (fitting is None or parse_measure(text).function in fitting)
    return f"{function}:{text}" if is_able else text


def _measured(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    question, source = asked_of(making, "measured")
    at, text = place_of(place, "measured", len(question.measures)), text_of(value, "measured")
    if text == DAYS and has_delays(source):
        return _of_field(making, at, _usual_delay(source))
    return _of_field(making, at, source.named(text, "measured").name)


def _of_field(making: PanelInMaking, at: int, name: str) -> PanelInMaking:
    """Return a panel whose measure at a place is of another field, or of a delay."""
    question, _source = asked_of(making, "measured")
    before = parse_measure(question.measures[at])
    base = before.parts[0] if before.parts else before
    text = f"{base.text.partition(':')[0]}:{name}"
    return _with_measure(making, at, _derived(before.function if before.parts else "", text))


def _start(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    return _of_delay(making, "start", place, value)


def _end(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    return _of_delay(making, "end", place, value)


def _of_delay(making: PanelInMaking, change: str, place: str, value: Any) -> PanelInMaking:
    """Return a panel with another date at one end of a delay; the two ends change places rather than meet."""
    question, source = asked_of(making, change)
    at = place_of(place, change, len(question.measures))
    name = source.named(text_of(value, change), change).name
    measure = parse_measure(question.measures[at])
    ends = (measure.parts[0] if measure.parts else measure).ends()
    if ends is None or source.fields[name].role is not FieldRole.DATE:
        raise refused(change, _("une date, à un bout d’un délai"), name)
    first, last = ends
    if change == "start":
        first, last = name, first if name == last else last
    else:
        first, last = last if name == first else first, name
    return _of_field(making, at, days_between(first, last))


def _over(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    question, _source = asked_of(making, "over")
    at, function = place_of(place, "over", len(question.measures)), text_of(value, "over")
    before = parse_measure(question.measures[at])
    if function == before.text:
        return making
    base = str(before.parts[0]) if before.parts else before.text
    return _with_measure(making, at, f"{function}:{base}" if function else base)


def _with_measure(making: PanelInMaking, place: int, text: str) -> PanelInMaking:
    question, source = asked_of(making, "measure")
    if not is_drawn(source, text):
        raise refused("measure", _("une mesure de cette couche"), text)
    measures = (*question.measures[:place], text, *question.measures[place + 1 :])
    renamed = tuple(
        name.replace(question.measures[place], text)
        if name.removeprefix("-") == question.measures[place]
        else name
        for name in question.sort
    )
    change = _fitted if making.panel.kind == "scatter" else with_question  # two measures, whatever they are
    return change(making, measures=tuple(dict.fromkeys(measures)), sort=renamed)


def _measure_added(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    question, _source = asked_of(making, "measure-added")
    text = text_of(value, "measure-added")
    if not text:
        return making
    if len(question.measures) >= MEASURES.get(making.panel.kind, 1):
        raise refused("measure-added", _("une mesure de moins"), text)
    parse_measure(text)
    return with_question(making, measures=tuple(dict.fromkeys((*question.measures, text))))


def _measure_removed(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    question, _source = asked_of(making, "measure-removed")
    at = place_of(text_of(value, "measure-removed"), "measure-removed", len(question.measures))
    left = (*question.measures[:at], *question.measures[at + 1 :])
    return _fitted(making, measures=left or ("count",))


def _by(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    question, source = asked_of(making, "by")
    keys, at, key = list(question.by), place_of(place, "by", 4), text_of(value, "by")
    if key and not is_key(source, key):
        source.named(group_key(key).property, "by")
        raise refused("by", _("une clé de regroupement"), key)
    if at < len(keys):
        keys[at : at + 1] = [key] if key else []
    elif key:
        keys.append(key)
    kind = making.panel.kind
    if kind == "bar" and len(keys) > 1:
        kind = "stacked_bar"
    elif kind == "stacked_bar" and len(keys) < 2 and not question.series:
        kind = "bar"
    by = tuple(dict.fromkeys(keys))
    if kind == making.panel.kind:
        return _fitted(making, by=by)
    return making.refitted(replace(making.panel, question=replace(question, by=by)), source, kind=kind)


def _width(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    question, _source = asked_of(making, "width")
    at = place_of(place, "width", len(question.by))
    name = question.by[at].rpartition(":")[2]
    text = text_of(value, "width")
    key = f"width{number_of(text, 'width')}:{name}" if text else f"bins10:{name}"
    return _fitted(making, by=(*question.by[:at], key, *question.by[at + 1 :]))


def _sort(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    asked_of(making, "sort")
    text = text_of(value, "sort")
    return with_question(making, sort=tuple(text.split(",")) if text else ())


def _shown(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    question, source = asked_of(making, "shown")
    name = source.named(place, "shown").name
    before = question.fields or shown_fields(source)
    fields = (*(each for each in before if each != name), *([name] if flag_of(value, "shown") else []))
    return with_question(making, fields=fields)


def _earlier(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    question, _source = asked_of(making, "earlier")
    fields, name = list(question.fields), text_of(value, "earlier")
    if name not in fields[1:]:
        raise refused("earlier", _("un champ montré"), name)
    at = fields.index(name)
    fields[at - 1 : at + 1] = [fields[at], fields[at - 1]]
    return with_question(making, fields=tuple(fields))


def _fields(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    question, source = asked_of(making, "fields")
    at = place_of(place, "fields", 2)
    fields = [*question.fields[:2], "", ""][:2]
    fields[at] = source.named(text_of(value, "fields"), "fields").name
    return _fitted(making, fields=tuple(dict.fromkeys(name for name in fields if name)))


def _series(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    question, source = asked_of(making, "series")
    name = source.named(place, "series").name
    series = (
        *(each for each in question.series if each != name),
        *([name] if flag_of(value, "series") else []),
    )
    measures = ("count",) if bool(series) != bool(question.series) else question.measures
    return _fitted(making, series=series, measures=measures)


def _table_of(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    """Show the rows of a table, or groups of them."""
    question, source = asked_of(making, "table-of")
    if text_of(value, "table-of") == "groups":
        return _fitted(making, by=question.by or (main_key(source),), fields=(), sort=())
    return _fitted(making, by=(), series=(), measures=("count",), fields=shown_fields(source), sort=())


CHANGES: Mapping[str, Callable[[PanelInMaking, str, Any], PanelInMaking]] = {
    "measure": _measure,
    "measured": _measured,
    "start": _start,
    "end": _end,
    "over": _over,
    "measure-added": _measure_added,
    "measure-removed": _measure_removed,
    "by": _by,
    "width": _width,
    "sort": _sort,
    "shown": _shown,
    "earlier": _earlier,
    "fields": _fields,
    "series": _series,
    "table-of": _table_of,
}
