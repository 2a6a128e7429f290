"""The period that an answer is about, in words: of its conditions on dates, else of its rows, else of its data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.documents.document import PanelQuestion
from dashboards.filters.parsing import Period
from dashboards.filters.presenters import period_words
from dashboards.panels.labels import last_day, period_label
from interface import wording
from layers.access import Scope
from layers.aggregates import aggregate
from layers.aggregates.plan import groupable_fields, groupable_record_fields
from layers.cache import BoundedCache
from layers.definitions import Field, FieldType, is_record_date
from layers.parsing import FeatureQuery
from layers.parsing.aggregates import AggregateQuery, GroupKey
from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.nodes import Instant, IntervalNode, Literal, Node, Operation, Property
from layers.parsing.datetimes import day_of
from layers.queries import last_change, period, select

_DATED = frozenset({FieldType.DATE, FieldType.DATETIME})
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}
_DAY = dt.timedelta(days=1)
_YEARS = frozenset({"annee", "exercice", "millesime"})
# Rows that end so long before the last change of a layer are those of a delivery.
MARGIN = dt.timedelta(days=45)
_years: BoundedCache[tuple[int, ...]] = BoundedCache(200)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A condition on the date of rows, both ends included."""

    name: str
    first: dt.date | None
    last: dt.date | None


Ends = tuple[dt.date | None, dt.date | None]


def stated_ends(scope: Scope, question: PanelQuestion, query: FeatureQuery) -> dict[str, Ends]:
    """Return the first and the last day that the conditions of a question and its page leave, by the name of a date."""
    trees = [(query.filter.tree, groupable_fields(scope))] if query.filter else []
    relation = next((each for each in scope.relations if each.name == question.relation), None)
    if question.relation_filter and relation is not None:
        fields = groupable_record_fields(scope, relation)
        trees.append((parse_filter(question.relation_filter).tree, fields))
    ends: dict[str, Ends] = {}
    for tree, fields in trees:
        for bound in _bounds(tree, fields):
            first, last = ends.get(bound.name, (None, None))
            firsts = [day for day in (first, bound.first) if day is not None]
            lasts = [day for day in (last, bound.last) if day is not None]
            ends[bound.name] = (max(firsts, default=None), min(lasts, default=None))
    return ends


def stated_words(ends: Sequence[Ends]) -> str:
    """Word the period that conditions state; empty when none does.

    A beginning before a day and an end after it say what is in force on that day.
    """
    complete = next(((first, last) for first, last in ends if first is not None and last is not None), None)
    if complete is not None:  # conditions that exclude each other leave no period
        return days_words(*complete) if complete[0] <= complete[1] else ""
    firsts = [first for first, _last in ends if first is not None]
    lasts = [last for _first, last in ends if last is not None]
    if firsts and lasts and firsts[0] == lasts[0]:
        return _("au %(day)s") % {"day": wording.day(lasts[0])}
    return period_words(Period(firsts[0] if firsts else None, lasts[0] if lasts and not firsts else None))


def days_words(first: dt.date, last: dt.date) -> str:
    """Word days: « 2025 », « mars 2025 », « du 2 au 14 mars 2025 », « 3 mai 2025 »."""
    is_year = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    if first == last:
        return wording.day(first)
    if first.day == 1 and last == last_day(first, "month"):
        return period_label(first, "month")
    if first.year != last.year or is_year:
        return period_words(Period(first, last))
    start = wording.date_words(first, "j" if first.month == last.month else "MONTH_DAY_FORMAT")
    return _("du %(first)s au %(last)s") % {"first": start, "last": wording.day(last)}


def last_stated_day(scope: Scope, question: PanelQuestion, query: FeatureQuery) -> dt.date | None:
    """Return the last day of the period that conditions state with both its ends, else of the rows of a table.

    No later than the last row of a delivery.
    """
    lasts = [
        last
        for first, last in stated_ends(scope, question, query).values()
        if first is not None and last is not None and first < last
    ]
    ends = (max(lasts, default=None), last_row_day(scope, question))
    return min((day for day in ends if day is not None), default=None)


def last_row_day(scope: Scope, question: PanelQuestion) -> dt.date | None:
    """Return the last day of the rows of a delivery or of a table of months or years.

    Rows of a table are of their date, features seen at an instant or written on a day too. None for others, whose dates
    are properties of a stock (opened, planted). Read once for a version of the data.
    """
    rows = table_ends(scope, question)
    if rows is not None:
        return rows[1]
    field = scope.time_field
    is_delivery = bool(scope.definition.revision) and not question.relation
    if not is_delivery or field is None or not scope.can_read_rows or scope.layer.smallest_count:
        return None
    is_located = scope.definition.geometry.is_located
    is_observed = not is_located or field.type is FieldType.DATETIME or is_record_date(field.name)
    days = period(scope) if is_observed else None
    return day_of(days[1]) if days is not None else None


def last_day_before(scope: Scope, question: PanelQuestion, query: FeatureQuery) -> dt.date | None:
    """Return the last day of a delivery that ends before the period that conditions state; None where it does not."""
    last = last_row_day(scope, question)
    if last is None or scope.time_field is None:
        return None
    first, _last = stated_ends(scope, question, query).get(scope.time_field.name, (None, None))
    return last if first is not None and last < first and day_of_data(scope, last) == last else None


def day_of_data(scope: Scope, last: dt.date | None) -> dt.date | None:
    """Return the day of data whose rows end on ``last``: that of their last change, unless they end long before.

    A delivery is loaded after the dates of its rows; entries are about the days before they are made.
    """
    changed = last_change(scope)
    if changed is None or last is None:
        return changed
    return last if last < day_of(changed) - MARGIN else changed


def table_ends(scope: Scope, question: PanelQuestion) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day of a table of months or of years; None for others, whose dates are properties.

    A month that is not over ends today. Read once for a version of the data.
    """
    if scope.definition.geometry.is_located or question.relation:
        return None
    days = [day_of(moment) for moment in (period(scope) if scope.can_read_rows else None) or ()]
    if days and all(day.day == 1 for day in days) and days[0] != days[-1]:
        return days[0], min(last_day(days[-1], "month"), max(timezone.localdate(), days[-1]))
    field = next((each for each in groupable_fields(scope).values() if each.name in _YEARS), None)
    years = _years.recall((scope.key, scope.version), partial(_read_years, scope, field)) if field else ()
    return (dt.date(years[0], 1, 1), dt.date(years[-1], 12, 31)) if years else None


def _read_years(scope: Scope, field: Field) -> tuple[int, ...]:
    """Return the first and the last of the years of a table that have begun; nothing without any."""
    today = timezone.localdate()
    question = AggregateQuery(keys=(GroupKey.of(field.name),))
    rows = aggregate(select(scope, FeatureQuery()), question).rows
    years = [row[0] for row in rows if isinstance(row[0], int) and dt.MINYEAR < row[0] <= today.year]
    return (min(years), max(years)) if years else ()


def rows_period(scope: Scope, question: PanelQuestion, query: FeatureQuery) -> str:
    """Word the period of groups that no period parts: that of their conditions, else of the rows of a table."""
    words = stated_words(list(stated_ends(scope, question, query).values()))
    if words:
        return words
    ends = table_ends(scope, question)
    return days_words(*ends) if ends is not None else ""


def _bounds(tree: Node, fields: Mapping[str, Field]) -> Iterator[_Bound]:
    """Yield the conditions on dates and years that every row satisfies."""
    if not isinstance(tree, Operation):
        return
    if tree.operator == "and":
        for part in tree.arguments:
            yield from _bounds(part, fields)
        return
    first, *arguments = tree.arguments
    operator = tree.operator
    if len(arguments) == 1 and isinstance(arguments[0], Property):
        first, arguments, operator = arguments[0], [first], _MIRRORED.get(operator, operator)
    field = fields.get(first.name) if isinstance(first, Property) else None
    if field is not None and (field.type in _DATED or wording.is_year(field)):
        yield from _bound(operator, field, arguments)


def _bound(operator: str, field: Field, values: Sequence[Node]) -> Iterator[_Bound]:
    value = values[0] if values else None
    if operator in {"t_intersects", "t_during"} and isinstance(value, IntervalNode):
        ends = [_day(end) if isinstance(end, Instant) else None for end in (value.start, value.end)]
        yield _Bound(field.name, *ends)
        return
    if operator == "between" and len(values) == 2:
        yield _Bound(field.name, _first(values[0]), _last(values[1]))
        return
    start, end = (_first(value), _last(value)) if value is not None else (None, None)
    if start is None or end is None:
        return
    if operator == "=":
        yield _Bound(field.name, start, end)
    elif operator in {">=", ">"}:
        yield _Bound(field.name, start if operator == ">=" else end + _DAY, None)
    elif operator in {"<=", "<"}:
        yield _Bound(field.name, None, end if operator == "<=" else start - _DAY)


def _first(value: Node) -> dt.date | None:
    year = _year(value)
    return dt.date(year, 1, 1) if year else _day(value)


def _last(value: Node) -> dt.date | None:
    year = _year(value)
    return dt.date(year, 12, 31) if year else _day(value)


def _year(value: Node) -> int:
    number = value.value if isinstance(value, Literal) else None
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return 0
    return int(number) if dt.MINYEAR < number < dt.MAXYEAR else 0


def _day(value: Node) -> dt.date | None:
    return day_of(value.value) if isinstance(value, Instant) else None


def date_of_records(scope: Scope, question: PanelQuestion) -> Field | None:
    """Return the field that dates the related records of a question, or the rows of a table by year.

    None for a stock, whose rows are all there at once: the dates of features are properties.
    """
    if not scope.can_read_rows or scope.layer.smallest_count:
        return None
    relation = next((each for each in scope.relations if each.name == question.relation), None)
    if relation is None:
        is_table = not question.relation and not scope.definition.geometry.is_located
        return next((field for field in scope.fields if is_table and field.name in _YEARS), None)
    series = relation.periodic.field if relation.periodic else ""
    name = relation.dated_by or series or relation.year_field
    named = next((field for field in relation.fields if field.name == name), None)
    return named or next((field for field in relation.fields if field.name in _YEARS), None)


def data_day(scope: Scope, question: PanelQuestion) -> str:
    """Word the day of the data of a question; empty when there never were any.

    That of its last row for a delivery loaded long after it: nothing is known of the days between.
    """
    last, changed = last_row_day(scope, question), last_change(scope)
    if changed is None:
        return ""
    if last is not None and day_of_data(scope, last) == last:
        return _("dernières données : %(day)s") % {"day": wording.day(last)}
    return _("au %(day)s") % {"day": wording.day(changed)}
