"""The filters of a page as parameters of the API, for one panel; those that its layer does not know are told."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.documents.document import Document, PageFilter
from dashboards.filters.fields import PanelFields, period_field, resolved, title_of
from dashboards.filters.parsing import COMMUNE, PERIOD, Pair, PageState
from interface.conditions import BEFORE, DAYS, EMPTY, RANGE, RANGED, condition, is_coded
from layers.definitions import Field, FieldType
from layers.parsing import FeatureQuery, parse_query

_SLASH = "/"


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """Values asked of a field of the rows; ``name`` is that of the filter of the page."""

    name: str
    field: Field
    values: tuple[str, ...]

    @property
    def text(self) -> str:
        """The condition in CQL2."""
        return condition(self.field, self.values, parameter=self.name)


@dataclass(frozen=True, slots=True)
class PanelFilters:
    """What a page asks of the rows of one panel: communes, conditions; ``ignored`` are titles of other filters."""

    communes: tuple[str, ...]
    conditions: tuple[FieldCondition, ...]
    ignored: tuple[str, ...]

    @property
    def is_bare(self) -> bool:
        """Whether the page asks nothing of these rows."""
        return not self.communes and not self.conditions

    def parameters(self, own: str = "") -> tuple[Pair, ...]:
        """Return the parameters of the API; ``own`` is the CQL2 text of the panel's own filter."""
        texts = [*([f"({own})"] if own else []), *(each.text for each in self.conditions)]
        found = [(COMMUNE, ",".join(self.communes))] if self.communes else []
        return (*found, *([("filter", " AND ".join(texts))] if texts else []))


def page_filters(rows: PanelFields, state: PageState, document: Document) -> PanelFilters:
    """Return what the state of a page asks of rows, by the names of the kernel.

    Raises:
        InvalidParameter: a value that the field cannot have, named by the filter of the page.
    """
    titles = {part.field: part for part in document.filters}
    conditions: list[FieldCondition] = []
    ignored: list[str] = []
    for name, values in state.values.items():
        field = resolved(name, rows, document)
        if field is None:
            ignored.append(title_of(titles.get(name, PageFilter(name)), None))
        else:
            asked = tuple(kernel_value(field, value) for value in values)
            conditions.append(FieldCondition(name, field, asked))
    if state.period:
        dated = period_field(rows, document)
        if dated is None:
            ignored.append(period_title(document))
        else:
            conditions.append(FieldCondition(PERIOD, dated, (state.period.condition,)))
    if state.communes and not rows.has_commune:
        ignored.append(commune_title(document))
    communes = state.communes if rows.has_commune else ()
    return PanelFilters(communes, tuple(conditions), tuple(ignored))


def feature_query(filters: PanelFilters | None, own: str = "") -> FeatureQuery:
    """Return the rows that a panel asks: its own filter and those of the page."""
    parameters = filters.parameters(own) if filters else ([("filter", own)] if own else [])
    return parse_query({name: [value] for name, value in parameters})


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
