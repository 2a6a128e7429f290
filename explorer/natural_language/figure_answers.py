"""The figure of a question: its value or its groups, read through the scope of the visitor, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from explorer.filters.expressions import record_title
from explorer.map_state.parsing import MapQuery
from explorer.natural_language.figure_measures import (
    Measured,
    ends_of,
    has_zeros,
    latest,
    measure,
    per_unit,
    sum_of,
    times_of,
)
from explorer.natural_language.figure_periods import asked_period, rows_period, time_of
from explorer.natural_language.figure_values import (
    FigureAnswer,
    FigureGroup,
    divided,
    signed,
    unit_and_factor,
    written,
)
from explorer.natural_language.object_values import read_value
from explorer.natural_language.parse_result import AGE, VALUE, Figure
from explorer.natural_language.shares import TERRITORY
from interface import wording
from interface.territory import COMMUNE_FIELD, COMMUNES_LAYER
from interface.titles import counted, noun_of
from layers import access
from layers.access import Scope
from layers.parsing.query import AREA, DAYS, LENGTH

MAX_REST = 40
"""So many groups after those of a ranking are listed."""
_TITLES: Mapping[str, str] = {
    "sum": gettext_noop("%s, total"),
    "avg": gettext_noop("%s, moyenne"),
    "median": gettext_noop("%s, médiane"),
    "max": gettext_noop("%s, maximum"),
    "min": gettext_noop("%s, minimum"),
}

_PERIODS: Mapping[str, str] = {
    "year": gettext_noop("Année"),
    "quarter": gettext_noop("Trimestre"),
    "month": gettext_noop("Mois"),
    "week": gettext_noop("Semaine"),
    "day": gettext_noop("Jour"),
}


def read_figure(scope: Scope, figure: Figure, query: MapQuery, scopes: Mapping[str, Scope]) -> FigureAnswer:
    """Read the figure of a question on a layer.

    Raises:
        UnknownProperty, InvalidParameter: the layer has no such figure for the visitor.
        TooSlow: it took longer than an aggregate may.
    """
    query = query.without_point() if query.here_m is None else query
    year = ""
    if figure.latest:
        year = latest(scope, figure.latest, query, scopes)
        query = query.asking(scope.slug, {figure.latest: (year,)}) if year else query
    if figure.function == VALUE:
        return read_value(scope, figure.field, query, scopes)
    if figure.change is not None:
        return _grouped(scope, figure, _change(scope, figure, query, scopes))
    answer = (_share if figure.function == "share" else _plain)(scope, figure, query, scopes, year)
    return _grouped(scope, figure, replace(answer, period=_period(scope, figure, query, scopes)))


def _grouped(scope: Scope, figure: Figure, answer: FigureAnswer) -> FigureAnswer:
    """Return an answer with what its groups are of, and whether the first of them is what the question asks for."""
    is_ranked = bool(figure.limit) or figure.is_descending is not None
    return replace(answer, is_ranked=is_ranked, group_title=group_title(scope, figure))


def group_title(scope: Scope, figure: Figure) -> str:
    """Return what the groups of a figure are of: « Commune », « Genre · Année »; empty without groups."""
    return " · ".join(_key_title(scope, key) for key in figure.group.split(",") if key)


def _key_title(scope: Scope, key: str) -> str:
    period, _colon, name = key.rpartition(":")
    if period in _PERIODS:
        return _(_PERIODS[period])
    if name == COMMUNE_FIELD:
        return _("Commune")
    title = str(scope.filterable[name].title) if name in scope.filterable else name
    return title[:1].upper() + title[1:]


def _period(scope: Scope, figure: Figure, query: MapQuery, scopes: Mapping[str, Scope]) -> str:
    """Return the period of a figure; that of all the rows of a table takes one more statement."""
    words, field = asked_period(scope, query), time_of(scope)
    is_known = bool(words) or field is None or scope.definition.geometry.is_located
    if is_known or field is None or (figure.is_trend and figure.is_descending is None):
        return words
    return rows_period(scope, ends_of(scope, field.name, query, scopes))


def _plain(
    scope: Scope, figure: Figure, query: MapQuery, scopes: Mapping[str, Scope], year: str
) -> FigureAnswer:
    """Return a count, a sum, a mean or another function, of all rows or by group."""
    result = measure(scope, figure, query, scopes)
    unit, factor = unit_and_factor(figure.unit, result.unit)
    factor /= times_of(figure)
    unit = per_unit(figure, unit)
    values = _age(figure, {code: divided(value, factor) for code, value in result.values.items()})
    labels = dict(result.labels)
    if has_zeros(figure):
        labels, values = _with_every_commune(scope, query, labels, values)
    if figure.bounds is not None and figure.group:
        values = {code: value for code, value in values.items() if figure.bounds.holds(value or 0)}
    groups, rest = _ranked(figure, _groups(figure, labels, values, unit)) if figure.group else ((), ())
    value = None if figure.group else next(iter(values.values()), None)
    if figure.is_trend and len(groups) > 1 and "," not in figure.group:
        first, last = groups[0].value, groups[-1].value
        value = None if first is None or last is None else last - first
    is_count = figure.function == "count" and not (figure.relation or figure.per or figure.group)
    words = counted(noun_of(scope), int(value or 0)) if is_count and value is not None else ""
    return FigureAnswer(
        title=_title(scope, figure, result.title),
        value=value,
        words=words or (written(value, unit) if not groups else _change_words(groups, value, unit)),
        unit=unit,
        year=year,
        groups=groups,
        beyond=max(result.groups - len(labels), 0) if figure.group else 0,
        rest=rest,
        address=result.address,
        notes=tuple(_outside(figure, result, factor, unit)) if figure.group else (),
        query=query,
    )


def _with_every_commune(
    scope: Scope, query: MapQuery, labels: dict[str, str], values: dict[str, float | None]
) -> tuple[dict[str, str], dict[str, float | None]]:
    """Add the communes that have no row, with 0."""
    visitor = scope.visitor
    requested = [code for code in dict(query.shared).get("commune", visitor.portal).split(",") if code]
    towns = access.scope(visitor, COMMUNES_LAYER).queryset.order_by("nom").values_list("code", "nom")
    names = {code: name for code, name in towns if not requested or code in requested}
    zeros: dict[str, float | None] = {code: 0.0 for code in names if code not in values}
    return {**labels, **names}, {**values, **zeros}


def _ranked(
    figure: Figure, groups: tuple[FigureGroup, ...]
) -> tuple[tuple[FigureGroup, ...], tuple[FigureGroup, ...]]:
    """Put the groups of a ranking in order, without that of no value: those that are wanted, and those after them."""
    if figure.is_descending is None and not figure.limit:
        return groups, ()
    ordered = _in_order(figure, tuple(each for each in groups if each.code))
    cut = figure.limit or len(ordered)
    return ordered[:cut], ordered[cut : cut + MAX_REST]


def _title(scope: Scope, figure: Figure, measured: str) -> str:
    if figure.relation:
        text = f"{figure.relation}?{figure.record_filter}" if figure.record_filter else figure.relation
        return record_title(scope, text)
    if figure.per == TERRITORY:
        return _("%s, part du territoire") % scope.layer.title
    if figure.function == "count":
        return str(scope.layer.title)
    if figure.function == AGE:
        return _("%s, âge moyen") % scope.layer.title
    if figure.field in {AREA, LENGTH} and figure.function == "sum":
        return measured
    if figure.field in {AREA, LENGTH}:
        return _("Surface moyenne") if figure.field == AREA else _("Longueur moyenne")
    return measured if figure.field.startswith(DAYS) else _title_of_field(scope, figure)


def _title_of_field(scope: Scope, figure: Figure) -> str:
    name, _star, weight_name = figure.field.partition("*")
    field = scope.filterable[name]
    title = str(field.title)[:1].upper() + str(field.title)[1:]
    if figure.mean_over:
        return _("%(title)s, moyenne par : %(time)s") % {
            "title": title,
            "time": str(scope.filterable[figure.mean_over].title).lower(),
        }
    weight = scope.filterable.get(weight_name or field.weight) if figure.function == "avg" else None
    if weight is not None:
        return _("%(title)s, moyenne pondérée par : %(weight)s") % {
            "title": title,
            "weight": str(weight.title).lower(),
        }
    return _(_TITLES[figure.function]) % title


def _share(
    scope: Scope, figure: Figure, query: MapQuery, scopes: Mapping[str, Scope], year: str
) -> FigureAnswer:
    """Return what answers as a share of the whole: of rows, of an amount, or of another amount that has it."""
    plain = replace(figure, function="sum" if figure.field else "count", limit=0)
    own = query.own.get(scope.slug, {})
    whole_names = {*figure.whole, *([figure.latest] if figure.latest else [])}
    whole = query.asking(scope.slug, {name: () for name in own if name not in whole_names})
    whole = whole.sharing({"commune": ""}) if figure.is_of_territory else whole
    part = measure(scope, plain, query, scopes)
    is_of_groups = bool(figure.group) and not figure.over and whole == query
    total = (
        part
        if is_of_groups
        else measure(scope, replace(plain, field=figure.over or plain.field), whole, scopes)
    )
    sums = dict.fromkeys(part.values, sum_of(part)) if is_of_groups else total.values
    labels = part.labels if is_of_groups else {**total.labels, **part.labels}
    values = {code: _percent(part.values.get(code, 0), sums.get(code)) for code in labels}
    groups, rest = (
        _ranked(figure, _in_order(figure, _groups(figure, labels, values, "%"))) if figure.group else ((), ())
    )
    value = None if figure.group else next(iter(values.values()), None)
    unit = unit_and_factor(figure.unit, part.unit)[0]
    words = _("%(share)s : %(part)s sur %(total)s") % {
        "share": written(value, "%"),
        "part": written(part.value or 0, ""),
        "total": written(total.value or 0, unit),
    }
    title = _title(scope, plain, part.title) if figure.field else str(scope.layer.title)
    return FigureAnswer(
        title=_("%s, part") % title,
        value=value,
        words="" if figure.group else words,
        unit="%",
        year=year,
        groups=groups,
        beyond=0,
        rest=rest,
        address=part.address,
        query=query,
    )


def _change(scope: Scope, figure: Figure, query: MapQuery, scopes: Mapping[str, Scope]) -> FigureAnswer:
    """Return the difference of a figure between two times, by group too."""
    assert figure.change is not None
    name, first, last = figure.change
    last = last or latest(scope, name, query, scopes)
    plain = replace(figure, change=None, limit=0, is_descending=None)
    earlier, later = (
        measure(scope, plain, query.asking(scope.slug, {name: (text,)}), scopes) for text in (first, last)
    )
    unit, factor = unit_and_factor(figure.unit, later.unit)
    factor /= times_of(figure)
    values = {
        code: _difference(
            earlier.values.get(code), later.values.get(code), factor, is_relative=figure.is_relative
        )
        for code in {**later.values, **earlier.values}
    }
    unit = "%" if figure.is_relative else per_unit(figure, unit)
    labels = {**earlier.labels, **later.labels}
    signed_groups = _groups(figure, labels, values, unit, is_signed=True)
    groups, rest = _ranked(figure, _in_order(figure, signed_groups)) if figure.group else ((), ())
    value = None if figure.group else next(iter(values.values()), None)
    ends = _("%(first)s → %(last)s") % {"first": _end_words(first), "last": _end_words(last)}
    own = written(divided(earlier.value, factor), per_unit(figure, unit) if not figure.is_relative else "")
    now = written(divided(later.value, factor), per_unit(figure, unit) if not figure.is_relative else "")
    return FigureAnswer(
        title=_("%(title)s, évolution %(ends)s") % {"title": _title(scope, plain, later.title), "ends": ends},
        value=value,
        words="" if figure.group else signed(value, unit),
        unit=unit,
        year="",
        groups=groups,
        beyond=0,
        rest=rest,
        address=later.address,
        notes=() if figure.group else (_("de %(first)s à %(last)s") % {"first": own, "last": now},),
        query=query.asking(scope.slug, {name: (first, last)}),
    )


def _end_words(text: str) -> str:
    """Word one end of a change: a year, or a month."""
    first, dots, last = text.partition("..")
    if not dots:
        return text
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    is_year = (start.month, end.month) == (1, 12)
    return wording.period_label(start, "year" if is_year else "month")


def _difference(first: float | None, last: float | None, factor: float, *, is_relative: bool) -> float | None:
    if first is None or last is None:
        return None
    if is_relative:
        return 100 * (last - first) / first if first else None
    return (last - first) / factor


def _in_order(figure: Figure, groups: tuple[FigureGroup, ...]) -> tuple[FigureGroup, ...]:
    """Put groups in the order of their values, those without any last; those of time stay."""
    if figure.is_trend and figure.is_descending is None:
        return groups
    is_descending = figure.is_descending is not False
    with_value = [each for each in groups if each.value is not None]
    ordered = sorted(with_value, key=lambda each: each.value or 0, reverse=is_descending)
    return (*ordered, *(each for each in groups if each.value is None))


def _groups(
    figure: Figure,
    labels: Mapping[str, str],
    values: Mapping[str, float | None],
    unit: str,
    *,
    is_signed: bool = False,
) -> tuple[FigureGroup, ...]:
    """Return the groups, without what lies outside all communes: it is said beside them."""
    write = signed if is_signed else written
    return tuple(
        FigureGroup(labels[code], code, value, write(value, unit))
        for code, value in values.items()
        if not _is_outside(figure, code)
    )


def _is_outside(figure: Figure, code: str) -> bool:
    """Whether a group is what lies outside all communes, which has no code."""
    return figure.group == COMMUNE_FIELD and not code


def _outside(figure: Figure, result: Measured, factor: float, unit: str) -> Iterable[str]:
    """Say what lies outside all communes, where it is anything."""
    for code in result.labels:
        value = divided(result.values[code], factor)
        if _is_outside(figure, code) and value:
            yield _("hors communes : %s") % written(value, unit)


def _percent(part: float | None, total: float | None) -> float | None:
    return 100 * (part or 0) / total if total else None


def _age(figure: Figure, values: dict[str, float | None]) -> dict[str, float | None]:
    """Return the ages of mean years of birth."""
    if figure.function != AGE:
        return values
    now = timezone.localdate().year
    return {code: None if value is None else now - value for code, value in values.items()}


def _change_words(groups: tuple[FigureGroup, ...], value: float | None, unit: str) -> str:
    """Word the change from the first group of time to the last."""
    if value is None:
        return ""
    return _("%(change)s de %(first)s à %(last)s") % {
        "change": signed(value, unit),
        "first": groups[0].label,
        "last": groups[-1].label,
    }
