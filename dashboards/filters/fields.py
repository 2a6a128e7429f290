"""Which field of a panel a filter of the page is about, for one visitor: its own name, or one that the document links.

A field that the visitor does not read resolves to nothing, like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dashboards.documents.document import Document, PageFilter, Panel, PanelQuestion, Section
from dashboards.filters.parsing import COMMUNE, PERIOD, PageState, unknown_filter
from interface.conditions import DAYS
from layers.access import Scope
from layers.definitions import Field, Relation

OF_FEATURE = "feature."


@dataclass(frozen=True, slots=True)
class PanelFields:
    """What may be asked of the rows of a question, by the names of the kernel.

    Rows of a relation have their own fields, and those of their feature after ``OF_FEATURE``.
    """

    question: PanelQuestion
    scope: Scope
    fields: Mapping[str, Field]

    @property
    def key(self) -> str:
        """How linked fields name these rows: the layer, or ``layer.relation``."""
        relation = self.question.relation
        return f"{self.question.layer}.{relation}" if relation else self.question.layer

    @property
    def has_commune(self) -> bool:
        """Whether the rows are somewhere: the kernel then narrows them to communes."""
        return self.scope.definition.geometry.is_located or COMMUNE in self.scope.filterable


def panel_fields(question: PanelQuestion, scope: Scope) -> PanelFields | None:
    """Return what may be asked of a question's rows; None when its relation is not the visitor's to read."""
    if not question.relation:
        return PanelFields(question, scope, scope.filterable)
    relation = next((part for part in scope.relations if part.name == question.relation), None)
    if relation is None:
        return None
    return PanelFields(question, scope, dict(_of_records(relation, scope)))


def _of_records(relation: Relation, scope: Scope) -> Iterator[tuple[str, Field]]:
    yield from ((field.name, field) for field in relation.fields)
    for field in scope.fields:
        name = f"{OF_FEATURE}{field.name}"
        yield name, replace(field, name=name)


def resolved(name: str, rows: PanelFields, document: Document) -> Field | None:
    """Return the field of the rows that the filter ``name`` of the page is about; None when it is about none."""
    linked = next((link.names for link in document.links if link.field == name), {})
    if rows.key in linked:
        return rows.fields.get(linked[rows.key])
    return rows.fields.get(name) or rows.fields.get(f"{OF_FEATURE}{name}")


def period_field(rows: PanelFields, document: Document) -> Field | None:
    """Return the date that a period narrows: that of the page's filter, else the date of the layer itself."""
    asked = next((part.field for part in document.filters if part.kind == "period"), PERIOD)
    found = resolved(asked, rows, document)
    if found is None and not rows.question.relation and asked in {"", PERIOD}:
        found = rows.scope.time_field
    return found if found is not None and found.type in DAYS else None


def panels_of(document: Document) -> Iterator[Panel]:
    """Return every panel of a resolved document, in the order of the page."""
    for section in document.sections:
        if isinstance(section, Section):
            yield from section.panels


def questions_of(document: Document) -> Iterator[PanelQuestion]:
    """Return the question of every panel that has one."""
    return (panel.question for panel in panels_of(document) if panel.question is not None)


def rows_of(document: Document, scopes: Mapping[str, Scope]) -> list[PanelFields]:
    """Return what may be asked of the panels that the visitor sees, one a layer or relation, in the order of the page."""
    found: dict[str, PanelFields] = {}
    for question in questions_of(document):
        scope = scopes.get(question.layer)
        rows = panel_fields(question, scope) if scope is not None else None
        if rows is not None:
            found.setdefault(rows.key, rows)
    return list(found.values())


def check_state(state: PageState, rows: Iterable[PanelFields], document: Document) -> None:
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
    if state.communes and not any(part.has_commune for part in known):
        raise unknown_filter(COMMUNE)


def title_of(page_filter: PageFilter, field: Field | None) -> str:
    """Return what a filter is called: by the document, else by its field."""
    return page_filter.title or (str(field.title) if field else page_filter.field)
