"""Which field of a panel's rows a filter of the page is about: its own name, or one that the document links.

A field that the visitor does not read resolves to nothing, like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dashboards.documents.document import Document, PageFilter, Panel, PanelQuestion, Section
from dashboards.filters.parsing import COMMUNE, PERIOD, PageState, unknown_filter
from interface import wording
from interface.conditions import DAYS
from layers.access import Scope
from layers.aggregates.plan import FEATURE
from layers.definitions import Field, FieldType


@dataclass(frozen=True, slots=True)
class RowField:
    """A field of a panel's rows. ``is_of_record`` tells one of related records from one of their feature.

    ``key`` is its name where rows are grouped.
    """

    field: Field
    key: str
    is_of_record: bool = False


@dataclass(frozen=True, slots=True)
class QuestionRows:
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
        found = self.fields.get(COMMUNE)
        return found if found is not None and found.is_of_record and not self.is_placed else None

    @property
    def has_commune(self) -> bool:
        """Whether the rows are in communes, by their features or by themselves."""
        return self.is_placed or self.own_commune is not None


def panel_rows(question: PanelQuestion, scope: Scope) -> QuestionRows | None:
    """Return the rows of a question; None when its relation is not the visitor's to read."""
    own = scope.filterable
    if not question.relation:
        return QuestionRows(question, scope, {name: RowField(field, name) for name, field in own.items()})
    relation = next((part for part in scope.relations if part.name == question.relation), None)
    if relation is None:
        return None
    of_feature = {name: RowField(field, f"{FEATURE}{name}") for name, field in own.items()}
    records = {field.name: RowField(field, field.name, is_of_record=True) for field in relation.fields}
    prefixed = {found.key: found for found in of_feature.values()}
    return QuestionRows(question, scope, {**of_feature, **prefixed, **records})


def resolved(name: str, rows: QuestionRows, document: Document) -> RowField | None:
    """Return the field of the rows that the filter ``name`` of the page is about; None when it is about none.

    Rows that may not be read one by one are narrowed by the filters that the document declares, and by no other.
    """
    if not rows.scope.tells_rows and not is_declared(name, document):
        return None
    linked = next((link.names for link in document.links if link.field == name), {})
    return rows.fields.get(linked.get(rows.key, name))


def is_declared(name: str, document: Document) -> bool:
    """Whether a document declares a filter of this name."""
    return any(part.field == name or part.kind == name == COMMUNE for part in document.filters)


def takes_communes(rows: QuestionRows, document: Document) -> bool:
    """Whether the communes of the page narrow these rows."""
    return rows.has_commune and (rows.scope.tells_rows or is_declared(COMMUNE, document))


def period_field(rows: QuestionRows, document: Document) -> RowField | None:
    """Return the date that a period narrows: that of the page's filter, else the date of the layer itself."""
    asked = next((part.field for part in document.filters if part.kind == "period"), PERIOD)
    found = resolved(asked, rows, document)
    time = rows.scope.time_field
    if found is None and time is not None and not rows.question.relation and asked == PERIOD:
        found = rows.fields[time.name]
    return found if found is not None and is_dated(found.field) else None


def is_dated(field: Field) -> bool:
    """Whether a period can narrow a field: days, instants, and whole numbers that are years."""
    return field.type in DAYS or (field.type is FieldType.INTEGER and wording.is_year(field))


def panels_of(document: Document) -> Iterator[Panel]:
    """Return every panel of a resolved document, in the order of the page."""
    for section in document.sections:
        if isinstance(section, Section):
            yield from section.panels


def rows_of(document: Document, scopes: Mapping[str, Scope]) -> list[QuestionRows]:
    """Return the rows of the panels that the visitor sees, one a layer or relation, in the order of the page."""
    found: dict[str, QuestionRows] = {}
    for panel in panels_of(document):
        scope = scopes.get(panel.question.layer) if panel.question is not None else None
        rows = panel_rows(panel.question, scope) if panel.question is not None and scope is not None else None
        if rows is not None:
            found.setdefault(rows.key, rows)
    return list(found.values())


def check_state(state: PageState, rows: Iterable[QuestionRows], document: Document) -> None:
    """Refuse filters that no panel of the page knows for this visitor.

    Raises:
        UnknownParameter: naming the first of them; a hidden field reads like one that does not exist.
    """
    known = list(rows)
    for name in state.values:
        if not any(resolved(name, part, document) for part in known):
            raise unknown_filter(name)
    if state.period and not any(period_field(part, document) for part in known):
        raise unknown_filter(PERIOD)
    if state.communes and not any(takes_communes(part, document) for part in known):
        raise unknown_filter(COMMUNE)


def title_of(page_filter: PageFilter, field: Field | None) -> str:
    """Return what a filter is called: by the document, else by its field."""
    return page_filter.title or (str(field.title) if field else page_filter.field)
