"""The question of a panel, asked of the kernel: one aggregate, in the words of the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from dashboards.documents.document import PanelQuestion
from dashboards.documents.questions import question_parameters
from dashboards.panels.kinds import PanelRequest
from layers import queries
from layers.aggregates import AggregateResult, ResultColumn, aggregate
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery
from layers.parsing.aggregates import SERIES, SERIES_VALUE, AggregateQuery, parse_aggregate

# Measures whose groups add up to that of the whole.
_ADDED = frozenset({"count", "sum", "length", "area", "share"})
# A page has as many panels under way at once (``dashboards/static/dashboards/reading/panels.js``).
_TOGETHER = 2
_IN_ORDER = ("year:", "quarter:", "month:", "week:", "day:", "width", "bins")


def aggregate_query(
    question: PanelQuestion, *, sort: Sequence[str] = (), limit: int = 0, measures: Sequence[str] = ()
) -> AggregateQuery:
    """Return the aggregate that a question asks; the words given here are those of the kind, where it says nothing.

    Raises:
        InvalidParameter: a word that the API does not know either; it says which.
    """
    asked = replace(
        question,
        filter="",
        measures=tuple(measures) or question.measures,
        sort=question.sort or tuple(sort),
        limit=question.limit or limit,
    )
    return parse_aggregate(question_parameters(asked))[1]


def ask(
    request: PanelRequest, query: AggregateQuery, *, selection: FeatureQuery | None = None
) -> AggregateResult:
    """Ask the kernel, under the visitor's scope and the filters of the page; ``selection`` instead of these."""
    asked = queries.select(request.scope, selection or request.query)
    return aggregate(asked, query, parallel_queries=_TOGETHER)


def largest_first(question: PanelQuestion) -> tuple[str, ...]:
    """Return the order of groups without one of their own: largest first. Periods and bins keep theirs."""
    if is_in_order(question) or not (question.by or question.series):
        return ()
    return (f"-{first_measure(question)}",)


def first_measure(question: PanelQuestion) -> str:
    """Return the name of the first measure in the answer."""
    is_default = question.measures == PanelQuestion("").measures
    return f"sum:{SERIES_VALUE}" if question.series and is_default else question.measures[0]


def check_keys(question: PanelQuestion, least: int, most: int) -> None:
    """Refuse a question that has not as many group keys as a kind draws; series make one.

    Raises:
        InvalidParameter: too few, or too many.
    """
    count = len(question.by) + (bool(question.series) and SERIES not in question.by)
    if not least <= count <= most:
        expected = str(least) if least == most else _("%(start)s à %(end)s") % {"start": least, "end": most}
        raise InvalidParameter(
            _("Nombre de clés de regroupement attendu : %(expected)s ; reçu %(count)d.")
            % {"expected": expected, "count": count},
            parameter="by",
        )


def is_in_order(question: PanelQuestion) -> bool:
    """Whether the first key is a period or a bin, read from left to right."""
    return bool(question.by) and question.by[0].startswith(_IN_ORDER)


def is_added(measure: ResultColumn) -> bool:
    """Whether the groups of a measure add up to that of the whole."""
    return measure.name.partition(":")[0] in _ADDED


def keys_of(result: AggregateResult) -> tuple[ResultColumn, ...]:
    """Return the group keys of an answer."""
    return tuple(column for column in result.columns if column.is_key)


def measures_of(result: AggregateResult) -> tuple[ResultColumn, ...]:
    """Return the measures of an answer."""
    return tuple(column for column in result.columns if not column.is_key)


def total(result: AggregateResult) -> float | None:
    """Return the first measure over all groups; None when some are left out or untold, share rows, or do not add up."""
    place = len(keys_of(result))
    if place >= len(result.columns) or result.is_cut or result.suppressed:
        return None
    if place and not (is_added(result.columns[place]) and all(key.counts_once for key in keys_of(result))):
        return None
    values = [row[place] for row in result.rows]
    numbers = [value for value in values if isinstance(value, int | float)]
    if result.hides_groups and place and sum(numbers) != result.matched:
        return None
    return sum(numbers) if numbers else None
