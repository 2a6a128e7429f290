"""The values that a filter of the page offers, counted under the visitor's rights and the other filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.text import capfirst

from dashboards.documents.document import Document, PageFilter, PanelQuestion
from dashboards.filters.chips import asked_words, field_of
from dashboards.filters.conditions import commune_title, feature_query, page_filters
from dashboards.filters.fields import QuestionRows, resolved, takes_communes, title_of
from dashboards.filters.parsing import COMMUNE, PageState, joined
from interface.conditions import EMPTY, value_text
from layers.aggregates import AggregateResult, aggregate
from layers.parsing.aggregates import parse_aggregate
from layers.queries import select

MOST_VALUES = 60


@dataclass(frozen=True, slots=True)
class FilterOption:
    """A value that may be asked: ``value`` as a form sends it, ``count`` rows have it, None when that is not known."""

    value: str
    label: str
    count: int | None
    is_asked: bool


@dataclass(frozen=True, slots=True)
class FilterValues:
    """The values of a filter: ``name`` is its parameter, ``more`` values are not given."""

    name: str
    title: str
    options: tuple[FilterOption, ...]
    more: int = 0


def filter_values(
    name: str, state: PageState, rows: Sequence[QuestionRows], document: Document
) -> FilterValues | None:
    """Return the values of a filter, counted in the first panel that has it; None when the page has no such filter.

    Raises:
        InvalidParameter: another filter of the page has a value that its field cannot have.
    """
    part, key = _counted(name, rows, document)
    if part is None:
        return None
    asked = state.asked(name)
    result = _counts(part, key, state.asking(name, ()), document)
    column = result.columns[0]
    counted: dict[str, tuple[str, int | None]] = {}
    for plain, count in result.rows:
        value = value_text(plain)
        label = column.label(None if value == EMPTY else plain)
        before = counted.get(value, (label, 0))[1]  # an empty text and no value are one choice
        counted[value] = (label, before + count if isinstance(count, int) and before is not None else None)
    options = [
        FilterOption(joined([value]), label, number, value in asked)
        for value, (label, number) in counted.items()
    ]
    field = field_of(name, rows, document)
    for value in asked:
        if value not in counted:
            label = asked_words(field, value) if field is not None else value
            options.append(FilterOption(joined([value]), label, None, is_asked=True))
    titles = {each.field: each for each in document.filters}
    own = commune_title(document) if name == COMMUNE else title_of(titles.get(name, PageFilter(name)), field)
    return FilterValues(name, str(capfirst(own)), tuple(options), result.beyond)


def _counted(name: str, rows: Sequence[QuestionRows], document: Document) -> tuple[QuestionRows | None, str]:
    """Return the rows whose values are counted, and the key that groups them."""
    if name == COMMUNE:
        return next(((part, COMMUNE) for part in rows if takes_communes(part, document)), (None, ""))
    found = ((part, each.key) for part in rows if (each := resolved(name, part, document)))
    return next(found, (None, ""))


def _counts(part: QuestionRows, key: str, others: PageState, document: Document) -> AggregateResult:
    """Count the rows of each value, the most frequent first; the filters of the panel itself do not narrow them.

    Nor do the other filters of the page narrow rows that may not be read: they would cross too many criteria.
    """
    filters = page_filters(part, others if part.scope.tells_rows else PageState(), document)
    question = filters.question(PanelQuestion(part.question.layer, part.question.relation))
    asked = {"group_by": key, "sortby": "-count", "limit": str(MOST_VALUES)}
    if question.relation:
        asked["relation"] = question.relation
    if question.relation_filter:
        asked["relation-filter"] = question.relation_filter
    query = parse_aggregate({name: [value] for name, value in asked.items()})[1]
    return aggregate(select(part.scope, feature_query(filters)), replace(query))
