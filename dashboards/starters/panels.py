"""Whole panels made for a source: one for each of its fields, and those that its fields suggest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.panels.fitting import fit_panel
from dashboards.panels.kinds import PanelKind
from dashboards.registry import BAR, DONUT, DUE, GALLERY, HISTOGRAM, LINE, MAP, STACKED_BAR, TABLE
from dashboards.sources.keys import is_adding, main_codes, main_date, main_number, suited_function
from dashboards.sources.source import FieldRole, PanelSource, SourceField

MOST_SUGGESTED = 6


def new_panel(
    kind: PanelKind,
    source: PanelSource,
    *,
    title: str = "",
    options: dict[str, Any] | None = None,
    **question: Any,
) -> Panel:
    """Return a whole panel of a kind about a source; its id is left to who places it.

    Raises:
        InvalidParameter: the kind cannot show the source.
    """
    query = PanelQuestion(source.scope.slug, relation=source.relation_name, **question)
    width, height = kind.size
    base = Panel("", kind.name, width=width, height=height, question=query, options=options or {})
    panel = fit_panel(base, kind, source)
    return replace(panel, title=title or kind.default_title(panel, source))


def field_panel(source: PanelSource, field: SourceField) -> Panel:
    """Return the panel that shows a field at once, when it is put on a page."""
    name = field.name
    place = source.place.name if source.place else ""
    if field.role in {FieldRole.CODES, FieldRole.PLACE}:
        return new_panel(BAR, source, by=(name,))
    if field.role is FieldRole.FLAG:
        return new_panel(DONUT, source, by=(name,))
    if field.role is FieldRole.DATE:
        return new_panel(LINE, source, by=(f"year:{name}",))
    if field.role is FieldRole.YEAR:
        return new_panel(HISTOGRAM, source, by=(name,))
    if field.role is FieldRole.NUMBER:
        if is_adding(field) and place and name != place:
            return new_panel(BAR, source, by=(place,), measures=(f"sum:{name}",))
        return new_panel(HISTOGRAM, source, by=(name,))
    return _text_panel(source, field)


def _text_panel(source: PanelSource, field: SourceField) -> Panel:
    """Return a list of a text beside the name of its feature; groups when it is a text of the feature of a record."""
    if field.is_of_feature:
        return new_panel(TABLE, source, by=(field.name,))
    title = source.scope.definition.title_field
    first = [title] if source.relation is None and title in source.scope.filterable else []
    return new_panel(TABLE, source, fields=tuple(dict.fromkeys([*first, field.name])))


def suggested_panels(source: PanelSource) -> list[Panel]:
    """Return panels that the fields of a source suggest, the most telling first, each kind of answer once."""
    return [panel for panel in _suggested(source) if panel is not None][:MOST_SUGGESTED]


def _suggested(source: PanelSource) -> Iterable[Panel | None]:
    number, codes, date, place = main_number(source), main_codes(source), main_date(source), source.place
    if source.relation is None or source.relation.due:
        yield _if_able(DUE, source) if _has_records_due(source) else None
    yield new_panel(LINE, source, by=(f"year:{date.name}",)) if date else None
    if codes and place and codes.name != place.name:
        yield new_panel(STACKED_BAR, source, by=(place.name, codes.name))
    elif codes:
        yield new_panel(BAR, source, by=(codes.name,))
    if place:
        measure = f"sum:{number.name}" if number and is_adding(number) else "count"
        yield new_panel(MAP, source, by=(place.name,), measures=(f"per_inhabitant:{measure}",))
    elif source.has_geometry:
        yield _if_able(MAP, source)
    if number and codes and not is_adding(number):
        yield new_panel(BAR, source, by=(codes.name,), measures=(f"{suited_function(number)}:{number.name}",))
    yield new_panel(HISTOGRAM, source, by=(number.name,)) if number else None
    yield _if_able(GALLERY, source)
    yield _if_able(TABLE, source)


def _has_records_due(source: PanelSource) -> bool:
    if source.relation is not None:
        return source.relation.due is not None
    return any(each.due for each in source.scope.relations)


def _if_able(kind: PanelKind, source: PanelSource) -> Panel | None:
    return None if kind.unsuitable(source) else new_panel(kind, source)
