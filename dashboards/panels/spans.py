"""A key figure of the last period: one that is not over is read, and the one before it, up to the same day.

Rows may be dated by days or by months (the first of each): of months, the span is the months that both periods have.
Where the rows end is read from the layer as a whole, so that a commune with one early event is not compared too soon.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.documents.document import PanelQuestion
from dashboards.panels.kinds import PanelRequest
from dashboards.panels.labels import is_year, label, last_day, local_day, period_label
from dashboards.panels.periods import FigureValue, Point, figure_value, points_of
from dashboards.panels.queries import (
    aggregate_query,
    is_added,
    keys_of,
    measures_of,
    narrowed_by,
    run_aggregate,
)
from dashboards.panels.stated_periods import (
    MARGIN,
    Ends,
    data_day,
    date_of_records,
    days_words,
    stated_ends,
    stated_words,
)
from dashboards.panels.tables import is_running
from dashboards.sources.words import group_key
from interface import wording
from layers.aggregates import AggregateResult, ResultColumn, Scalar
from layers.aggregates.plan import FEATURE
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery
from layers.parsing.aggregates import AggregateMeasure, AggregateQuery, FieldPeriod, GroupKey
from layers.parsing.cql2 import parse_filter
from layers.parsing.datetimes import Interval
from layers.parsing.relative_periods import moved
from layers.queries import entered_records, last_change, select

_MONTHS = {"year": 12, "quarter": 3, "month": 1}
# Groups of both parts of a span that are compared.
MAX_COMPARED = 10_000
# Measures that are nothing where there is no row.
_COUNTED = frozenset({"count", "sum", "length", "area"})
# Measures of a group that are no measure of its own rows.
_ALONG = frozenset({"cumulated", "share"})


@dataclass(frozen=True, slots=True)
class RowsEnd:
    """The last day that rows are known of; ``is_monthly``: each is dated by the first day of its month."""

    day: dt.date
    is_monthly: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a period that is known, from its first day ``start`` to ``end``, and the same part of another."""

    start: dt.date
    end: dt.date
    other_start: dt.date
    other_end: dt.date
    is_monthly: bool = False

    def condition(self, name: str) -> str:
        """Return the CQL2 text that selects the rows of both parts, by the date ``name``."""
        intervals = ((self.start, self.end), (self.other_start, self.other_end))
        parts = (f"T_INTERSECTS(\"{name}\", INTERVAL('{first}', '{last}'))" for first, last in intervals)
        return f"({' OR '.join(parts)})"

    def words(self, period: str) -> str:
        """Say the part: « 2026 : au 30 novembre »."""
        name = period_label(self.start, period)
        if self.is_monthly:
            return _("%(period)s : jusqu’en %(month)s") % {
                "period": name,
                "month": formats.date_format(self.end, "F"),
            }
        return _("%(period)s : au %(day)s") % {
            "period": name,
            "day": wording.date_words(self.end, "MONTH_DAY_FORMAT"),
        }

    def compared_words(self, period: str) -> str:
        """Say the part, and what it is compared with: « 2026 : au 30 novembre, comme en 2025 »."""
        words = {"part": self.words(period), "other": period_label(self.other_start, period)}
        if period == "quarter":
            return _("%(part)s, comme au %(other)s") % words
        if period == "week":
            return _("%(part)s, comme la %(other)s") % words
        return _("%(part)s, comme en %(other)s") % words


def dated_figure(
    request: PanelRequest, *, selection: FeatureQuery | None = None
) -> tuple[AggregateResult, FigureValue]:
    """Return the groups and the number of a figure, with its period; ``selection`` are other rows.

    Without periods among the groups, it is the period that conditions state, else that of the related records, else
    the day of the data.

    Raises:
        LayersError: as ``run_aggregate`` and ``figure_value``.
    """
    query = selection or request.query
    result = run_aggregate(request, aggregate_query(request.question), selection=selection)
    of, against = request.option("of", "last"), request.option("against", "previous")
    today = timezone.localdate()
    figure = figure_value(result, part=request.option("part", ()), of=of, against=against, today=today)
    ends = stated_ends(request.scope, request.question, query)
    if not figure.period:
        words = str(request.option("period", "")) or stated_words(list(ends.values()))
        return result, replace(
            figure, period=words or _records_words(request) or data_day(request.scope, request.question)
        )
    key = keys_of(result)[0]
    if of == "total":
        return result, replace(figure, points=_over(figure.points, key, today))
    dated = _of_same_spans(request, selection, result, figure, today)
    dated = replace(dated, points=_over(dated.points, key, today))
    name = key.name.rpartition(":")[2]
    return result, _within(dated, figure.points[-1].start, key.period or "year", ends.get(name, (None, None)))


def _over(points: tuple[Point, ...], key: ResultColumn, today: dt.date) -> tuple[Point, ...]:
    """Return the points of a small line: those of periods that are over; none where these make no line.

    A line of two points beside a running period looks like its change. A year that is a number may be whole.
    """
    over = tuple(
        point for point in points if not key.period or not is_running(point.start, key.period, today)
    )
    return over if len(over) == len(points) or len(over) > 2 else ()


def _within(figure: FigureValue, start: dt.date, period: str, ends: Ends) -> FigureValue:
    """Return a figure under conditions on its date: a period that they cut is worded by its days, and not compared."""
    first, last = ends
    finish = last_day(start, period)
    if figure.previous is not None and first is not None and figure.previous.start < first:
        own = figure.own_period or period_label(start, period)
        figure = replace(figure, previous=None, period=own)
    if (first is None or first <= start) and (last is None or last >= min(finish, timezone.localdate())):
        return figure
    return replace(
        figure, previous=None, period=days_words(max(first or start, start), min(last or finish, finish))
    )


def _records_words(request: PanelRequest) -> str:
    """Word the period of all the records of the features of a panel, or of the rows of a table by year."""
    field = date_of_records(request.scope, request.question)
    if field is None:
        return ""
    measures = tuple(AggregateMeasure.of(name, field.name) for name in ("min", "max"))
    question = AggregateQuery(measures=measures, relation=request.question.relation)
    ends = run_aggregate(request, question).rows[0]
    if all(isinstance(end, int) for end in ends):
        words = {"first": ends[0], "last": ends[1]}
        return str(ends[0]) if ends[0] == ends[1] else _("%(first)d à %(last)d") % words
    first, last = (local_day(end) if isinstance(end, dt.date) else None for end in ends)
    if first is None or last is None:
        return ""
    is_going_on = last > timezone.localdate() - MARGIN
    if is_going_on:
        return _("depuis le %(day)s") % {"day": wording.day(first)}
    return days_words(first, last)


def _of_same_spans(
    request: PanelRequest,
    selection: FeatureQuery | None,
    result: AggregateResult,
    figure: FigureValue,
    today: dt.date,
) -> FigureValue:
    """Return a figure of the last period read up to the day that both periods are known to."""
    key, measure, last = keys_of(result)[0], measures_of(result)[0], figure.points[-1]
    function = measure.name.partition(":")[0]
    if is_year(key):
        return (
            _of_running_year(figure, is_amount=is_added(measure)) if last.start.year == today.year else figure
        )
    if function in _ALONG or (last_day(last.start, key.period) < today - dt.timedelta(days=366)):
        return figure
    if key.period == "day":
        return replace(figure, previous=None) if last.start == today else figure
    end = _rows_end(request, key.name.partition(":")[2], last.start, today)
    span = _span(last.start, key.period, end, request.option("against", "previous"), today)
    if span is None:
        return figure
    over = tuple(point for point in figure.points if point.start != last.start)
    over = over if len(over) > 2 else ()
    if end is None:  # dates of these rows are not theirs to read: nothing can be compared
        return replace(figure, previous=None, points=over, period=_running_words(figure.period))
    month = end.day if end.is_monthly else None
    values = _values_of(request, selection, key.name.partition(":")[2], span)
    blank = 0.0 if function in _COUNTED and not result.hides_groups else None
    value = values.get(span.start, blank)
    other = values.get(span.other_start, blank)
    has_previous = any(point.start == span.other_start for point in figure.points)
    if value is None or other is None or not has_previous or span.start in _hidden_of(result):
        own = span.words(key.period)
        return replace(figure, value=value, previous=None, points=over, period=own, month=month)
    return FigureValue(
        value=value,
        period=span.compared_words(key.period),
        previous=Point(span.other_start, label(key, span.other_start), other),
        points=over,
        own_period=span.words(key.period),
        month=month,
    )


def _of_running_year(figure: FigureValue, *, is_amount: bool) -> FigureValue:
    """Return the figure of a year that is a number and not over: no day says how much of it an amount has."""
    words = _running_words(figure.period)
    return replace(figure, period=words, previous=None) if is_amount else replace(figure, period=words)


def _running_words(period: str) -> str:
    return _("%(period)s, en cours") % {"period": period}


def _span(start: dt.date, period: str, end: RowsEnd | None, against: str, today: dt.date) -> Span | None:
    """Return the part of a period that is known, with the same part of the one before; None when it is over."""
    finish, is_monthly = last_day(start, period), end is not None and end.is_monthly
    reached = _month_end(end.day) if end is not None and is_monthly else end.day if end is not None else today
    if reached >= finish or reached < start or (not is_monthly and finish < today):
        return None
    if period == "week":
        days = dt.timedelta(days=364 if against == "year" else 7)
        return Span(start, reached, start - days, reached - days)
    months = 12 if against == "year" else _MONTHS[period]
    other_start = _months_before(start, months)
    other_end = min(_months_before(reached, months), last_day(other_start, period))
    other_end = _month_end(other_end) if is_monthly else other_end
    return Span(start, reached, other_start, other_end, is_monthly)


def _rows_end(request: PanelRequest, name: str, start: dt.date, today: dt.date) -> RowsEnd | None:
    """Return where the rows of the layer end; None when the visitor may not read their dates."""
    question = AggregateQuery(
        keys=(GroupKey(name, f"month:{name}", period="month"),),
        measures=(AggregateMeasure.of("min", name), AggregateMeasure.of("max", name)),
        relation=request.question.relation,
        periods=(FieldPeriod(name, Interval(_months_before(start, 13), today)),),
    )
    try:
        result = run_aggregate(request, question, selection=FeatureQuery())
    except InvalidParameter:
        return None
    days = [local_day(value) for row in result.rows for value in row[1:] if isinstance(value, dt.date)]
    if not days:
        return None
    is_monthly = len(result.rows) > 1 and all(day.day == 1 for day in days)
    if is_monthly or max(days) < today - MARGIN:
        return RowsEnd(max(days), is_monthly)
    changed = last_change(request.scope)
    return RowsEnd(today if changed is None else max(*days, min(today, local_day(changed))))


def _values_of(
    request: PanelRequest, selection: FeatureQuery | None, name: str, span: Span
) -> dict[dt.date, float]:
    """Return the measure of both parts, by the first day of their period; those without a value are not there."""
    query, text = _in_span(request.question, selection or request.query, name, span)
    question = replace(request.question, relation_filter=text)
    narrowed = PanelQuestion(
        question.layer,
        relation=question.relation,
        relation_filter=question.relation_filter,
        by=question.by,
        measures=question.measures[:1],
        series=question.series,
    )
    result = run_aggregate(request, aggregate_query(narrowed), selection=query)
    return {point.start: point.value for point in points_of(result)}


def _in_span(question: PanelQuestion, query: FeatureQuery, name: str, span: Span) -> tuple[FeatureQuery, str]:
    """Return the rows of both parts of a span by the date ``name``: the query of features, the filter of records."""
    text = question.relation_filter
    if not question.relation or name.startswith(FEATURE):
        return narrowed_by(query, span.condition(name.removeprefix(FEATURE))), text
    return query, f"({text}) AND {span.condition(name)}" if text else span.condition(name)


def compared_on_same_spans(
    request: PanelRequest,
    query: AggregateQuery,
    result: AggregateResult,
    *,
    selection: FeatureQuery | None = None,
) -> tuple[AggregateResult, str]:
    """Return groups whose changes (``change:``) to a period that is not over are those of the same span of both.

    The second value says the span; empty where no change is to a running period. A change of rows whose dates may not
    be read, or of few of them, is left out. One statement more, and one for where the rows end.

    Raises:
        LayersError: as ``run_aggregate``.
    """
    measures = tuple(each for each in query.measures if each.function == "change")
    along = max((at for at, key in enumerate(keys_of(result)) if key.period), default=None)
    if not measures or along is None:
        return result, ""
    key, today = result.columns[along], timezone.localdate()
    days = {day for row in result.rows if (day := _first_day(row[along])) is not None}
    start = next((day for day in days if is_running(day, key.period, today)), None)
    if start is None:
        return result, ""
    name = key.name.partition(":")[2]
    end = None if result.smallest_count else _rows_end(request, name, start, today)
    span = None if end is None else _span(start, key.period, end, "previous", today)
    if end is not None and span is None:
        return result, ""  # all of the period is known
    values = {} if span is None else _parts_of_span(request, query, measures, selection, name, span)
    count, columns = len(keys_of(result)), {each.text for each in measures}
    rows = []
    for row in result.rows:
        cells = list(row)
        if _first_day(row[along]) == start:
            for at, column in enumerate(result.columns):
                if column.name in columns and cells[at] is not None:
                    cells[at] = values.get((_without(row[:count], along), column.name))
        rows.append(tuple(cells))
    words = _("Évolution : %s.") % span.compared_words(key.period) if span is not None else ""
    return replace(result, rows=tuple(rows)), words


def _parts_of_span(
    request: PanelRequest,
    query: AggregateQuery,
    measures: Sequence[AggregateMeasure],
    selection: FeatureQuery | None,
    name: str,
    span: Span,
) -> dict[tuple[tuple[Scalar, ...], str], float]:
    """Return the changes between both parts of a span, by the other keys of their groups and by measure."""
    rows, text = _in_span(request.question, selection or request.query, name, span)
    own = tuple(dict.fromkeys(each.parts[0] for each in measures))
    narrowed = replace(query, measures=own, sort=(), limit=MAX_COMPARED)
    if text:
        of_records = parse_filter(text)
        narrowed = replace(narrowed, record_filter=of_records, record_text=of_records.identify(text))
    result = run_aggregate(request, narrowed, selection=rows)
    along = next(at for at, key in enumerate(result.columns) if key.name.partition(":")[2] == name)
    count = len(keys_of(result))
    ends = {
        (_without(row[:count], along), _first_day(row[along])): dict(zip(own, row[count:], strict=True))
        for row in result.rows
    }
    changes = {}
    for group in {group for group, _day in ends}:
        for measure in measures:
            part = measure.parts[0]
            blank = 0.0 if part.function in _COUNTED else None
            last, first = (
                ends.get((group, day), {}).get(part, blank) for day in (span.start, span.other_start)
            )
            if isinstance(last, int | float) and isinstance(first, int | float):
                changes[group, measure.text] = last - first
    return changes


def _first_day(start: Scalar) -> dt.date | None:
    return local_day(start) if isinstance(start, dt.date) else None


def _without(keys: tuple[Scalar, ...], at: int) -> tuple[Scalar, ...]:
    return (*keys[:at], *keys[at + 1 :])


def missing_records(request: PanelRequest, figure: FigureValue) -> str:
    """Say how many records of the last month of a figure are still to be entered; empty when none is.

    They are those of the features that the panel selects, whatever its filter of records.
    """
    scope, name = request.scope, request.question.relation
    relation = next((each for each in scope.relations if each.name == name), None)
    is_countable = scope.can_read_rows and not scope.layer.smallest_count
    if relation is None or relation.periodic is None or not is_countable or not request.question.by:
        return ""
    key = group_key(request.question.by[0])
    last = figure.points[-1].start if key.period == "month" and figure.points else None
    month = figure.month or last
    if key.property != relation.periodic.field or month is None:
        return ""
    counts = entered_records(select(scope, request.query), relation, month)
    if counts is None or counts[0] >= counts[1]:
        return ""
    missing, required = counts[1] - counts[0], counts[1]
    form = ngettext(
        "%(missing)d relevé manque sur %(required)d",
        "%(missing)d relevés manquent sur %(required)d",
        missing,
    )
    return form % {"missing": missing, "required": required}


def _hidden_of(result: AggregateResult) -> frozenset[dt.date]:
    """Return the first days of the periods whose value is suppressed."""
    starts = (result.rows[index][0] for index in result.suppressed)
    return frozenset(local_day(start) for start in starts if isinstance(start, dt.date))


def _months_before(day: dt.date, months: int) -> dt.date:
    return moved(day, -months, "m")


def _month_end(day: dt.date) -> dt.date:
    return last_day(day.replace(day=1), "month")
