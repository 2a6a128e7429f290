"""The filters of a layer as a form shows them: options with counts, bars of a histogram, what the form must carry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from explorer.filters.chips import combined_words
from explorer.filters.queries import FieldFilter, FilterKind, LayerFilters
from explorer.map_state.parsing import COMBINING, MapQuery, Pair
from explorer.map_state.queries import filter_counts
from interface import wording
from interface.conditions import AFTER, BEFORE, EMPTY, RANGE, resolved_range, value_text, value_words
from layers.access import Scope
from layers.aggregates import Bin, Histogram
from layers.aggregates.results import Scalar
from layers.definitions import Field, FieldType
from layers.parsing.relative_periods import OFFERED, is_relative_period, relative_period_words

HEIGHT, WIDTH = 40, 240
STEPS = 200
MAX_READ = 12


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose; ``count`` features have it under the other conditions.

    The count is unknown for a value that is not searched, and for one that the layer suppresses.
    """

    value: str
    label: str
    count: int | None
    is_selected: bool


@dataclass(frozen=True, slots=True)
class HistogramBar:
    """A bar of a histogram in the units of its drawing, as SVG writes them; ``words`` say what it stands for."""

    x: str
    y: str
    width: str
    height: str
    words: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range: the lowest and highest value, the chosen ones, and the step of the sliders; texts of a form.

    ``words`` explain the bars. ``periods`` are those counted from today that a date may be filtered by, with their
    words, and ``period`` the chosen one.
    """

    low: str
    high: str
    first: str
    last: str
    step: str
    bars: tuple[HistogramBar, ...]
    nulls: int | None
    words: str = ""
    low_words: str = ""
    high_words: str = ""
    periods: tuple[tuple[str, str], ...] = ()
    period: str = ""


@dataclass(frozen=True, slots=True)
class FieldForm:
    """A field of the form: ``name`` is its parameter, ``words`` its present condition."""

    field_filter: FieldFilter
    name: str
    words: str
    reset: str
    options: tuple[Option, ...] = ()
    more: int = 0
    bounds: Bounds | None = None
    text: str = ""
    is_empty_selected: bool = False

    @property
    def has_search(self) -> bool:
        """Whether it has too many values to read them all."""
        return bool(self.more or self.field_filter.sought or len(self.options) > MAX_READ)

    @property
    def match_count(self) -> int:
        """How many values hold the words sought."""
        listed = self.field_filter.facet.values if self.field_filter.facet else ()
        return len(listed) + self.more

    @property
    def has_empty(self) -> bool:
        """Whether « not filled in » is offered beside a range."""
        return self.is_empty_selected or bool(self.bounds and self.bounds.nulls != 0)


@dataclass(frozen=True, slots=True)
class Combination:
    """The relation ``name`` of a layer, in words, and the address of the map without it."""

    name: str
    text: str
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The form of a layer's filters. ``hidden_fields`` are what it sends back as it is, ``query_pairs`` all."""

    scope: Scope
    fields: tuple[FieldForm, ...]
    combinations: tuple[Combination, ...]
    other_layers: tuple[tuple[Scope, int], ...]
    hidden_fields: tuple[Pair, ...]
    query_pairs: tuple[Pair, ...]
    reset: str
    is_selected: bool


def filter_form(filters: LayerFilters, scopes: Mapping[str, Scope]) -> FilterForm:
    """Return the filters of a layer as its form shows them; ``scopes`` are the layers it may be combined with."""
    query, scope = filters.query, filters.scope
    values = query.own.get(scope.slug, {})
    numbers = filter_counts(query)
    return FilterForm(
        scope=scope,
        fields=tuple(field_form(field, query, scope) for field in filters.fields),
        combinations=tuple(_combination(pair, filters, scopes) for pair in filters.combined),
        other_layers=tuple(
            (other, numbers.get(slug, 0)) for slug, other in scopes.items() if slug != scope.slug
        ),
        hidden_fields=tuple(_hidden_fields(filters)),
        query_pairs=(*query.layer_pairs, *query.pairs()),
        reset=query.asking(scope.slug, dict.fromkeys(values, ())).link,
        is_selected=bool(values),
    )


def _hidden_fields(filters: LayerFilters) -> Iterable[Pair]:
    """Everything that the form does not show: layers, other layers' filters, values of fields that are not read."""
    slug, query = filters.scope.slug, filters.query
    visible = {f"{slug}.{field.field.name}" for field in filters.fields if field.is_read}
    visible |= {*(f"{slug}.{name}" for name in COMBINING), "q"}
    yield from query.layer_pairs
    yield from ((name, value) for name, value in query.pairs() if name not in visible)


def field_form(field_filter: FieldFilter, query: MapQuery, scope: Scope) -> FieldForm:
    """Return a field as the form shows it."""
    field = field_filter.field
    return FieldForm(
        field_filter=field_filter,
        name=f"{scope.slug}.{field.name}",
        words=_(" ou ").join(value_words(field, value) for value in field_filter.values),
        reset=query.asking(scope.slug, {field.name: ()}).link if field_filter.values else "",
        options=_options(field_filter),
        more=field_filter.facet.more if field_filter.facet else 0,
        bounds=_bounds(field_filter, field_filter.histogram) if field_filter.histogram else None,
        text=next((value for value in field_filter.values if value != EMPTY), "")
        if field_filter.kind is FilterKind.TEXT
        else "",
        is_empty_selected=EMPTY in field_filter.values,
    )


def _options(field_filter: FieldFilter) -> tuple[Option, ...]:
    if field_filter.facet is None:
        return ()
    options: dict[str, Option] = {}
    counts: dict[str, int | None] = {}
    for value in field_filter.facet.values:
        text = value_text(value.value)
        before = counts.get(text, 0)
        counts[text] = None if before is None or value.count is None else before + value.count
        label = _("Non renseigné") if text == EMPTY else str(field_filter.field.label(value.value))
        if isinstance(value.value, bool):
            label = value.label
        options[text] = Option(text, label, counts[text], text in field_filter.values)
    absent = [value for value in field_filter.values if value not in options]
    unknown = None if field_filter.sought else 0
    return (
        *options.values(),
        *(
            Option(value, value_words(field_filter.field, value), unknown, is_selected=True)
            for value in absent
        ),
    )


def _bounds(field_filter: FieldFilter, spread: Histogram) -> Bounds:
    requested = next((value for value in field_filter.values if value != EMPTY), "")
    is_days = field_filter.kind is FilterKind.DAYS
    period = requested if is_days and is_relative_period(requested) else ""
    requested = "" if period else resolved_range(requested) if is_days else requested
    first, separator, last = requested.partition(RANGE)
    first = first.removeprefix(AFTER)
    low, high = (("" if edge is None else value_text(edge)) for edge in (spread.min, spread.max))
    return Bounds(
        low=low,
        high=high,
        first=first,
        last=last.removeprefix(BEFORE) if separator else first,
        step=_step(field_filter, spread),
        bars=tuple(bars(field_filter.field, spread)),
        nulls=spread.nulls,
        words=_spread_words(field_filter, spread),
        low_words=_number(field_filter.field, spread.min),
        high_words=_number(field_filter.field, spread.max),
        periods=_periods(period) if is_days else (),
        period=period,
    )


def _periods(chosen: str) -> tuple[tuple[str, str], ...]:
    """Return the periods counted from today to choose from, the chosen one among them."""
    names = OFFERED if not chosen or chosen in OFFERED else (*OFFERED, chosen)
    return tuple((name, str(capfirst(relative_period_words(name)))) for name in names)


def _number(field: Field, edge: Scalar) -> str:
    """Write an end of a range for people; years have four figures without a separator."""
    if not isinstance(edge, int | float):
        return ""
    return str(edge) if wording.is_year(field) else wording.number(edge)


def _step(field_filter: FieldFilter, spread: Histogram) -> str:
    if not isinstance(spread.min, int | float) or not isinstance(spread.max, int | float):
        return "1"
    if field_filter.field.type is FieldType.INTEGER or spread.max <= spread.min:
        return "1"
    rough = (spread.max - spread.min) / STEPS
    power = 10.0 ** (len(f"{rough:.0f}") - 1) if rough >= 1 else 10.0 ** -_decimals(rough)
    return f"{power:.9f}".rstrip("0").rstrip(".")


def _decimals(rough: float) -> int:
    """How many decimals a step below one needs."""
    return next((decimals for decimals in range(1, 9) if rough * 10**decimals >= 1), 9)


def bars(field: Field, spread: Histogram) -> Iterable[HistogramBar]:
    """Return the bars of a histogram of a field; none where every bin is empty."""
    highest = max((each.count or 0 for each in spread.bins), default=0)
    if not highest:
        return
    width = WIDTH / len(spread.bins)
    for number, each in enumerate(spread.bins):
        height = max(HEIGHT * (each.count or 0) / highest, 0 if each.count == 0 else 1.5)
        count = _("effectif masqué") if each.count is None else wording.number(each.count)
        words_of_bin = bin_words(field, spread, each)
        words = _("%(title)s : %(text)s") % {"title": words_of_bin, "text": count}
        x, y = f"{number * width:.2f}", f"{HEIGHT - height:.2f}"
        yield HistogramBar(x, y, f"{width - 1:.2f}", f"{height:.2f}", words)


def bin_words(field: Field, spread: Histogram, each: Bin) -> str:
    """Word a bin: a period of the calendar has a name, another bin has bounds."""
    if spread.step and isinstance(each.start, dt.date) and isinstance(each.end, dt.date):
        return wording.period(each.start, each.end, spread.step)
    return value_words(field, f"{value_text(each.start)}{RANGE}{value_text(each.end)}")


_PER = {
    "day": gettext_noop("%(range)s, un trait par jour"),
    "month": gettext_noop("%(range)s, un trait par mois"),
    "year": gettext_noop("%(range)s, un trait par année"),
    "years": gettext_noop("%(range)s, un trait pour %(years)d ans"),
}


def _spread_words(field_filter: FieldFilter, spread: Histogram) -> str:
    """Word what a histogram spans; of dates, also the period of a bar."""
    if not spread.bins:
        return ""
    words = value_words(field_filter.field, f"{value_text(spread.min)}{RANGE}{value_text(spread.max)}")
    return _(_PER[spread.step]) % {"range": words, "years": _years(spread.bins[-1])} if spread.step else words


def _years(last: Bin) -> int:
    """How many years a group of them holds."""
    assert isinstance(last.start, dt.date)
    assert isinstance(last.end, dt.date)
    return last.end.year - last.start.year


def _combination(pair: Pair, filters: LayerFilters, scopes: Mapping[str, Scope]) -> Combination:
    name, text = pair
    left: Sequence[str] = [value for other, value in filters.combined if other == name and value != text]
    address = filters.query.asking(filters.scope.slug, {name: left}).link
    return Combination(name, text, combined_words(text, scopes, name, filters.scope), address)
