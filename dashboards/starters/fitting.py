"""A question made to fit a kind of panel: what suits is kept, what lacks is chosen, so that the panel can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.documents.questions import check_question
from dashboards.panels.kinds import PanelKind
from dashboards.starters.followed import (
    FOLLOWING_KINDS,
    followed_question,
    needs_followed,
    needs_states,
    outline_question,
)
from dashboards.starters.keys import drawn_measure, is_ordered, is_period, kept_keys, kept_measures
from dashboards.starters.questions import main_date, main_key, main_number, second_key, shown_fields, time_key
from dashboards.starters.rasters import needs_raster, raster_question
from dashboards.starters.sources import FieldRole, PanelSource, SourceField, panel_source
from interface.territory import COMMUNE_FIELD
from layers.errors import InvalidParameter, LayersError
from layers.parsing.aggregates import ADDITIVE, parse_measure

# Columns and rows of the grid that a kind takes when it is put on a page; (6, 4) for the others.
SIZES: Mapping[str, tuple[int, int]] = {
    "figure": (3, 2), "map": (6, 5), "table": (12, 4), "text": (6, 2), "donut": (4, 4), "sheet": (4, 4),
    "gallery": (6, 4), "due": (6, 5), "histogram": (6, 4), "outline": (3, 6), "tracking": (9, 6), "trajectory": (7, 6),
}  # fmt: skip
USUAL_SIZE = (6, 4)


def size_of(kind: str) -> tuple[int, int]:
    """Return the columns and the rows that a kind takes on a page."""
    return SIZES.get(kind, USUAL_SIZE)


def obstacle(kind: str, source: PanelSource) -> str:
    """Say why a kind cannot show a source; empty when it can."""
    check = _NEEDS.get(kind)
    return check(source) if check else ""


def fitted(panel: Panel, kind: PanelKind, source: PanelSource) -> Panel:
    """Return a panel as one of a kind, about a source: ``panel`` gives what may be kept of its question and options.

    Raises:
        InvalidParameter: the kind cannot show the source.
    """
    if not kind.needs_question:
        return replace(panel, kind=kind.name, question=None, options=_kept_options(panel, kind), notice=None)
    why = obstacle(kind.name, source)
    if why:
        raise InvalidParameter(_("%(kind)s : %(text)s") % {"kind": kind.title, "text": why}, parameter="kind")
    before = panel.question or PanelQuestion(source.scope.slug)
    about, base = _about(kind.name, source, before)
    question, usual = _FITTED.get(kind.name, _one_key)(about, base)
    if panel.kind == kind.name == "figure":
        question = replace(question, by=base.by[:1])
    made = replace(panel, kind=kind.name, question=settled(about, question, before))
    kept = _kept_options(panel, kind)
    return replace(made, options=usual | kept if panel.kind == kind.name else kept | usual)


def _about(kind: str, source: PanelSource, before: PanelQuestion) -> tuple[PanelSource, PanelQuestion]:
    """Return the source that a kind reads, and of the question before what may be said of it."""
    relation = source.relation_name
    if kind == "gallery":
        relation = _gallery(source)
    elif kind in _OF_FEATURES:
        relation = ""
    elif kind == "due":
        relation = _due(source)
    about = source if relation == source.relation_name else panel_source(source.scope, relation)
    is_same = before.layer == source.scope.slug and before.relation == relation
    base = replace(
        before,
        layer=source.scope.slug,
        relation=relation,
        filter=before.filter if before.layer == source.scope.slug else "",
        relation_filter=before.relation_filter if is_same else "",
        by=kept_keys(about, before.by),
        measures=kept_measures(about, before.measures),
        series=tuple(name for name in before.series if name in about.fields) if is_same else (),
        fields=tuple(name for name in before.fields if name in about.fields),
    )
    return about, base


# Kinds about the features themselves, whatever records they show of them.
_OF_FEATURES = frozenset({"sheet", *FOLLOWING_KINDS})
Fitted = tuple[PanelQuestion, dict[str, Any]]


def _of_groups(
    source: PanelSource, base: PanelQuestion, by: Iterable[str], *, most: int = 1
) -> PanelQuestion:
    """Return a question of groups: keys, and as many measures as a kind draws."""
    keys = tuple(dict.fromkeys(key for key in by if key))
    measures = tuple(drawn_measure(source, measure, keys) for measure in base.measures)[:most]
    return replace(base, by=keys, measures=measures or ("count",), fields=())


def _figure(source: PanelSource, base: PanelQuestion) -> Fitted:
    return replace(
        _of_groups(source, base, [key for key in base.by if is_period(key)][:1]), series=(), limit=0
    ), {}


def _one_key(source: PanelSource, base: PanelQuestion) -> Fitted:
    if base.series:
        return _of_groups(source, base, ()), {}
    return _of_groups(source, base, [*base.by, main_key(source)][:1]), {}


def _donut(source: PanelSource, base: PanelQuestion) -> Fitted:
    question, options = _one_key(source, base)
    function = parse_measure(question.measures[0]).function
    measures = question.measures if function in ADDITIVE | {"share"} else ("count",)
    return replace(question, measures=measures), options


def _two_keys(source: PanelSource, base: PanelQuestion) -> Fitted:
    first = base.by[0] if base.by else main_key(source)
    if base.series:
        return _of_groups(source, base, [first]), {}
    second = base.by[1] if len(base.by) > 1 else second_key(source, first) or _ordered_key(source, first)
    return _of_groups(source, base, [first, second]), {}


def _small_multiples(source: PanelSource, base: PanelQuestion) -> Fitted:
    plain = [key for key in base.by if not is_ordered(source, key)]
    first = plain[0] if plain else main_key(source)
    second = next((key for key in base.by if is_ordered(source, key)), "") or time_key(source)
    return replace(_of_groups(source, base, [first, second or second_key(source, first)]), series=()), {}


def _line(source: PanelSource, base: PanelQuestion) -> Fitted:
    along = next((key for key in base.by if is_ordered(source, key)), "") or time_key(source)
    if base.series:
        return _of_groups(source, base, [along]), {}
    cut = next((key for key in base.by if key != along), "") if len(base.by) > 1 else ""
    return _of_groups(source, base, [along, cut]), {}


def _histogram(source: PanelSource, base: PanelQuestion) -> Fitted:
    asked = next((key for key in base.by if not is_period(key) and is_ordered(source, key)), "")
    measured = [parse_measure(text).property for text in base.measures]
    number = next((source.fields[name].name for name in measured if _is_number(source, name)), "")
    found = asked or number or (main_number(source) or _line_numbers(source)[0]).name
    return replace(base, by=(found,), measures=("count",), fields=(), series=()), {}


def _scatter(source: PanelSource, base: PanelQuestion) -> Fitted:
    numbers = [name for name in base.fields if _is_number(source, name)]
    numbers += [each.name for each in source.numbers if each.name not in numbers]
    if source.relation is None and len(numbers) > 1 and not (base.by and len(base.measures) > 1):
        return replace(base, by=(), measures=("count",), fields=tuple(numbers[:2]), series=()), {}
    key = base.by[0] if base.by else main_key(source)
    measures = tuple(dict.fromkeys([*base.measures, "count", *(f"sum:{name}" for name in numbers)]))[:2]
    return replace(base, by=(key,), measures=measures, fields=(), series=()), {}


def _map(source: PanelSource, base: PanelQuestion) -> Fitted:
    is_measured = COMMUNE_FIELD in base.by or base.measures != ("count",) or not source.has_geometry
    if is_measured and COMMUNE_FIELD in source.fields:
        return replace(_of_groups(source, base, [COMMUNE_FIELD]), series=()), {"mode": "choropleth"}
    if COMMUNE_FIELD not in source.fields:  # the surfaces carry the measure themselves
        key = _own_key(source)
        joined = {"mode": "choropleth", "join": {"layer": source.scope.slug, "key": key}}
        return replace(_of_groups(source, base, [key]), series=()), joined
    return PanelQuestion(base.layer, filter=base.filter), {"mode": "categories"}


def _table(source: PanelSource, base: PanelQuestion) -> Fitted:
    if base.by or base.series:
        return _of_groups(source, base, base.by, most=20), {}
    return _rows(source, base)


def _rows(source: PanelSource, base: PanelQuestion) -> Fitted:
    own = tuple(name for name in base.fields if name in source.listed)
    question = replace(base, by=(), measures=("count",), series=(), fields=own or shown_fields(source))
    return replace(question, empty=False), {}


def _sheet(source: PanelSource, base: PanelQuestion) -> Fitted:
    question, options = _rows(source, base)
    return replace(question, limit=0), options


def _records(_source: PanelSource, base: PanelQuestion) -> Fitted:
    return replace(base, by=(), measures=("count",), series=(), fields=(), sort=(), empty=False), {}


def _due_items(source: PanelSource, base: PanelQuestion) -> Fitted:
    question, options = _records(source, base)
    if source.relation is not None:
        return question, options
    date = main_date(source)
    return question, {"field": date.name} if date else {}


def _progress(source: PanelSource, base: PanelQuestion) -> Fitted:
    along = next((key for key in base.by if is_period(key)), "") or time_key(source)
    year = timezone.localdate().year
    ends = {"reference": {"date": year - 5, "value": 0}, "target": {"date": year + 5, "value": 100}}
    return replace(_of_groups(source, base, [along]), series=(), limit=0), ends


_FITTED: Mapping[str, Callable[[PanelSource, PanelQuestion], Fitted]] = {
    "figure": _figure,
    "stacked_bar": _two_keys,
    "heat_table": _two_keys,
    "small_multiples": _small_multiples,
    "line": _line,
    "area": _line,
    "donut": _donut,
    "histogram": _histogram,
    "scatter": _scatter,
    "map": _map,
    "table": _table,
    "sheet": _sheet,
    "gallery": _records,
    "due": _due_items,
    "progress": _progress,
    "outline": outline_question,
    "tracking": followed_question,
    "trajectory": followed_question,
    "raster_by_commune": raster_question,
}


def settled(source: PanelSource, question: PanelQuestion, before: PanelQuestion) -> PanelQuestion:
    """Return a question that the kernel accepts; the order and empty periods of before where they mean something."""
    columns = {*question.by, *question.measures} if question.by or question.series else set(source.fields)
    sort = tuple(name for name in before.sort if name.removeprefix("-") in columns)
    periods = [key for key in question.by if is_period(key)]
    made = replace(question, sort=sort, empty=before.empty and len(periods) == 1)
    try:
        check_question(source.scope, made)
    except LayersError:  # what a filter says is its maker's: it stays, and is told
        return replace(made, sort=(), measures=("count",), limit=0, empty=False)
    return made


def _kept_options(panel: Panel, kind: PanelKind) -> dict[str, Any]:
    """Return the options of a panel that another kind reads too."""
    known: Mapping[str, Any] = kind.options.get("properties", {})
    return {
        name: value
        for name, value in panel.options.items()
        if name in known and Draft202012Validator(dict(known[name])).is_valid(value)
    }


def _ordered_key(source: PanelSource, first: str) -> str:
    key = time_key(source)
    return key if key != first else ""


def _own_key(source: PanelSource) -> str:
    title = source.scope.definition.title_field
    return title if title in source.fields else next(iter(source.fields))


def _is_number(source: PanelSource, name: str) -> bool:
    found = source.fields.get(name)
    return found is not None and found.role is FieldRole.NUMBER


def _line_numbers(source: PanelSource) -> list[SourceField]:
    return source.of_role(FieldRole.NUMBER, FieldRole.YEAR)


def _gallery(source: PanelSource) -> str:
    if source.relation is not None and source.relation.is_gallery:
        return source.relation.name
    return next((each.name for each in source.scope.relations if each.is_gallery), "")


def _due(source: PanelSource) -> str:
    if source.relation is not None and source.relation.due:
        return source.relation.name
    return next((each.name for each in source.scope.relations if each.due), "")


def _needs_time(source: PanelSource) -> str:
    return "" if time_key(source) else _("aucune date ni aucun nombre à suivre ici.")


def _needs_date(source: PanelSource) -> str:
    return "" if source.dates else _("aucune date ici.")


def _needs_number(source: PanelSource) -> str:
    return "" if _line_numbers(source) else _("aucun nombre ici.")


def _needs_amount(source: PanelSource) -> str:
    return "" if main_number(source) else _("aucun nombre à croiser ici.")


def _needs_key(source: PanelSource) -> str:
    return "" if main_key(source) else _("aucun champ à regrouper ici.")


def _needs_two_keys(source: PanelSource) -> str:
    first = main_key(source)
    is_able = first and (second_key(source, first) or _ordered_key(source, first))
    return "" if is_able else _("il faut deux champs à regrouper.")


def _needs_place(source: PanelSource) -> str:
    is_placed = COMMUNE_FIELD in source.fields
    is_surface = source.relation is None and source.scope.definition.geometry.is_surface
    return "" if is_placed or is_surface else _("rien ici n’a de place sur une carte.")


def _needs_gallery(source: PanelSource) -> str:
    return "" if _gallery(source) else _("cette couche n’a pas de photos.")


def _needs_due(source: PanelSource) -> str:
    return "" if _due(source) or (source.relation is None and source.dates) else _("aucune échéance ici.")


_NEEDS: Mapping[str, Callable[[PanelSource], str]] = {
    "bar": _needs_key,
    "donut": _needs_key,
    "stacked_bar": _needs_two_keys,
    "heat_table": _needs_two_keys,
    "small_multiples": _needs_two_keys,
    "line": _needs_time,
    "area": _needs_time,
    "progress": _needs_date,
    "histogram": _needs_number,
    "scatter": _needs_amount,
    "map": _needs_place,
    "gallery": _needs_gallery,
    "due": _needs_due,
    "raster_by_commune": needs_raster,
    "outline": needs_states,
    "tracking": needs_followed,
    "trajectory": needs_followed,
}
