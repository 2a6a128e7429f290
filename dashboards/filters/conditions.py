"""The filters of a page on the rows of one panel: the fields that they name, and the parameters of the API.

A filter names a field by its own name, or by one that the document links. A hidden field resolves to nothing, like
one that does not exist; a filter on a field that the rows lack is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from dashboards.documents.document import Document, PageFilter, Panel, PanelQuestion, Section
from dashboards.filters.parsing import COMMUNE, PERIOD, PageState, Pair, Period, unknown_filter
from interface import wording
from interface.conditions import BEFORE, DAYS, EMPTY, RANGE, RANGED, condition, is_coded
from layers.access import Scope
from layers.aggregates.plan import FEATURE
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery, parse_query

_SLASH = "/"


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """Values asked of a field of the rows. ``name`` is the filter of the page, ``address_values`` the texts of it."""

    name: str
    row_field: RowField
    values: tuple[str, ...]
    address_values: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The condition in CQL2.

        Raises:
            InvalidParameter: a value that the field cannot have, named by the filter of the page.
        """
        return condition(self.row_field.field, self.values, parameter=self.name)


@dataclass(frozen=True, slots=True)
class PanelFilters:
    """The filters of a page on the rows of one panel: communes, conditions; ``ignored`` are titles of other filters."""

    communes: tuple[str, ...] = ()
    conditions: tuple[FieldCondition, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the page has no filter on these rows."""
        return not self.communes and not self.conditions

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The conditions on fields of the features, by their name, as in the address."""
        return {
            each.row_field.field.name: each.address_values
            for each in self.conditions
            if each.address_values and not each.row_field.is_of_record
        }

    def without(self, names: Collection[str]) -> PanelFilters:
        """Return the filters without those of some fields of the features."""
        conditions = [
            each
            for each in self.conditions
            if each.row_field.is_of_record or each.row_field.field.name not in names
        ]
        return replace(self, conditions=tuple(conditions))

    def parameters(self, own: str = "") -> tuple[Pair, ...]:
        """Return the parameters of the API that select the features; ``own`` is the CQL2 text of the panel's filter.

        Raises:
            InvalidParameter: a value that its field cannot have.
        """
        pairs = [(COMMUNE, ",".join(self.communes))] if self.communes else []
        text = self._text(own, is_of_record=False)
        return (*pairs, *([("filter", text)] if text else []))

    def question(self, question: PanelQuestion) -> PanelQuestion:
        """Return the question with the page's conditions on related records in it."""
        if not question.relation:
            return question
        return replace(question, relation_filter=self._text(question.relation_filter, is_of_record=True))

    def _text(self, own: str, *, is_of_record: bool) -> str:
        texts = [each.text for each in self.conditions if each.row_field.is_of_record is is_of_record]
        return " AND ".join([f"({own})", *texts] if own and texts else [own, *texts] if own else texts)


def page_filters(rows: FilterTarget, state: PageState, document: Document) -> PanelFilters:
    """Return the filters of a page on rows, by the names of the kernel."""
    titles = {part.field: part for part in document.filters}
    conditions: list[FieldCondition] = []
    ignored: list[str] = []
    for name, values in state.values.items():
        row_field = resolved(name, rows, document)
        if row_field is None:
            ignored.append(title_of(titles.get(name, PageFilter(name)), None))
        else:
            kernel_values = tuple(kernel_value(row_field.field, value) for value in values)
            conditions.append(FieldCondition(name, row_field, kernel_values, values))
    if state.period:
        dated = period_field(rows, document)
        if dated is None:
            ignored.append(period_title(document))
        else:
            conditions.append(FieldCondition(PERIOD, dated, (_period_text(state.period, dated.field),)))
    is_narrowed = takes_communes(rows, document)
    if state.communes and not is_narrowed:
        ignored.append(commune_title(document))
    communes = state.communes if is_narrowed and rows.is_placed else ()
    if state.communes and is_narrowed and rows.own_commune is not None:
        kernel_values = tuple(kernel_value(rows.own_commune.field, code) for code in state.communes)
        conditions.append(FieldCondition(COMMUNE, rows.own_commune, kernel_values, state.communes))
    return PanelFilters(communes, tuple(conditions), tuple(ignored))


def communes_only(filters: PanelFilters, document: Document) -> PanelFilters:
    """Return the communes of filters alone, for a panel that follows no other; the others are reported as ignored."""
    titles = {part.field: part for part in document.filters}
    ignored = [
        period_title(document)
        if each.name == PERIOD
        else title_of(titles.get(each.name, PageFilter(each.name)), each.row_field.field)
        for each in filters.conditions
        if each.name != COMMUNE
    ]
    conditions = tuple(each for each in filters.conditions if each.name == COMMUNE)
    return replace(filters, conditions=conditions, ignored=(*filters.ignored, *ignored))


def _period_text(period: Period, field: Field) -> str:
    """Return a period as ``interface.conditions`` reads it; of a field of years, the years that it touches."""
    if field.type in DAYS:
        return period.condition
    first, last = (str(day.year) if day else "" for day in (period.first, period.last))
    return first if first == last else f"{first}{RANGE}{last}"


def check_values(rows: list[FilterTarget], state: PageState, document: Document) -> None:
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
    """Return the features of a panel: its own filter and those of the page.

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
    title = next((part.title for part in document.filters if part.kind == "period"), "")
    return title or _("Période")


def commune_title(document: Document) -> str:
    """Return what the communes of a page are called."""
    title = next((part.title for part in document.filters if part.kind == "commune"), "")
    return title or _("Commune")


@dataclass(frozen=True, slots=True)
class RowField:
    """A field of a panel's rows. ``is_of_record``: it belongs to the related records, not to their feature.

    ``key`` is its name where rows are grouped.
    """

    field: Field
    key: str
    is_of_record: bool = False


@dataclass(frozen=True, slots=True)
class FilterTarget:
    """The rows that a question is about, and their fields by the names a document and an address may give them."""

    question: PanelQuestion
    scope: Scope
    fields: Mapping[str, RowField]

    @property
    def key(self) -> str:
        """How linked fields name these rows: the layer, or ``layer.relation``."""
        relation = self.question.relation
        return f"{self.question.layer}.{relation}" if relation else self.question.layer

    @property
    def is_placed(self) -> bool:
        """Whether the features are somewhere: the kernel then narrows them to communes."""
        return self.scope.definition.geometry.is_located or COMMUNE in self.scope.filterable

    @property
    def own_commune(self) -> RowField | None:
        """The commune that related records have themselves, where their features are nowhere."""
        field = self.fields.get(COMMUNE)
        return field if field is not None and field.is_of_record and not self.is_placed else None

    @property
    def has_commune(self) -> bool:
        """Whether the rows are in communes, by their features or by themselves."""
        return self.is_placed or self.own_commune is not None


def filter_target(question: PanelQuestion, scope: Scope) -> FilterTarget | None:
    """Return the rows of a question; None when its relation is not the visitor's to read."""
    own = scope.filterable
    if not question.relation:
        return FilterTarget(question, scope, {name: RowField(field, name) for name, field in own.items()})
    relation = next((part for part in scope.relations if part.name == question.relation), None)
    if relation is None:
        return None
    of_feature = {name: RowField(field, f"{FEATURE}{name}") for name, field in own.items()}
    records = {field.name: RowField(field, field.name, is_of_record=True) for field in relation.fields}
    prefixed = {row_field.key: row_field for row_field in of_feature.values()}
    return FilterTarget(question, scope, {**of_feature, **prefixed, **records})


def resolved(name: str, rows: FilterTarget, document: Document) -> RowField | None:
    """Return the field of the rows for the filter ``name`` of the page; None without one.

    Rows that may not be read are narrowed only by the filters that the document declares.
    """
    if not rows.scope.can_read_rows and not is_declared(name, document):
        return None
    linked = next((link.names for link in document.links if link.field == name), {})
    return rows.fields.get(linked.get(rows.key, name))


def is_declared(name: str, document: Document) -> bool:
    """Whether a document declares a filter of this name."""
    return any(part.field == name or part.kind == name == COMMUNE for part in document.filters)


def takes_communes(rows: FilterTarget, document: Document) -> bool:
    """Whether the communes of the page narrow these rows."""
    return rows.has_commune and (rows.scope.can_read_rows or is_declared(COMMUNE, document))


def period_field(rows: FilterTarget, document: Document) -> RowField | None:
    """Return the date that a period narrows: that of the page's filter, else the date of the layer itself."""
    name = next((part.field for part in document.filters if part.kind == "period"), PERIOD)
    row_field = resolved(name, rows, document)
    time = rows.scope.time_field
    if row_field is None and time is not None and not rows.question.relation and name == PERIOD:
        row_field = rows.fields[time.name]
    return row_field if row_field is not None and is_dated(row_field.field) else None


def is_dated(field: Field) -> bool:
    """Whether a period can narrow a field: days, instants, and whole numbers that are years."""
    return field.type in DAYS or (field.type is FieldType.INTEGER and wording.is_year(field))


def panels_of(document: Document) -> Iterator[Panel]:
    """Return every panel of a resolved document, in the order of the page."""
    for section in document.sections:
        if isinstance(section, Section):
            yield from section.panels


def rows_of(document: Document, scopes: Mapping[str, Scope]) -> list[FilterTarget]:
    """Return the rows of the panels that the visitor sees, one a layer or relation, in the order of the page."""
    rows_by_key: dict[str, FilterTarget] = {}
    for panel in panels_of(document):
        scope = scopes.get(panel.question.layer) if panel.question is not None else None
        rows = (
            filter_target(panel.question, scope) if panel.question is not None and scope is not None else None
        )
        if rows is not None:
            rows_by_key.setdefault(rows.key, rows)
    return list(rows_by_key.values())


def check_state(state: PageState, rows: Iterable[FilterTarget], document: Document) -> None:
    """Refuse filters that no panel of the page knows for this visitor.

    Raises:
        UnknownParameter: naming the first of them; a hidden field reads like one that does not exist.
    """
    parts = list(rows)
    for name in state.values:
        if not any(resolved(name, part, document) for part in parts):
            raise unknown_filter(name)
    if state.period and not any(period_field(part, document) for part in parts):
        raise unknown_filter(PERIOD)
    if state.communes and not any(takes_communes(part, document) for part in parts):
        raise unknown_filter(COMMUNE)


def title_of(page_filter: PageFilter, field: Field | None) -> str:
    """Return what a filter is called: by the document, else by its field."""
    return page_filter.title or (str(field.title) if field else page_filter.field)


def main_slug(panels: Iterable[Panel]) -> str:
    """Return the layer that most panels are about; empty for a page without any."""
    counts = Counter(panel.question.layer for panel in panels if panel.question is not None)
    return max(counts, key=counts.__getitem__, default="")


def main_condition(panels: Iterable[Panel], layer: str) -> str:
    """Return the filter that most panels about the features of a layer have, in CQL2; of as many, the first read.

    Panels about related records say it where no other does.
    """
    questions = [panel.question for panel in panels if panel.question is not None]
    own = [question for question in questions if question.layer == layer]
    filters = Counter(question.filter for question in own if not question.relation) or Counter(
        question.filter for question in own
    )
    return max(filters, key=filters.__getitem__, default="")
