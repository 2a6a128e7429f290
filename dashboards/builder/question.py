"""The question of a panel: controls of its keys, order, columns and series, and the changes made by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from dashboards.builder.draft import PanelDraft
from dashboards.builder.parsing import flag_of, list_index, number_of, refused, text_of
from dashboards.documents.document import Panel, PanelQuestion
from dashboards.panels.controls import ChoiceGroup, PanelControl, field_groups, plain, select
from dashboards.panels.fitting import valid_question
from dashboards.panels.kinds import ALL_FAMILIES, KeyFamily, KeyRule
from dashboards.registry import PANEL_KINDS
from dashboards.sources.keys import (
    has_delays,
    is_key,
    is_number_field,
    is_numeric,
    list_fields,
    main_codes,
    main_key,
    main_number,
    suited_function,
)
from dashboards.sources.source import FieldRole, PanelSource, SourceField
from dashboards.sources.words import PERIODS, group_key, key_words, measure_words
from interface.text import fold
from layers.errors import InvalidParameter
from layers.parsing.aggregates import (
    ALONE,
    DERIVED,
    MEAN,
    RATIO,
    SERIES,
    WEIGHTED,
    parse_measure,
)
from layers.parsing.query import DAYS, days_between

# Number columns from which a table may be a wide one, whose columns are series.
MAX_ALONE = 3


def key_controls(panel: Panel, source: PanelSource) -> list[PanelControl]:
    """Return the controls of the group keys of a panel."""
    question, kind = panel.question, PANEL_KINDS[panel.kind]
    rule = kind.keys
    if question is None or rule is None or not kind.shows_groups(panel):
        return []
    series = bool(question.series)
    offered = rule.maximum if series or rule.offered is None else rule.offered
    needed = rule.minimum - series if rule.needed is None else min(rule.minimum - series, rule.needed)
    keys = [key for key in question.by if key != SERIES]
    controls: list[PanelControl] = []
    for index in range(min(offered - series, max(len(keys) + 1, rule.minimum))):
        key = keys[index] if index < len(keys) else ""
        controls += _of_key(rule, source, index, key, is_needed=index < needed)
    return controls


def _of_key(
    rule: KeyRule, source: PanelSource, index: int, key: str, *, is_needed: bool
) -> Iterable[PanelControl]:
    label = _("Par") if index == 0 else str(rule.label)
    nothing = [] if is_needed else [plain(("", _("rien")))]
    groups = [*nothing, *key_groups(source, rule.families if index == 0 else ALL_FAMILIES)]
    listed = {choice.value for group in groups for choice in group.choices}
    if key and key not in listed:
        groups.insert(0, plain((key, key_words(source, key))))
    yield select(f"by.{index}", label, groups, key, change=f"by.{index}")
    cut, colon, name = key.partition(":")
    if colon and name in source.fields and cut.startswith(("width", "bins")):
        width = cut.removeprefix("width") if cut.startswith("width") else ""
        yield PanelControl(
            f"width.{index}", _("Largeur des tranches"), "number", value=width, change=f"width.{index}",
            least="0", step="any", help=_("Vide : des tranches égales, de la plus petite à la plus grande valeur."),
        )  # fmt: skip


def key_groups(source: PanelSource, families: Iterable[KeyFamily] = ALL_FAMILIES) -> list[ChoiceGroup]:
    """Return the keys to group rows by, by kind, of some families."""
    pairs = {
        KeyFamily.LISTED: _pairs(source, FieldRole.COMMUNE, FieldRole.CODES, FieldRole.FLAG),
        KeyFamily.PERIODS: _periods(source),
        KeyFamily.YEARS: _pairs(source, FieldRole.YEAR),
        KeyFamily.BINS: _bins(source),
        KeyFamily.NUMBERS: _pairs(source, FieldRole.NUMBER, FieldRole.YEAR),
        KeyFamily.TEXTS: _pairs(source, FieldRole.TEXT),
    }
    offered = {family: pairs[family] for family in families}
    dates = [*offered.get(KeyFamily.PERIODS, ()), *offered.get(KeyFamily.YEARS, ())]
    groups = (
        plain(*offered.get(KeyFamily.LISTED, ()), title=_("Listes de valeurs")),
        plain(*dates, title=_("Dates")),
        plain(*offered.get(KeyFamily.BINS, ()), title=_("Nombres")),
        plain(*offered.get(KeyFamily.NUMBERS, ())),
        plain(*offered.get(KeyFamily.TEXTS, ()), title=_("Textes")),
    )
    return [group for group in groups if group.choices]


def _pairs(source: PanelSource, *roles: FieldRole) -> list[tuple[str, str]]:
    """Return fields with their names in alphabetical order, those of the rows before those of their feature."""
    pairs = [(each.is_of_feature, each.name, _named(source, each)) for each in source.of_role(*roles)]
    return [(name, title) for _of, name, title in sorted(pairs, key=lambda each: (each[0], fold(each[2])))]


def _periods(source: PanelSource) -> list[tuple[str, str]]:
    return [
        (f"{period}:{each.name}", key_words(source, f"{period}:{each.name}"))
        for each in source.dates
        for period in PERIODS
    ]


def _bins(source: PanelSource) -> list[tuple[str, str]]:
    return [
        (f"bins10:{each.name}", _("%s, par tranches") % _named(source, each))
        for each in sorted(source.of_role(FieldRole.NUMBER), key=lambda each: fold(each.title))
    ]


def _named(source: PanelSource, field: SourceField) -> str:
    """Name a field; one of the feature of a record also names the feature."""
    if not field.is_of_feature:
        return field.title
    return _("%(title)s (%(of)s)") % {
        "title": field.title,
        "of": str(source.scope.definition.singular).lower(),
    }


def order_controls(panel: Panel, source: PanelSource) -> list[PanelControl]:
    """Return the controls of the order, of how many groups or rows are shown, and of empty periods."""
    question = panel.question
    if question is None or not PANEL_KINDS[panel.kind].obeys_order(panel):
        return []
    controls = [_sort(panel, question, source)]
    controls.append(
        PanelControl("limit", _("Au plus"), "number", value=str(question.limit or ""), path="question.limit",
                type="number", least="1", most="10000", step="1",
                     help=_("Groupes ou lignes ; vide : ce que le panneau peut montrer."))
    )  # fmt: skip
    if sum(key.partition(":")[0] in PERIODS for key in question.by) == 1:
        controls.append(
            PanelControl("empty", _("Montrer aussi les périodes sans rien"), "flag", path="question.empty", type="flag",
                    is_checked=question.empty)
        )  # fmt: skip
    return controls


def _sort(panel: Panel, question: PanelQuestion, source: PanelSource) -> PanelControl:
    if not PANEL_KINDS[panel.kind].shows_groups(panel):
        fields = field_groups(source, *FieldRole)
        own = (
            [(each.value, each.words) for each in fields[0].choices if each.value in source.listed]
            if fields
            else []
        )
        pairs = [
            (f"{sign}{name}", words + mark) for name, words in own for sign, mark in (("", " ↑"), ("-", " ↓"))
        ]
        return select(
            "sort", _("Tri"), [plain(("", _("comme dans la couche")), *pairs)], ",".join(question.sort)
        )
    pairs = [("", _("habituel"))]
    for text in question.measures:
        for name, way in (
            (f"-{text}", _("du plus grand au plus petit")),
            (text, _("du plus petit au plus grand")),
        ):
            labels = {"title": way, "text": measure_words(source, text)}
            pairs.append((name, _("%(title)s : %(text)s") % labels if len(question.measures) > 1 else way))
    for key in question.by[:1]:
        pairs += [
            (key, _("dans l’ordre de « %s »") % key_words(source, key)),
            (f"-{key}", _("dans l’ordre inverse")),
        ]
    return select("sort", _("Tri"), [plain(*pairs)], ",".join(question.sort))


def column_controls(draft: PanelDraft, source: PanelSource) -> list[PanelControl]:
    """Return the controls of the fields that a panel of rows shows, and of the columns that are its series."""
    panel, kind = draft.full_panel, draft.kind
    if panel.question is None:
        return []
    if own := kind.column_controls(draft.edited):
        return own
    if kind.has_columns and not kind.shows_groups(panel):
        return _field_boxes(panel.question, source)
    return _series(panel.question, source) if kind.has_series else []


def _field_boxes(question: PanelQuestion, source: PanelSource) -> list[PanelControl]:
    """Return a box for each field: those that are shown first, in their order, with buttons that move them."""
    chosen = [name for name in question.fields if name in source.listed]
    controls: list[PanelControl] = []
    for name in [*chosen, *(name for name in source.listed if name not in chosen)]:
        title = source.fields[name].title
        controls.append(
            PanelControl(f"shown.{name}", title, "flag", change=f"shown.{name}", is_checked=name in chosen)
        )
        if name in chosen[1:]:
            controls.append(
                PanelControl(
                    f"earlier.{name}",
                    _("Avancer « %s »") % title,
                    "button",
                    value=name,
                    change="earlier",
                    icon="arrow-up",
                )
            )
    return controls


def _series(question: PanelQuestion, source: PanelSource) -> list[PanelControl]:
    numbers = [each for each in source.of_role(FieldRole.NUMBER) if not each.is_of_feature]
    if len(numbers) < MAX_ALONE and not question.series:
        return []  # a table of a few numbers is not wide
    return [
        PanelControl(f"series.{each.name}", each.title, "flag", change=f"series.{each.name}",
                is_checked=each.name in question.series)
        for each in numbers
    ]  # fmt: skip


def question_of_draft(draft: PanelDraft, name: str) -> tuple[PanelQuestion, PanelSource]:
    """Return the question of a panel and its source.

    Raises:
        InvalidParameter: it asks nothing, or a layer that its maker does not see.
    """
    if draft.panel.question is None or draft.source is None:
        raise InvalidParameter(
            _("Ce panneau ne pose pas de question que vous puissiez changer."), parameter=name
        )
    return draft.panel.question, draft.source


def with_question(draft: PanelDraft, **changes: Any) -> PanelDraft:
    """Return a panel with parts of its question changed, without the parts that lose their meaning."""
    question, source = question_of_draft(draft, "question")
    made = valid_question(source, replace(question, **changes), replace(question, **changes))
    return draft.with_panel(replace(draft.panel, question=made))


def _fitted(draft: PanelDraft, **changes: Any) -> PanelDraft:
    """Return a panel with parts of its question changed, and completed where its kind lacks something."""
    question, source = question_of_draft(draft, "question")
    return draft.refitted(replace(draft.panel, question=replace(question, **changes)), source)


def _measure(draft: PanelDraft, index: str, value: Any) -> PanelDraft:
    question, source = question_of_draft(draft, "measure")
    at, function = list_index(index, "measure", len(question.measures)), text_of(value, "measure")
    before = parse_measure(question.measures[at])
    base = before.parts[0] if before.parts else before
    text = function if function in ALONE else f"{function}:{_property(source, function, base.property)}"
    parse_measure(text)
    derived = before.function if before.parts and before.function != RATIO else ""
    return _with_measure(draft, at, _derived(derived, text))


def _property(source: PanelSource, function: str, before: str) -> str:
    """Return the field that a function measures: the previous one if it suits, else the main one of the source."""
    if before.startswith(DAYS):
        return before
    field = source.fields.get(before)
    is_number = field is not None and field.role in {FieldRole.NUMBER, FieldRole.YEAR}
    is_added = function != "sum" or (field is not None and suited_function(field) == "sum")
    if field is not None and ((is_number and is_added) or function == "distinct"):
        return field.name
    default = main_codes(source) if function == "distinct" else None
    default = (
        default or main_number(source) or next(iter(source.of_role(FieldRole.NUMBER, FieldRole.YEAR)), None)
    )
    if default is None and has_delays(source):
        return _default_delay(source)
    if default is None:
        raise InvalidParameter(_("Aucun nombre à mesurer ici."), parameter="measure")
    return default.name


def _default_delay(source: PanelSource) -> str:
    """Return the days from a date to the one that dates the rows: a usual delay."""
    last, first = source.dates[:2]
    return days_between(first.name, last.name)


def _derived(function: str, text: str) -> str:
    """Return a measure with its former derivation, where it still applies."""
    fitting = DERIVED.get(function)
    is_able = function in DERIVED and (fitting is None or parse_measure(text).function in fitting)
    return f"{function}:{text}" if is_able else text


def _measured(draft: PanelDraft, index: str, value: Any) -> PanelDraft:
    question, source = question_of_draft(draft, "measured")
    at, text = list_index(index, "measured", len(question.measures)), text_of(value, "measured")
    if text == DAYS and has_delays(source):
        return _of_field(draft, at, _default_delay(source))
    return _of_field(draft, at, source.named(text, "measured").name)


def _of_field(draft: PanelDraft, at: int, name: str) -> PanelDraft:
    """Return a panel whose measure at a place is of another field, or of a delay."""
    question, _source = question_of_draft(draft, "measured")
    before = parse_measure(question.measures[at])
    base = before.parts[0] if before.parts else before
    is_weighted = base.weight and not name.startswith(DAYS) and name != base.weight
    text = f"{base.text.partition(':')[0]}:{name}" + (f"{WEIGHTED}{base.weight}" if is_weighted else "")
    return _with_measure(draft, at, _derived(before.function if before.parts else "", text))


def _weight(draft: PanelDraft, index: str, value: Any) -> PanelDraft:
    """Return a panel whose mean is weighted by another number; by none when it is empty."""
    question, source = question_of_draft(draft, "weight")
    at, name = list_index(index, "weight", len(question.measures)), text_of(value, "weight")
    before = parse_measure(question.measures[at])
    base = before.parts[0] if before.parts else before
    if base.function != MEAN or base.ends() or not is_number_field(source, base.property):
        raise refused("weight", _("la moyenne d’un nombre"), base.text)
    weight = f"{WEIGHTED}{source.named(name, 'weight').name}" if name else ""
    derived = before.function if before.parts else ""
    return _with_measure(draft, at, _derived(derived, f"{MEAN}:{base.property}{weight}"))


def _start(draft: PanelDraft, index: str, value: Any) -> PanelDraft:
    return _of_delay(draft, "start", index, value)


def _end(draft: PanelDraft, index: str, value: Any) -> PanelDraft:
    return _of_delay(draft, "end", index, value)


def _of_delay(draft: PanelDraft, change: str, index: str, value: Any) -> PanelDraft:
    """Return a panel with another date at one end of a delay; equal ends are swapped."""
    question, source = question_of_draft(draft, change)
    at = list_index(index, change, len(question.measures))
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
    return _of_field(draft, at, days_between(first, last))


def _over(draft: PanelDraft, index: str, value: Any) -> PanelDraft:
    question, _source = question_of_draft(draft, "over")
    at, function = list_index(index, "over", len(question.measures)), text_of(value, "over")
    before = parse_measure(question.measures[at])
    if function == before.text:
        return draft
    base = str(before.parts[0]) if before.parts else before.text
    return _with_measure(draft, at, f"{function}:{base}" if function else base)


def _with_measure(draft: PanelDraft, index: int, text: str) -> PanelDraft:
    question, source = question_of_draft(draft, "measure")
    if not is_numeric(source, text):
        raise refused("measure", _("une mesure de cette couche"), text)
    measures = (*question.measures[:index], text, *question.measures[index + 1 :])
    renamed = tuple(
        name.replace(question.measures[index], text)
        if name.removeprefix("-") == question.measures[index]
        else name
        for name in question.sort
    )
    change = _fitted if draft.kind.has_fixed_measures else with_question
    return change(draft, measures=tuple(dict.fromkeys(measures)), sort=renamed)


def _measure_added(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    question, _source = question_of_draft(draft, "measure-added")
    text = text_of(value, "measure-added")
    if not text:
        return draft
    if len(question.measures) >= draft.kind.measures:
        raise refused("measure-added", _("une mesure de moins"), text)
    parse_measure(text)
    return with_question(draft, measures=tuple(dict.fromkeys((*question.measures, text))))


def _measure_removed(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    question, _source = question_of_draft(draft, "measure-removed")
    at = list_index(text_of(value, "measure-removed"), "measure-removed", len(question.measures))
    left = (*question.measures[:at], *question.measures[at + 1 :])
    return _fitted(draft, measures=left or ("count",))


def _change_by(draft: PanelDraft, index: str, value: Any) -> PanelDraft:
    question, source = question_of_draft(draft, "by")
    keys, at, key = list(question.by), list_index(index, "by", 4), text_of(value, "by")
    if key and not is_key(source, key):
        source.named(group_key(key).property, "by")
        raise refused("by", _("une clé de regroupement"), key)
    if at < len(keys):
        keys[at : at + 1] = [key] if key else []
    elif key:
        keys.append(key)
    kind = draft.kind.kind_for(replace(question, by=tuple(keys)))
    by = tuple(dict.fromkeys(keys))
    return draft.refitted(replace(draft.panel, question=replace(question, by=by)), source, kind=kind)


def _width(draft: PanelDraft, index: str, value: Any) -> PanelDraft:
    question, _source = question_of_draft(draft, "width")
    at = list_index(index, "width", len(question.by))
    name = question.by[at].rpartition(":")[2]
    text = text_of(value, "width")
    key = f"width{number_of(text, 'width')}:{name}" if text else f"bins10:{name}"
    return _fitted(draft, by=(*question.by[:at], key, *question.by[at + 1 :]))


def _change_sort(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    question_of_draft(draft, "sort")
    text = text_of(value, "sort")
    return with_question(draft, sort=tuple(text.split(",")) if text else ())


def _toggle_field(draft: PanelDraft, name_of_field: str, value: Any) -> PanelDraft:
    question, source = question_of_draft(draft, "shown")
    name = source.named(name_of_field, "shown").name
    before = question.fields or list_fields(source)
    fields = (*(each for each in before if each != name), *([name] if flag_of(value, "shown") else []))
    return with_question(draft, fields=fields)


def _earlier(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    question, _source = question_of_draft(draft, "earlier")
    fields, name = list(question.fields), text_of(value, "earlier")
    if name not in fields[1:]:
        raise refused("earlier", _("un champ montré"), name)
    at = fields.index(name)
    fields[at - 1 : at + 1] = [fields[at], fields[at - 1]]
    return with_question(draft, fields=tuple(fields))


def _change_fields(draft: PanelDraft, index: str, value: Any) -> PanelDraft:
    question, source = question_of_draft(draft, "fields")
    at = list_index(index, "fields", 2)
    fields = [*question.fields[:2], "", ""][:2]
    fields[at] = source.named(text_of(value, "fields"), "fields").name
    return _fitted(draft, fields=tuple(dict.fromkeys(name for name in fields if name)))


def _change_series(draft: PanelDraft, name_of_field: str, value: Any) -> PanelDraft:
    question, source = question_of_draft(draft, "series")
    name = source.named(name_of_field, "series").name
    series = (
        *(each for each in question.series if each != name),
        *([name] if flag_of(value, "series") else []),
    )
    measures = ("count",) if bool(series) != bool(question.series) else question.measures
    return _fitted(draft, series=series, measures=measures)


def _table_of(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    """Show the rows of a table, or groups of them."""
    question, source = question_of_draft(draft, "table-of")
    if text_of(value, "table-of") == "groups":
        return _fitted(draft, by=question.by or (main_key(source),), fields=(), sort=())
    return _fitted(draft, by=(), series=(), measures=("count",), fields=list_fields(source), sort=())


QUESTION_CHANGES: Mapping[str, Callable[[PanelDraft, str, Any], PanelDraft]] = {
    "measure": _measure,
    "measured": _measured,
    "weight": _weight,
    "start": _start,
    "end": _end,
    "over": _over,
    "measure-added": _measure_added,
    "measure-removed": _measure_removed,
    "by": _change_by,
    "width": _width,
    "sort": _change_sort,
    "shown": _toggle_field,
    "earlier": _earlier,
    "fields": _change_fields,
    "series": _change_series,
    "table-of": _table_of,
}
