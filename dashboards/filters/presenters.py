"""Filters in words: conditions, the values that a filter offers with their counts, and the address of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.documents.document import Document, PageFilter, PanelQuestion
from dashboards.filters.conditions import (
    FilterTarget,
    PanelFilters,
    commune_title,
    feature_query,
    kernel_value,
    page_filters,
    period_title,
    resolved,
    takes_communes,
    title_of,
)
from dashboards.filters.parsing import COMMUNE, PERIOD, PageState, Period, joined
from interface import wording
from interface.conditions import EMPTY, value_text, value_words
from interface.territory import label_communes
from layers.access import Scope
from layers.aggregates import AggregateResult, aggregate
from layers.definitions import Field
from layers.errors import InvalidParameter
from layers.parsing.aggregates import parse_aggregate
from layers.parsing.relative_periods import relative_period_words
from layers.queries import communes, select


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter of the page: ``subject`` is its field, ``words`` its values, ``name`` its parameter.

    ``query`` is the query string of the page without it.
    """

    subject: str
    words: str
    name: str
    query: str

    @property
    def sentence(self) -> str:
        """The filter on paper and for screen readers."""
        return _("%(title)s : %(text)s") % {"title": self.subject, "text": self.words}


def chips(state: PageState, rows: Sequence[FilterTarget], document: Document) -> list[FilterChip]:
    """Return a chip for each filter of the page, in the order of the address."""
    filter_chips: list[FilterChip] = []
    if state.communes:
        names = {commune.code: commune.nom for commune in communes()}
        words = ", ".join(names.get(code, code) for code in state.communes)
        filter_chips.append(_chip(state, commune_title(document), words, COMMUNE))
    if state.period:
        filter_chips.append(_chip(state, period_title(document), period_words(state.period), PERIOD))
    titles = {part.field: part for part in document.filters}
    for name, values in state.values.items():
        field = field_of(name, rows, document)
        if field is not None:
            subject = str(capfirst(title_of(titles.get(name, PageFilter(name)), field)))
            words = _(" ou ").join(address_value_text(field, value) for value in values)
            filter_chips.append(_chip(state, subject, words, name))
    return filter_chips


def sentences(state: PageState, rows: Sequence[FilterTarget], document: Document) -> tuple[str, ...]:
    """Return the filters of a page, a sentence each, for files, which state their content."""
    return tuple(chip.sentence for chip in chips(state, rows, document))


def field_of(name: str, rows: Sequence[FilterTarget], document: Document) -> Field | None:
    """Return the first field of the page that a filter is about, its communes with their names."""
    field = next((each for part in rows if (each := resolved(name, part, document))), None)
    return label_communes([field.field])[0] if field is not None else None


def address_value_text(field: Field, value: str) -> str:
    """Word a value of the address; an impossible value of the field is quoted."""
    try:
        return value_words(field, kernel_value(field, value))
    except (ValueError, InvalidParameter):
        return value


def period_words(period: Period) -> str:
    """Word a period: by its name where it has one, a whole year by its number, else its days."""
    if period.name:
        return relative_period_words(period.name)
    first, last = period.first, period.last
    if first and last and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        years = {"first": first.year, "last": last.year}
        return str(first.year) if first.year == last.year else _("%(first)d à %(last)d") % years
    if first and last:
        return _("du %(first)s au %(last)s") % {"first": wording.day(first), "last": wording.day(last)}
    if first:
        return _("à partir du %(first)s") % {"first": wording.day(first)}
    return _("jusqu’au %(last)s") % {"last": wording.day(last)} if last else ""


def _chip(state: PageState, subject: str, words: str, name: str) -> FilterChip:
    return FilterChip(subject, words, name, urlencode(state.asking(name, ()).pairs))


MAX_VALUES = 60


@dataclass(frozen=True, slots=True)
class FilterOption:
    """A value to choose: ``value`` as a form sends it, ``count`` rows have it, None when unknown."""

    value: str
    label: str
    count: int | None
    is_selected: bool


@dataclass(frozen=True, slots=True)
class FilterValues:
    """The values of a filter: ``name`` is its parameter, ``more`` values are not given."""

    name: str
    title: str
    options: tuple[FilterOption, ...]
    more: int = 0


def filter_values(
    name: str, state: PageState, rows: Sequence[FilterTarget], document: Document
) -> FilterValues | None:
    """Return the values of a filter, counted in the first panel that has it; None when the page has no such filter.

    Raises:
        InvalidParameter: another filter of the page has a value that its field cannot have.
    """
    part, key = _counted(name, rows, document)
    if part is None:
        return None
    chosen = state.values_of(name)
    result = _counts(part, key, state.asking(name, ()), document)
    column = result.columns[0]
    counted: dict[str, tuple[str, int | None]] = {}
    for plain, count in result.rows:
        value = value_text(plain)
        label = column.label(None if value == EMPTY else plain)
        before = counted.get(value, (label, 0))[1]  # an empty text and no value are one choice
        counted[value] = (label, before + count if isinstance(count, int) and before is not None else None)
    options = [
        FilterOption(joined([value]), label, number, value in chosen)
        for value, (label, number) in counted.items()
    ]
    field = field_of(name, rows, document)
    for value in chosen:
        if value not in counted:
            label = address_value_text(field, value) if field is not None else value
            options.append(FilterOption(joined([value]), label, None, is_selected=True))
    titles = {each.field: each for each in document.filters}
    own = commune_title(document) if name == COMMUNE else title_of(titles.get(name, PageFilter(name)), field)
    return FilterValues(name, str(capfirst(own)), tuple(options), result.beyond)


def _counted(name: str, rows: Sequence[FilterTarget], document: Document) -> tuple[FilterTarget | None, str]:
    """Return the rows whose values are counted, and the key that groups them."""
    if name == COMMUNE:
        return next(((part, COMMUNE) for part in rows if takes_communes(part, document)), (None, ""))
    fields = ((part, each.key) for part in rows if (each := resolved(name, part, document)))
    return next(fields, (None, ""))


def _counts(part: FilterTarget, key: str, state: PageState, document: Document) -> AggregateResult:
    """Count the rows of each value, the most frequent first; the filters of the panel itself do not narrow them.

    Nor do the other filters of the page narrow rows that may not be read: they would cross too many criteria.
    """
    filters = page_filters(part, state if part.scope.can_read_rows else PageState(), document)
    question = filters.question(PanelQuestion(part.question.layer, part.question.relation))
    parameters = {"group_by": key, "sortby": "-count", "limit": str(MAX_VALUES)}
    if question.relation:
        parameters["relation"] = question.relation
    if question.relation_filter:
        parameters["relation-filter"] = question.relation_filter
    query = parse_aggregate({name: [value] for name, value in parameters.items()})[1]
    return aggregate(select(part.scope, feature_query(filters)), query)


def rows_address(scope: Scope, question: PanelQuestion, filters: PanelFilters) -> str:
    """Return the address that lists the features of a question; empty for filtered records or unreadable rows.

    The explorer lists features without filters on their records: ``features_address`` gives their ids.
    """
    if filters.question(question).relation_filter or not scope.can_read_rows:
        return ""
    communes = filters.communes or ((scope.visitor.portal,) if scope.visitor.portal else ())
    if not scope.definition.geometry.is_located:
        parameters = filters.parameters(question.filter)
        return f"{reverse('explorer:layer', args=[scope.slug])}?{urlencode(parameters)}#objets"
    pairs = [("couches", scope.slug), ("tableau", scope.slug)]
    pairs += [(COMMUNE, ",".join(communes))] if communes else []
    for each in filters.conditions:
        pairs += [(f"{scope.slug}.{each.row_field.field.name}", value) for value in each.values]
    pairs += [(f"{scope.slug}.filter", question.filter)] if question.filter else []
    return f"{reverse('explorer:map')}?{urlencode(pairs)}"


def features_address(scope: Scope, ids: Iterable[int]) -> str:
    """Return where some features are listed, by their ids."""
    named = f"id IN ({', '.join(str(number) for number in ids)})"
    if not scope.definition.geometry.is_located:
        return f"{reverse('explorer:layer', args=[scope.slug])}?{urlencode({'filter': named})}#objets"
    pairs = {"couches": scope.slug, "tableau": scope.slug, f"{scope.slug}.filter": named}
    return f"{reverse('explorer:map')}?{urlencode(pairs)}"
