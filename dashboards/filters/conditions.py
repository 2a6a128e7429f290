"""The filters of a page as parameters of the API, for one panel; those that its rows do not know are told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from dashboards.documents.document import Document, PageFilter, PanelQuestion
from dashboards.filters.fields import QuestionRows, RowField, period_field, resolved, takes_communes, title_of
from dashboards.filters.parsing import COMMUNE, PERIOD, PageState, Pair, Period
from interface.conditions import BEFORE, DAYS, EMPTY, RANGE, RANGED, condition, is_coded
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery, parse_query

_SLASH = "/"


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """Values asked of a field of the rows; ``name`` is that of the filter of the page, which ``said`` them so."""

    name: str
    found: RowField
    values: tuple[str, ...]
    said: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The condition in CQL2.

        Raises:
            InvalidParameter: a value that the field cannot have, named by the filter of the page.
        """
        return condition(self.found.field, self.values, parameter=self.name)


@dataclass(frozen=True, slots=True)
class PanelFilters:
    """What a page asks of the rows of one panel: communes, conditions; ``ignored`` are titles of other filters."""

    communes: tuple[str, ...] = ()
    conditions: tuple[FieldCondition, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether the page asks nothing of these rows."""
        return not self.communes and not self.conditions

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """What is asked of fields of the features, by their name, as the address says it."""
        return {
            each.found.field.name: each.said
            for each in self.conditions
            if each.said and not each.found.is_of_record
        }

    def without(self, names: Collection[str]) -> PanelFilters:
        """Return the filters without those of some fields of the features."""
        kept = [
            each for each in self.conditions if each.found.is_of_record or each.found.field.name not in names
        ]
        return replace(self, conditions=tuple(kept))

    def parameters(self, own: str = "") -> tuple[Pair, ...]:
        """Return the parameters of the API that select the features; ``own`` is the CQL2 text of the panel's filter.

        Raises:
            InvalidParameter: a value that its field cannot have.
        """
        found = [(COMMUNE, ",".join(self.communes))] if self.communes else []
        text = self._text(own, is_of_record=False)
        return (*found, *([("filter", text)] if text else []))

    def question(self, question: PanelQuestion) -> PanelQuestion:
        """Return the question with what the page asks of related records in it."""
        if not question.relation:
            return question
        return replace(question, relation_filter=self._text(question.relation_filter, is_of_record=True))

    def _text(self, own: str, *, is_of_record: bool) -> str:
        asked = [each.text for each in self.conditions if each.found.is_of_record is is_of_record]
        return " AND ".join([f"({own})", *asked] if own and asked else [own, *asked] if own else asked)


def page_filters(rows: QuestionRows, state: PageState, document: Document) -> PanelFilters:
    """Return what the state of a page asks of rows, by the names of the kernel."""
    titles = {part.field: part for part in document.filters}
    conditions: list[FieldCondition] = []
    ignored: list[str] = []
    for name, values in state.values.items():
        found = resolved(name, rows, document)
        if found is None:
            ignored.append(title_of(titles.get(name, PageFilter(name)), None))
        else:
            asked = tuple(kernel_value(found.field, value) for value in values)
            conditions.append(FieldCondition(name, found, asked, values))
    if state.period:
        dated = period_field(rows, document)
        if dated is None:
            ignored.append(period_title(document))
        else:
            conditions.append(FieldCondition(PERIOD, dated, (_asked(state.period, dated.field),)))
    is_narrowed = takes_communes(rows, document)
    if state.communes and not is_narrowed:
        ignored.append(commune_title(document))
    communes = state.communes if is_narrowed and rows.is_placed else ()
    if state.communes and is_narrowed and rows.own_commune is not None:
        asked = tuple(kernel_value(rows.own_commune.field, code) for code in state.communes)
        conditions.append(FieldCondition(COMMUNE, rows.own_commune, asked, state.communes))
    return PanelFilters(communes, tuple(conditions), tuple(ignored))


def communes_only(filters: PanelFilters, document: Document) -> PanelFilters:
    """Return the communes of filters alone, for a panel that obeys no other; the others are told as ignored."""
    titles = {part.field: part for part in document.filters}
    ignored = [
        period_title(document)
        if each.name == PERIOD
        else title_of(titles.get(each.name, PageFilter(each.name)), each.found.field)
        for each in filters.conditions
        if each.name != COMMUNE
    ]
    conditions = tuple(each for each in filters.conditions if each.name == COMMUNE)
    return replace(filters, conditions=conditions, ignored=(*filters.ignored, *ignored))


def _asked(period: Period, field: Field) -> str:
    """Return a period as ``interface.conditions`` reads it; of a field of years, the years that it touches."""
    if field.type in DAYS:
        return period.condition
    first, last = (str(day.year) if day else "" for day in (period.first, period.last))
    return first if first == last else f"{first}{RANGE}{last}"


def check_values(rows: list[QuestionRows], state: PageState, document: Document) -> None:
    """Refuse a value that no field of the page can have.

    Raises:
        InvalidParameter: naming its filter.
    """
    faults: dict[str, InvalidParameter] = {}
    fine: set[str] = set()
    for part in rows:
        for each in page_filters(part, state, document).conditions:
            try:
                _ = each.text
            except InvalidParameter as refused:
                faults[each.name] = refused
            else:
                fine.add(each.name)
    for name, fault in faults.items():
        if name not in fine:
            raise fault


def feature_query(filters: PanelFilters, own: str = "") -> FeatureQuery:
    """Return the features that a panel asks: its own filter and those of the page.

    Raises:
        InvalidParameter: a value that its field cannot have, or a filter that cannot be read.
    """
    return parse_query({name: [value] for name, value in filters.parameters(own)})


def kernel_value(field: Field, value: str) -> str:
    """Return a value of the address as ``interface.conditions`` reads it for this field."""
    if value == EMPTY:
        return value
    if field.type in RANGED:
        return _range(field, value)
    if field.type is FieldType.TEXT and not is_coded(field):
        return f"={value}"
    return value


def _range(field: Field, value: str) -> str:
    start, slash, end = value.partition(_SLASH)
    if not slash:
        return value
    return f"{start}{RANGE}{end}" if field.type in DAYS or not end else f"{start}{RANGE}{BEFORE}{end}"


def period_title(document: Document) -> str:
    """Return what the period of a page is called."""
    found = next((part.title for part in document.filters if part.kind == "period"), "")
    return found or _("Période")


def commune_title(document: Document) -> str:
    """Return what the communes of a page are called."""
    found = next((part.title for part in document.filters if part.kind == "commune"), "")
    return found or _("Commune")
